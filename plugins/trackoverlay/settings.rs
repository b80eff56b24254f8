//! What an operator chooses, without GStreamer's types.

/// How the plane may move from the armed quad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MotionModel {
    /// Shifts only: 2 numbers.
    Translation,
    /// Shifts, turns and scales: 4 numbers.
    Similarity,
    /// Any linear map and a shift: 6 numbers.
    Affine,
    /// All that a plane in front of a camera can do: 8 numbers.
    #[default]
    Homography,
}

/// What becomes of the placement while the plane is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OnLost {
    /// It stays at its last place.
    Hold,
    /// It stays and fades away, and fades in again once the plane is found.
    Fade,
    /// It goes at once: nothing of it shows on a scene that the plane is not in.
    #[default]
    Hide,
}

/// How the placement mixes with what is below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BlendMode {
    /// Covers it.
    #[default]
    Normal,
    /// Darkens it: product of both.
    Multiply,
    /// Lightens it: product of both complements.
    Screen,
}

/// How a picture of another shape fills the quad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sizing {
    /// All of the quad by all of the picture.
    #[default]
    Stretch,
    /// All of the picture, with bars of the quad left free.
    Contain,
    /// All of the quad, with margins of the picture cut off.
    Cover,
}

/// The settings of one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// 0 for nothing to 1 for all of the placement.
    pub opacity: f32,
    /// How it mixes with what is below.
    pub blend: BlendMode,
    /// Width of the soft edge inside the quad, in pixels of the frame.
    pub feather: f32,
    /// How the picture fills the quad.
    pub sizing: Sizing,
    /// How far to follow the light on the plane, from 0 for not at all to 1 for all the way.
    pub relight: f32,
    /// What moves in front of the plane stays in front.
    pub occlusion: bool,
    /// What becomes of the placement while the plane is lost.
    pub on_lost: OnLost,
    /// Seconds to fade away once lost, with [`OnLost::Fade`].
    pub fade_out: f32,
    /// Seconds to fade in once found again, with [`OnLost::Fade`].
    pub fade_in: f32,
    /// How the plane may move.
    pub motion_model: MotionModel,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            opacity: 1.0,
            blend: BlendMode::Normal,
            feather: 0.0,
            sizing: Sizing::Stretch,
            relight: 1.0,
            occlusion: true,
            on_lost: OnLost::Hide,
            fade_out: 0.2,
            fade_in: 0.2,
            motion_model: MotionModel::Homography,
        }
    }
}
