//! Enum properties as GObject types.

use crate::trackoverlay::settings::{BlendMode, MotionModel, OnLost, Sizing};

/// Values of the property `motion-model`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuTrackMotionModel")]
pub enum TrackMotionModel {
    /// Translation only.
    #[enum_value(name = "Translation only", nick = "translation")]
    Translation,
    /// Translation, rotation and scale.
    #[enum_value(name = "Translation, rotation and scale", nick = "similarity")]
    Similarity,
    /// Also shear: for planes far away.
    #[enum_value(
        name = "Translation, rotation, scale and shear: for planes far away",
        nick = "affine"
    )]
    Affine,
    /// Any perspective view of a plane.
    #[default]
    #[enum_value(name = "Any perspective view of a plane", nick = "homography")]
    Homography,
}

impl From<TrackMotionModel> for MotionModel {
    fn from(model: TrackMotionModel) -> Self {
        match model {
            TrackMotionModel::Translation => Self::Translation,
            TrackMotionModel::Similarity => Self::Similarity,
            TrackMotionModel::Affine => Self::Affine,
            TrackMotionModel::Homography => Self::Homography,
        }
    }
}

/// Values of the property `on-lost`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuTrackOnLost")]
pub enum TrackOnLost {
    /// It stays at its last position.
    #[enum_value(name = "It stays at its last position", nick = "hold")]
    Hold,
    /// It fades out.
    #[enum_value(
        name = "It fades out, and fades in once the plane is found again",
        nick = "fade"
    )]
    Fade,
    /// It disappears at once.
    #[default]
    #[enum_value(name = "It disappears at once", nick = "hide")]
    Hide,
}

impl From<TrackOnLost> for OnLost {
    fn from(choice: TrackOnLost) -> Self {
        match choice {
            TrackOnLost::Hold => Self::Hold,
            TrackOnLost::Fade => Self::Fade,
            TrackOnLost::Hide => Self::Hide,
        }
    }
}

/// Values of the property `blend-mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuTrackBlendMode")]
pub enum TrackBlendMode {
    /// It covers the picture.
    #[default]
    #[enum_value(name = "It covers the picture", nick = "normal")]
    Normal,
    /// It darkens the picture.
    #[enum_value(
        name = "It darkens the picture: its white is invisible",
        nick = "multiply"
    )]
    Multiply,
    /// It lightens the picture.
    #[enum_value(
        name = "It lightens the picture: its black is invisible",
        nick = "screen"
    )]
    Screen,
}

impl From<TrackBlendMode> for BlendMode {
    fn from(mode: TrackBlendMode) -> Self {
        match mode {
            TrackBlendMode::Normal => Self::Normal,
            TrackBlendMode::Multiply => Self::Multiply,
            TrackBlendMode::Screen => Self::Screen,
        }
    }
}

/// Values of the property `sizing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuTrackSizing")]
pub enum TrackSizing {
    /// Stretched to the plane.
    #[default]
    #[enum_value(name = "It is stretched to fill the plane", nick = "stretch")]
    Stretch,
    /// All of the placement is visible.
    #[enum_value(
        name = "All of it is visible in its own aspect; parts of the plane stay free",
        nick = "contain"
    )]
    Contain,
    /// All of the plane is covered.
    #[enum_value(
        name = "It covers the plane in its own aspect; its margins are cut off",
        nick = "cover"
    )]
    Cover,
}

impl From<TrackSizing> for Sizing {
    fn from(sizing: TrackSizing) -> Self {
        match sizing {
            TrackSizing::Stretch => Self::Stretch,
            TrackSizing::Contain => Self::Contain,
            TrackSizing::Cover => Self::Cover,
        }
    }
}

/// Values of the property `on-stall`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuTrackOnStall")]
pub enum TrackOnStall {
    /// The last frame stays.
    #[default]
    #[enum_value(name = "Its last frame stays", nick = "hold")]
    Hold,
    /// It disappears.
    #[enum_value(name = "It disappears after stall-timeout", nick = "hide")]
    Hide,
}
