//! Visibility of the placement while a track from a file loses the plane and finds it again.

use crate::trackoverlay::settings::{OnLost, Settings};

/// The fade of one placement.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fade {
    visibility: f32,
    /// The plane was visible before, so a new appearance is a return.
    seen: bool,
}

impl Fade {
    /// Visibility of the next frame, 0 to 1, `seconds` after the last one. On its first appearance the
    /// placement is fully visible at once.
    pub fn step(&mut self, visible: bool, seconds: f32, settings: &Settings) -> f32 {
        let way = |time: f32| if time > 0.0 { seconds / time } else { 1.0 };
        self.visibility = match (visible, settings.on_lost) {
            (true, OnLost::Fade) if self.seen => self.visibility + way(settings.fade_in),
            (true, _) => 1.0,
            (false, OnLost::Hold) => self.visibility,
            (false, OnLost::Fade) => self.visibility - way(settings.fade_out),
            (false, OnLost::Hide) => 0.0,
        }
        .clamp(0.0, 1.0);
        self.seen |= visible;
        self.visibility
    }
}
