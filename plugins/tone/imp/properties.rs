//! The properties of `wgputone`: their descriptions and values.

use crate::property_values;
use crate::tone::Settings;
use crate::video::filter::properties::{number, switch};

/// The properties, copied once for each frame.
#[derive(Debug, Clone, Copy)]
pub struct Knobs {
    /// `strength`.
    pub strength: f64,
    /// `exposure`.
    pub exposure: f64,
    /// `contrast`.
    pub contrast: f64,
    /// `white-balance`.
    pub white_balance: f64,
    /// `high-dynamic-range`.
    pub high_dynamic_range: bool,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            strength: 1.0,
            exposure: 1.0,
            contrast: 1.0,
            white_balance: 1.0,
            high_dynamic_range: false,
        }
    }
}

impl Knobs {
    /// The algorithm's settings.
    pub fn settings(&self) -> Settings {
        Settings {
            strength: self.strength as f32,
            exposure: self.exposure as f32,
            contrast: self.contrast as f32,
            white_balance: self.white_balance as f32,
        }
    }

    /// True if no correction is enabled.
    pub fn is_idle(&self) -> bool {
        self.strength == 0.0 || [self.exposure, self.contrast, self.white_balance] == [0.0; 3]
    }
}

property_values!(Knobs {
    "strength" => strength,
    "exposure" => exposure,
    "contrast" => contrast,
    "white-balance" => white_balance,
    "high-dynamic-range" => high_dynamic_range,
});

/// All properties except those of the base class.
pub fn all() -> Vec<glib::ParamSpec> {
    let factor = |name, nick, blurb| number(name, nick, blurb, (0.0, 2.0, 1.0));
    vec![
        factor(
            "strength",
            "Strength",
            "Factor on all corrections, which are as large as the picture needs. Lower it where pictures are meant to \
             be dark or coloured. 0 passes frames through unchanged, at no cost; all other values cost the same",
        ),
        factor(
            "exposure",
            "Exposure",
            "Factor on the correction of brightness, multiplied with strength. Lower it for night scenes that shall \
             stay night. Costs nothing",
        ),
        factor(
            "contrast",
            "Contrast",
            "Factor on the correction of the black point, multiplied with strength: it takes away haze and the veil of \
             stray light. Lower it where dark parts lose detail. Costs nothing",
        ),
        factor(
            "white-balance",
            "White balance",
            "Factor on the correction of the grey point, multiplied with strength. Lower it where coloured light shall \
             stay, as on a stage or at dusk. Costs nothing",
        ),
        switch(
            "high-dynamic-range",
            "High dynamic range",
            "Correct PQ and HLG too, as if their codes were those of standard dynamic range. Otherwise such streams pass \
             through unchanged, with a warning",
            false,
        ),
    ]
}
