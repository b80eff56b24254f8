//! What the tracker knows of the plane, as its shaders hold it in their buffers.

use crate::storage;

/// A homography by columns; the fourth number of each is unused.
pub type Columns = [[f32; 4]; 3];
/// Gain, and bias 1, x, y | x2, xy, y2, and the scale of the residuals.
pub type LightWords = [[f32; 4]; 2];
/// For each level, two directions to take samples in.
pub type TapWords = [[f32; 4]; 4];

storage! {
    /// All that the passes know of the plane: `Track` in `trackoverlay/track/shared/state.wgsl`.
    /// Homographies map the plane to pixels of luma.
    pub struct Track {
        /// The plane at arming.
        pub home: Columns,
        /// As the passes of this frame have it so far.
        pub now: Columns,
        /// Before the second pass.
        pub kept: Columns,
        /// In the last frame.
        pub last: Columns,
        /// In the frame before the last.
        pub before: Columns,
        /// When last seen.
        pub seen: Columns,
        /// As expected now.
        pub predicted: Columns,
        /// Motion of the frame's points in one frame.
        pub way: Columns,
        /// Where a point of the plane at mid-exposure is at the shutter's end, seen from its start.
        pub path: Columns,
        /// What the operator corrected: from the corrected plane to the tracked one.
        pub anchor: Columns,
        /// Correction from which it goes on to that one.
        pub anchor_old: Columns,
        /// Taps that bring the template to the frame's footprint, in units of the plane.
        pub template_taps: TapWords,
        /// Taps that bring the frame to the template's, in pixels.
        pub image_taps: TapWords,
        /// Light as the passes of this frame have it so far.
        pub light: LightWords,
        /// Light before the second pass.
        pub kept_light: LightWords,
        /// Light of the last frame.
        pub last_light: LightWords,
        /// Mean width and height of the armed quad in pixels, and its middle at arming.
        pub size: [f32; 4],
        /// What of the frame is needed, in pixels: x0, y0, x1, y1.
        pub roi: [f32; 4],
        /// Share of the texture that agrees, mean correlation, share of the first pass, inliers.
        pub judged: [f32; 4],
        /// Part of the frame time that the shutter is open, frames it was found from, way of the
        /// farthest point in pixels, steps to divide the path into.
        pub shutter: [f32; 4],
        /// How far the correction has come; visibility; confidence; usual scale of residuals.
        pub shown: [f32; 4],
        /// Modes of the frame, as bits.
        pub mode: u32,
        /// State, as in the pose.
        pub state: u32,
        /// Frames since arming or finding again.
        pub age: u32,
        /// Frames lost.
        pub lost: u32,
        /// What of the frame is needed where the plane is not where it is expected.
        pub wide: [f32; 4],
        /// Path in which the template was drawn last.
        pub drawn_path: Columns,
        /// Taps of the finest level with which it was drawn.
        pub drawn_taps: [f32; 4],
        /// Way in pixels, 1 where it was drawn at all, and the modes in which it is drawn now.
        pub drawn: [f32; 4],
    }
}

storage! {
    /// A place where the plane may be: `Candidate` in `trackoverlay/track/shared/candidate.wgsl`.
    pub struct Candidate {
        /// The plane.
        pub h: Columns,
        /// Its light.
        pub light: LightWords,
        /// Score of the search, share of the texture that agrees, mean correlation, 1 where aligned.
        pub fit: [f32; 4],
    }
}
