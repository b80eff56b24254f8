//! Position of the plane in one frame. Tracking writes it on the GPU, and compositing reads it there.
//!
//! Shaders see a storage buffer of ten `vec4f`; [`Pose`] is the same on the host.

use super::quad::{Homography, PLANE, Quad};

/// Size of a pose in bytes.
pub const POSE_BYTES: u64 = size_of::<Pose>() as u64;

/// The tracker's judgement of its own result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TrackState {
    /// No quad is armed.
    #[default]
    Idle,
    /// The quad is accurate to a fraction of a pixel.
    Tracking,
    /// The quad is roughly right: much of the plane is hidden, blurred or changed.
    Degraded,
    /// The plane was not found; there is no quad.
    Lost,
}

impl TrackState {
    /// The state with this number in a pose; [`TrackState::Lost`] for unknown numbers.
    pub fn from_number(number: f32) -> Self {
        let all = [Self::Idle, Self::Tracking, Self::Degraded, Self::Lost];
        let found = all.into_iter().find(|state| state.number() == number);
        found.unwrap_or(Self::Lost)
    }

    /// Number of the state in a pose.
    pub fn number(self) -> f32 {
        match self {
            Self::Idle => 0.0,
            Self::Tracking => 1.0,
            Self::Degraded => 2.0,
            Self::Lost => 3.0,
        }
    }

    /// True if a pose in this state has a quad.
    pub fn has_quad(self) -> bool {
        matches!(self, Self::Tracking | Self::Degraded)
    }
}

/// The plane in one frame, laid out as in the buffer on the GPU. Coordinates are those of
/// [`quad`](super::quad).
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Default, bytemuck::Pod, bytemuck::Zeroable)]
pub struct Pose {
    /// Rows of the homography from the plane to the frame; the fourth element of each row is 0.
    pub to_frame: [[f32; 4]; 3],
    /// Rows of its inverse, from the frame to the plane.
    pub to_plane: [[f32; 4]; 3],
    /// Relighting: luma is `gain` times luma at arming, plus `bias`.
    pub gain: f32,
    /// Relative to full scale, -1 to 1.
    pub bias: f32,
    /// Confidence in the quad, 0 to 1.
    pub confidence: f32,
    /// Visibility of the placement, 0 to 1: changes gradually when the plane is lost and found.
    pub visibility: f32,
    /// Number of a [`TrackState`].
    pub state: f32,
    /// Low 16 bits of the frame's number. An `f32` cannot hold a 32-bit integer exactly.
    pub frame_low: f32,
    /// High 16 bits.
    pub frame_high: f32,
    /// Share of the sample points that moved with the plane, 0 to 1.
    pub inliers: f32,
    /// Bounding box clipped to the frame, as the first and the last pixels that the quad touches: x0, y0,
    /// x1, y1. Empty if x1 < x0.
    pub bounds: [f32; 4],
    /// Motion of the plane's centre while the shutter was open, in pixels.
    pub blur: [f32; 2],
    /// Unused, zero.
    pub spare: [f32; 2],
}

impl Pose {
    /// A pose without a quad.
    pub fn nothing(state: TrackState, frame: u32) -> Self {
        let rows = Homography::IDENTITY.0.map(wide);
        Self {
            to_frame: rows,
            to_plane: rows,
            gain: 1.0,
            state: state.number(),
            frame_low: (frame & 0xffff) as f32,
            frame_high: (frame >> 16) as f32,
            bounds: [0.0, 0.0, -1.0, -1.0],
            ..Self::default()
        }
    }

    /// A pose with a known quad in a frame of this size, without relighting, fully visible;
    /// [`Pose::nothing`] if the quad is not [sound](Quad::is_sound).
    pub fn known(quad: &Quad, frame: u32, (width, height): (u32, u32)) -> Self {
        let Ok(to_frame) = quad.homography() else {
            return Self::nothing(TrackState::Lost, frame);
        };
        let bounds = match quad.bounds(width, height) {
            Some([x0, y0, x1, y1]) => [x0, y0, x1 - 1, y1 - 1].map(|v| v as f32),
            None => [0.0, 0.0, -1.0, -1.0],
        };
        Self {
            to_frame: to_frame.0.map(wide),
            to_plane: to_frame.inverse().normalised().0.map(wide),
            confidence: 1.0,
            visibility: 1.0,
            inliers: 1.0,
            bounds,
            ..Self::nothing(TrackState::Tracking, frame)
        }
    }

    /// The state.
    pub fn state(&self) -> TrackState {
        TrackState::from_number(self.state)
    }

    /// Number of the frame.
    pub fn frame(&self) -> u32 {
        ((self.frame_high as u32) << 16) | (self.frame_low as u32)
    }

    /// The plane's corners in the frame; `None` if the state has no quad.
    pub fn quad(&self) -> Option<Quad> {
        let rows = self.to_frame.map(|[x, y, z, _]| [x, y, z].map(f64::from));
        let quad = Homography(rows).map_quad(&PLANE);
        (self.state().has_quad() && quad.is_sound()).then_some(quad)
    }
}

fn wide([x, y, z]: [f64; 3]) -> [f32; 4] {
    [x as f32, y as f32, z as f32, 0.0]
}
