//! The properties of `wgpudeartifact`: their descriptions and values.

use crate::deartifact::{DeartifactPreset, Settings};
use crate::property_values;
use crate::video::filter::properties::{choice, number};

/// The properties, copied once for each frame.
#[derive(Debug, Clone, Copy)]
pub struct Knobs {
    /// `strength`.
    pub strength: f64,
    /// `deblock`.
    pub deblock: f64,
    /// `dering`.
    pub dering: f64,
    /// `deband`.
    pub deband: f64,
    /// `temporal`.
    pub temporal: f64,
    /// `quantizer`.
    pub quantizer: f64,
    /// `preset`.
    pub preset: DeartifactPreset,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            strength: 1.0,
            deblock: 1.0,
            dering: 1.0,
            deband: -1.0,
            temporal: 1.0,
            quantizer: -1.0,
            preset: DeartifactPreset::Auto,
        }
    }
}

impl Knobs {
    /// The algorithm's settings.
    pub fn settings(&self) -> Settings {
        Settings {
            strength: self.strength as f32,
            deblock: self.deblock as f32,
            dering: self.dering as f32,
            deband: self.deband as f32,
            temporal: self.temporal as f32,
            quantizer: self.quantizer as f32,
        }
    }

    /// True if no repair is enabled.
    pub fn is_idle(&self) -> bool {
        let is_network = self.preset == DeartifactPreset::Quality;
        let settles = self.temporal != 0.0 && self.preset != DeartifactPreset::Fast;
        let factors = [self.deblock, self.dering, self.deband];
        self.strength == 0.0 || (factors == [0.0; 3] && !settles && !is_network)
    }
}

property_values!(Knobs {
    "strength" => strength,
    "deblock" => deblock,
    "dering" => dering,
    "deband" => deband,
    "temporal" => temporal,
    "quantizer" => quantizer,
    "preset" => preset,
});

/// All properties except those of the base class.
pub fn all() -> Vec<glib::ParamSpec> {
    factors().into_iter().chain(choices()).collect()
}

fn factors() -> [glib::ParamSpec; 5] {
    let factor = |name, nick, blurb| number(name, nick, blurb, (0.0, 4.0, 1.0));
    [
        factor(
            "strength",
            "Strength",
            "Factor on all repairs, which are as strong as the damage that is found. Lower it where \
             texture fades, raise it where damage is left. 0 passes frames through unchanged, at no \
             cost; all other values cost the same. Preset quality has no other factors than this \
             and temporal: its network repairs all kinds of damage together",
        ),
        factor(
            "deblock",
            "Deblock",
            "Factor on the smoothing of steps at block boundaries, multiplied with strength. Raise it \
             where blocks are seen, lower it where lines along them blur. Costs nothing",
        ),
        factor(
            "dering",
            "Dering",
            "Factor on the removal of ringing and mosquito noise, multiplied with strength. Most of \
             the repair is done here. Raise it where edges still ring, lower it where texture fades. \
             Costs nothing",
        ),
        number(
            "deband",
            "Deband",
            "Factor on the smoothing of bands, multiplied with strength. Steps of one code in flat \
             areas are smoothed with dither, which is the same in all frames. -1 (any negative value) \
             stands for 1, or for 0 on high dynamic range (PQ and HLG). Raise it where skies show \
             bands. Costs nothing",
            (-1.0, 4.0, -1.0),
        ),
        factor(
            "temporal",
            "Temporal",
            "Factor on temporal averaging along the motion, multiplied with strength. It reduces \
             mosquito noise and pumping at key frames; changes larger than the quantizer explains are \
             kept. Lower it where faint texture smears behind moving objects; 0 repairs each frame by \
             itself and saves over a quarter of the cost of balanced. Adds no delay. Preset fast \
             never averages",
        ),
    ]
}

fn choices() -> [glib::ParamSpec; 2] {
    [
        number(
            "quantizer",
            "Quantizer",
            "Quantizer (QP) of the video on H.264's scale, 0 to 51. -1 (any negative value) estimates \
             it continuously. Set it if it is known, or if soft pictures are mistaken for damaged \
             ones. Costs nothing",
            (-1.0, 51.0, -1.0),
        ),
        choice::<DeartifactPreset>(
            "preset",
            "Preset",
            "Choice between quality and GPU time: balanced costs two to three times as much as fast. \
             quality runs a trained network, which gains half as much again and costs about thirty \
             times as much: for strong discrete GPUs, or for files. A change while playing compiles \
             shaders, which delays the stream, and restarts the estimate of the damage",
        ),
    ]
}
