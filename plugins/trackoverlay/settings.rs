//! The user's settings, without GStreamer's types.

/// How the plane may move relative to the armed quad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MotionModel {
    /// Translation only: 2 parameters.
    Translation,
    /// Translation, rotation and scale: 4 parameters.
    Similarity,
    /// Any affine map: 6 parameters.
    Affine,
    /// Any perspective view of a plane: 8 parameters.
    #[default]
    Homography,
}

/// What happens to the placement while the plane is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OnLost {
    /// It stays at its last position.
    Hold,
    /// It stays and fades out, and fades in once the plane is found again.
    Fade,
    /// It disappears at once, so that it never shows on a scene without the plane.
    #[default]
    Hide,
}

/// How the placement is combined with the picture below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BlendMode {
    /// It covers the picture.
    #[default]
    Normal,
    /// It darkens the picture: product of both.
    Multiply,
    /// It lightens the picture: complement of the product of both complements.
    Screen,
}

/// How a source of another aspect fills the quad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sizing {
    /// Stretched to the quad.
    #[default]
    Stretch,
    /// All of the source is visible; parts of the quad stay free.
    Contain,
    /// All of the quad is covered; margins of the source are cut off.
    Cover,
}

/// The settings of one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// 0 (invisible) to 1.
    pub opacity: f32,
    /// How the placement is combined with the picture below.
    pub blend: BlendMode,
    /// Width of the soft edge inside the quad, in pixels of the frame.
    pub feather: f32,
    /// How the source fills the quad.
    pub sizing: Sizing,
    /// Strength of relighting: 0 none, 1 as measured on the plane.
    pub relight: f32,
    /// Strength with which the plate's grain is matched: 0 none, 1 as measured.
    pub match_grain: f32,
    /// Objects that move in front of the plane stay in front of the placement.
    pub occlusion: bool,
    /// What happens to the placement while the plane is lost.
    pub on_lost: OnLost,
    /// Seconds to fade out once lost, with [`OnLost::Fade`].
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
            match_grain: 1.0,
            occlusion: true,
            on_lost: OnLost::Hide,
            fade_out: 0.2,
            fade_in: 0.2,
            motion_model: MotionModel::Homography,
        }
    }
}
