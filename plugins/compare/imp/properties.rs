//! The properties of `wgpucompare`: their descriptions and values.

use crate::compare::CompareMode;
use crate::compare::settings::{Mode, Settings};
use crate::property_values;
use crate::video::filter::properties::{choice, number, switch};

/// The properties, copied once for each frame.
#[derive(Debug, Clone, Copy)]
pub struct Knobs {
    /// `mode`.
    pub mode: CompareMode,
    /// `position`.
    pub position: f64,
    /// `gain`.
    pub gain: f64,
    /// `interactive`.
    pub interactive: bool,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            mode: CompareMode::Wipe,
            position: 0.5,
            gain: 8.0,
            interactive: true,
        }
    }
}

impl Knobs {
    /// The settings of a frame.
    pub fn settings(&self) -> Settings {
        Settings {
            mode: match self.mode {
                CompareMode::Wipe => Mode::Wipe,
                CompareMode::SideBySide => Mode::SideBySide,
                CompareMode::Difference => Mode::Difference,
            },
            position: self.position,
            gain: self.gain,
        }
    }
}

property_values!(Knobs {
    "mode" => mode,
    "position" => position,
    "gain" => gain,
    "interactive" => interactive,
});

/// All properties except those of the base class.
pub fn all() -> Vec<glib::ParamSpec> {
    vec![
        choice::<CompareMode>(
            "mode",
            "Mode",
            "How both pictures are shown. wipe finds places where they differ while the line moves, \
             side-by-side shows the same half of both at once, difference shows where a filter acts at \
             all. All cost the same, one pass over the picture",
        ),
        number(
            "position",
            "Position",
            "Where the line of a wipe stands: 0 at the left edge, where only the second picture is seen, 1 \
             at the right one. It follows the mouse if interactive is set. Costs nothing",
            (0.0, 1.0, 0.5),
        ),
        number(
            "gain",
            "Gain",
            "Factor on the difference. Raise it until what was changed is seen, lower it where it is white \
             or black all over. Costs nothing",
            (0.0, 256.0, 8.0),
        ),
        switch(
            "interactive",
            "Interactive",
            "The line of a wipe follows the mouse while the left button is down in the window that shows the \
             picture. Switch it off where clicks are meant for an element in front. Costs nothing",
            true,
        ),
    ]
}
