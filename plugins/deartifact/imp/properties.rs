//! The properties: what they are for, and their values.

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
    /// What the algorithm takes of them.
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

    /// True where nothing is to be repaired.
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

/// All properties beside those of the base class.
pub fn all() -> Vec<glib::ParamSpec> {
    factors().into_iter().chain(choices()).collect()
}

fn factors() -> [glib::ParamSpec; 5] {
    let factor = |name, nick, blurb| number(name, nick, blurb, (0.0, 4.0, 1.0));
    [
        factor(
            "strength",
            "Strength",
            "Factor on all repairs, which follow the damage that is found. Lower it where texture \
             fades, raise it where damage is left. 0 passes frames untouched, at no cost; other \
             values all cost the same. With preset quality it and temporal are the only factors: \
             the network does not tell one kind of damage from another",
        ),
        factor(
            "deblock",
            "Deblock",
            "Factor on the levelling of steps at the block grid, on top of strength. Costs nothing",
        ),
        factor(
            "dering",
            "Dering",
            "Factor on the removal of ringing and mosquito noise, on top of strength. It takes what \
             the quantizer may have added anywhere, so most of the effect is here. Costs nothing",
        ),
        number(
            "deband",
            "Deband",
            "Factor on the smoothing of bands, on top of strength. Bands of one code are smoothed \
             with dither that stays the same from frame to frame. -1 (any negative value) is 1, but \
             0 on high dynamic range (PQ and HLG), where dither is only added when asked for. Costs \
             nothing",
            (-1.0, 4.0, -1.0),
        ),
        factor(
            "temporal",
            "Temporal",
            "Factor on the averaging along the motion, on top of strength, that calms mosquito noise and \
             pumping at key frames. What changes by more than the quantizer explains is shown as it \
             is. Lower it where faint texture smears behind something that moves; 0 takes each \
             frame by itself and saves over a quarter of the cost of balanced. No frame of delay. \
             Preset fast never averages",
        ),
    ]
}

fn choices() -> [glib::ParamSpec; 2] {
    [
        number(
            "quantizer",
            "Quantizer",
            "How coarsely the video was quantized, on the scale of H.264. -1 (any negative value) \
             finds it in the picture and follows it; set it where it is known, or where soft \
             pictures are taken for damaged ones. Costs nothing",
            (-1.0, 51.0, -1.0),
        ),
        choice::<DeartifactPreset>(
            "preset",
            "Preset",
            "Trade between quality and GPU time: balanced costs two to three times as \
             much as fast. quality runs a trained network that gains half as much again and costs some \
             thirty times as much: for strong discrete GPUs, or for files. A change while \
             playing compiles shaders, which holds the stream up, and \
             starts the estimate afresh",
        ),
    ]
}
