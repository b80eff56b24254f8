//! The properties: what they are for, and their values.

use crate::denoise::{DenoisePreset, Settings};
use crate::property_values;
use crate::video::filter::properties::{choice, count, number};

/// The properties, copied once for each frame.
#[derive(Debug, Clone, Copy)]
pub struct Knobs {
    /// `strength`.
    pub strength: f64,
    /// `sigma`.
    pub sigma: f64,
    /// `chroma-strength`.
    pub chroma_strength: f64,
    /// `preset`.
    pub preset: DenoisePreset,
    /// `lookahead`, in frames also where buffers are fields.
    pub lookahead: u32,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            strength: 1.0,
            sigma: -1.0,
            chroma_strength: 1.0,
            preset: DenoisePreset::Auto,
            lookahead: 0,
        }
    }
}

impl Knobs {
    /// What the algorithm takes of them.
    pub fn settings(&self) -> Settings {
        Settings {
            strength: self.strength as f32,
            chroma_strength: self.chroma_strength as f32,
            sigma: self.sigma as f32,
        }
    }
}

property_values!(Knobs {
    "strength" => strength,
    "sigma" => sigma,
    "chroma-strength" => chroma_strength,
    "preset" => preset,
    "lookahead" => lookahead,
});

/// All properties beside those of the base class.
pub fn all() -> Vec<glib::ParamSpec> {
    numbers().into_iter().chain(choices()).collect()
}

fn numbers() -> [glib::ParamSpec; 3] {
    let defaults = Knobs::default();
    [
        number(
            "strength",
            "Strength",
            "How much of the noise to remove, as a factor on the noise found. 1 removes what is \
             there; lower it where grain should stay, raise it where noise is left. 0 passes \
             frames untouched, at no cost; other values all cost the same",
            (0.0, 4.0, defaults.strength),
        ),
        number(
            "sigma",
            "Sigma",
            "Standard deviation of the noise in 8-bit code values. -1 (any negative value) finds \
             it in the picture and follows it; set it where the noise is known, where texture is \
             taken for noise, or where coarsely coded video still looks noisy: where a coder left \
             next to nothing of the noise, too little is found. 0 passes frames untouched. Costs nothing",
            (-1.0, 100.0, defaults.sigma),
        ),
        number(
            "chroma-strength",
            "Chroma strength",
            "Factor on top of strength for the colour planes alone. Raise it where coloured \
             blotches are left, lower it where faint colours fade; 0 leaves colours untouched. \
             Costs nothing",
            (0.0, 4.0, defaults.chroma_strength),
        ),
    ]
}

fn choices() -> [glib::ParamSpec; 2] {
    [
        choice::<DenoisePreset>(
            "preset",
            "Preset",
            "Trade between quality and GPU time. Choose fast where frames come late, quality \
             where the GPU has time left: about half and three times the cost of balanced. A \
             change while playing compiles shaders, which holds the stream up (in software \
             for seconds the first time, then for a frame or two), and starts afresh",
        ),
        count(
            "lookahead",
            "Lookahead",
            "Future frames to look at before giving a frame. 2 or 3 remove visibly more \
             noise, most of all behind moving objects, where the stream may be late: each \
             adds one frame of latency, its GPU memory, and some GPU time",
            (8, Knobs::default().lookahead),
        ),
    ]
}
