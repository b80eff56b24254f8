//! What the tracker knows of a plane from frame to frame.

use super::sight::Light;
use crate::reference::homography::{Point, Rows, SAME};

/// Bits of the mode: followed, a second pass with blur, lost, not where it was expected.
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

/// Homographies take the plane to pixels, but for those that are said to take something else.
#[derive(Debug, Clone)]
pub struct Known {
    /// At arming.
    pub home: Rows,
    /// In work.
    pub now: Rows,
    /// Before the second pass.
    pub kept: Rows,
    pub last: Rows,
    pub before: Rows,
    /// As shown last.
    pub seen: Rows,
    pub predicted: Rows,
    /// Pixels of a frame to those of the next.
    pub way: Rows,
    /// Places of the plane, from the shutter's end to its start.
    pub path: Rows,
    /// The corrected plane to the tracked one, now and before the last correction.
    pub anchor: Rows,
    pub anchor_old: Rows,
    pub template_taps: [Taps; 4],
    pub image_taps: [Taps; 4],
    pub light: Light,
    pub kept_light: Light,
    pub last_light: Light,
    /// Mean sides of the armed quad, and its middle.
    pub size: [f64; 4],
    /// Box that is needed of the frame.
    pub roi: [f64; 4],
    /// Share of the texture that agrees, mean correlation, share of the first pass, nothing.
    pub judged: [f64; 4],
    /// Open part of the frame time, frames it was found from, longest way, 1 to look at it.
    pub shutter: [f64; 4],
    /// Part of the correction that is done, visibility, confidence, usual residual.
    pub shown: [f64; 4],
    pub mode: u32,
    pub state: State,
    pub age: u32,
    pub lost: u32,
    /// Box that is needed where the plane is not where it was expected.
    pub wide: [f64; 4],
}

impl Known {
    /// A plane at rest at `h`, followed for a while.
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
