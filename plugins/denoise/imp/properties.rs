//! The properties: what they are for, and their values.

use glib::prelude::*;
use gst::prelude::*;

use crate::denoise::{DenoisePreset, Settings};

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

    /// Sets a property; GObject has checked its type and range.
    pub fn set(&mut self, name: &str, value: &glib::Value) {
        match name {
            "strength" => self.strength = value.get().unwrap_or(self.strength),
            "sigma" => self.sigma = value.get().unwrap_or(self.sigma),
            "chroma-strength" => {
                self.chroma_strength = value.get().unwrap_or(self.chroma_strength);
            }
            "preset" => self.preset = value.get().unwrap_or(self.preset),
            "lookahead" => self.lookahead = value.get().unwrap_or(self.lookahead),
            _ => {}
        }
    }

    /// The value of a property.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "strength" => self.strength.to_value(),
            "sigma" => self.sigma.to_value(),
            "chroma-strength" => self.chroma_strength.to_value(),
            "preset" => self.preset.to_value(),
            _ => self.lookahead.to_value(),
        }
    }
}

/// All properties beside those of the base class.
pub fn all() -> Vec<glib::ParamSpec> {
    numbers().into_iter().chain(choices()).collect()
}

fn number(
    name: &'static str,
    nick: &'static str,
    blurb: &'static str,
    (minimum, maximum, default): (f64, f64, f64),
) -> glib::ParamSpec {
    glib::ParamSpecDouble::builder(name)
        .nick(nick)
        .blurb(blurb)
        .minimum(minimum)
        .maximum(maximum)
        .default_value(default)
        .controllable()
        .mutable_playing()
        .build()
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
        glib::ParamSpecEnum::builder::<DenoisePreset>("preset")
            .nick("Preset")
            .blurb(
                "Trade between quality and GPU time. Choose fast where frames come late, quality \
                 where the GPU has time left: about half and three times the cost of balanced. A \
                 change while playing compiles shaders, which holds the stream up (in software \
                 for seconds the first time, then for a frame or two), and starts afresh",
            )
            .controllable()
            .mutable_playing()
            .build(),
        glib::ParamSpecUInt::builder("lookahead")
            .nick("Lookahead")
            .blurb(
                "Future frames to look at before giving a frame. 2 or 3 remove visibly more \
                 noise, most of all behind moving objects, where the stream may be late: each \
                 adds one frame of latency, its GPU memory, and some GPU time",
            )
            .maximum(8)
            .controllable()
            .mutable_playing()
            .build(),
    ]
}
