//! Where the plane is in one frame: what tracking leaves on the GPU, and compositing reads there.
//!
//! Shaders see a storage buffer of ten `vec4f`; [`Pose`] is the same on the host.

use super::quad::{Homography, PLANE, Quad};

/// Bytes of a pose in its buffer.
pub const POSE_BYTES: u64 = size_of::<Pose>() as u64;

/// What tracking thinks of its own result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TrackState {
    /// No quad was armed.
    #[default]
    Idle,
    /// The quad is right to a fraction of a pixel.
    Tracking,
    /// The quad is about right: much of the plane is hidden, blurred or changed.
    Degraded,
    /// There is no quad.
    Lost,
}

impl TrackState {
    /// The state of this number in a pose; [`TrackState::Lost`] for any other.
    pub fn from_number(number: f32) -> Self {
        let all = [Self::Idle, Self::Tracking, Self::Degraded, Self::Lost];
        let found = all.into_iter().find(|state| state.number() == number);
        found.unwrap_or(Self::Lost)
    }

    /// Its number in a pose.
    pub fn number(self) -> f32 {
        match self {
            Self::Idle => 0.0,
            Self::Tracking => 1.0,
            Self::Degraded => 2.0,
            Self::Lost => 3.0,
        }
    }

    /// True where the pose has a quad.
    pub fn has_quad(self) -> bool {
        matches!(self, Self::Tracking | Self::Degraded)
    }
}

/// The plane in one frame, as in the buffer on the GPU. Coordinates are those of
/// [`quad`](super::quad).
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Default, bytemuck::Pod, bytemuck::Zeroable)]
pub struct Pose {
    /// Rows of the homography from the plane to the frame; the fourth of each row is 0.
    pub to_frame: [[f32; 4]; 3],
    /// Rows of its inverse.
    pub to_plane: [[f32; 4]; 3],
    /// Luma now is `gain` times luma at arming plus `bias`.
    pub gain: f32,
    /// In shares of full scale, -1 to 1.
    pub bias: f32,
    /// How far to trust the quad, 0 to 1.
    pub confidence: f32,
    /// How much of the placement to show, 0 to 1: fades when the plane is lost and found.
    pub visibility: f32,
    /// Number of a [`TrackState`].
    pub state: f32,
    /// Low 16 bits of the frame's number. A float holds no whole 32-bit number.
    pub frame_low: f32,
    /// High 16 bits.
    pub frame_high: f32,
    /// Share of the samples that moved with the plane, 0 to 1.
    pub inliers: f32,
    /// The quad's box, clipped to the frame: first and last pixel that it touches, x0, y0, x1,
    /// y1. x1 is less than x0 where there is none.
    pub bounds: [f32; 4],
    /// Way of the plane's centre while the shutter was open, in pixels.
    pub blur: [f32; 2],
    /// Zero.
    pub spare: [f32; 2],
}

impl Pose {
    /// A pose with nothing to show.
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

    /// A pose with a known quad in a frame of this size, in full light and visibility;
    /// [`Pose::nothing`] where the quad is not [sound](Quad::is_sound).
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

    /// The number of the frame it belongs to.
    pub fn frame(&self) -> u32 {
        ((self.frame_high as u32) << 16) | (self.frame_low as u32)
    }

    /// The plane's corners in the frame; `None` where the state has no quad.
    pub fn quad(&self) -> Option<Quad> {
        let rows = self.to_frame.map(|[x, y, z, _]| [x, y, z].map(f64::from));
        let quad = Homography(rows).map_quad(&PLANE);
        (self.state().has_quad() && quad.is_sound()).then_some(quad)
    }
}

fn wide([x, y, z]: [f64; 3]) -> [f32; 4] {
    [x as f32, y as f32, z as f32, 0.0]
}
