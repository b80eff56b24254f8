//! State of the tracker.

use super::sight::Light;
use crate::reference::homography::{Point, Rows, SAME};

/// Mode bits: tracked, second pass with blur, lost, not at the expected position.
pub const FOLLOW: u32 = 1;
pub const REFINE: u32 = 2;
pub const HUNT: u32 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Idle,
    Tracking,
    Degraded,
    Lost,
}

/// Taps of a level: two directions.
pub type Taps = [Point; 2];

/// Homographies map the plane to pixels unless stated otherwise.
#[derive(Debug, Clone)]
pub struct Known {
    /// At arming.
    pub home: Rows,
    /// Being aligned.
    pub now: Rows,
    /// Before the second pass.
    pub kept: Rows,
    pub last: Rows,
    pub before: Rows,
    /// As shown last.
    pub seen: Rows,
    pub predicted: Rows,
    /// From pixels of a frame to pixels of the next.
    pub way: Rows,
    /// From positions in the plane at the end of the exposure to those at its start.
    pub path: Rows,
    /// From the corrected plane to the tracked one, now and before the last correction.
    pub anchor: Rows,
    pub anchor_old: Rows,
    pub template_taps: [Taps; 4],
    pub image_taps: [Taps; 4],
    pub light: Light,
    pub kept_light: Light,
    pub last_light: Light,
    /// Mean lengths of the armed quad's sides, and its centre.
    pub size: [f64; 4],
    /// Part of the frame that is needed.
    pub roi: [f64; 4],
    /// Share of the texture that agrees, mean correlation, share after the first pass, unused.
    pub judged: [f64; 4],
    /// Exposure as a part of the frame time, frames it was measured in, longest motion, 1 to measure it.
    pub shutter: [f64; 4],
    /// Progress of the correction, visibility, confidence, usual residual.
    pub shown: [f64; 4],
    pub mode: u32,
    pub state: State,
    pub age: u32,
    pub lost: u32,
    /// Part of the frame that is needed if the plane is not at its expected position.
    pub wide: [f64; 4],
}

impl Known {
    /// A plane at rest at `h` that has been tracked for a while.
    pub fn resting(h: &Rows, size: [f64; 4], light: &Light) -> Self {
        Self {
            home: *h,
            now: *h,
            kept: *h,
            last: *h,
            before: *h,
            seen: *h,
            predicted: *h,
            way: SAME,
            path: SAME,
            anchor: SAME,
            anchor_old: SAME,
            template_taps: [[[0.0; 2]; 2]; 4],
            image_taps: [[[0.0; 2]; 2]; 4],
            light: *light,
            kept_light: *light,
            last_light: *light,
            size,
            roi: [0.0, 0.0, 100.0, 100.0],
            judged: [0.9, 0.8, 0.9, 0.0],
            shutter: [0.4, 3.0, 0.0, 0.0],
            shown: [1.0, 1.0, 0.9, 2.0],
            mode: FOLLOW,
            state: State::Tracking,
            age: 20,
            lost: 0,
            wide: [0.0; 4],
        }
    }

    /// Area of the armed quad.
    pub fn area(&self) -> f64 {
        self.size[0] * self.size[1]
    }
}
