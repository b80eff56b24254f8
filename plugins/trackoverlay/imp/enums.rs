//! The choices of the properties as GObject knows them.

use crate::trackoverlay::settings::{BlendMode, MotionModel, OnLost, Sizing};

/// The property `motion-model`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuTrackMotionModel")]
pub enum TrackMotionModel {
    /// Shifts only.
    #[enum_value(name = "Shifts only", nick = "translation")]
    Translation,
    /// Shifts, turns and scales.
    #[enum_value(name = "Shifts, turns and scales", nick = "similarity")]
    Similarity,
    /// And shears: a plane far away.
    #[enum_value(
        name = "Shifts, turns, scales and shears: planes far away",
        nick = "affine"
    )]
    Affine,
    /// All that a plane can do.
    #[default]
    #[enum_value(
        name = "All that a plane in front of a camera can do",
        nick = "homography"
    )]
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

/// The property `on-lost`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuTrackOnLost")]
pub enum TrackOnLost {
    /// It stays.
    #[enum_value(name = "It stays at its last place", nick = "hold")]
    Hold,
    /// It fades.
    #[enum_value(
        name = "It fades away, and in again once the plane is found",
        nick = "fade"
    )]
    Fade,
    /// It goes.
    #[default]
    #[enum_value(name = "It goes at once", nick = "hide")]
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

/// The property `blend-mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuTrackBlendMode")]
pub enum TrackBlendMode {
    /// Covers.
    #[default]
    #[enum_value(name = "It covers the picture", nick = "normal")]
    Normal,
    /// Darkens.
    #[enum_value(
        name = "It darkens the picture: its white is invisible",
        nick = "multiply"
    )]
    Multiply,
    /// Lightens.
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

/// The property `sizing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuTrackSizing")]
pub enum TrackSizing {
    /// Fills the plane.
    #[default]
    #[enum_value(name = "It is stretched to fill the plane", nick = "stretch")]
    Stretch,
    /// All of it shows.
    #[enum_value(
        name = "All of it in its own aspect, bars of the plane stay free",
        nick = "contain"
    )]
    Contain,
    /// All of the plane is covered.
    #[enum_value(
        name = "It fills the plane in its own aspect, margins are cut off",
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

/// The property `on-stall`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuTrackOnStall")]
pub enum TrackOnStall {
    /// The last frame stays.
    #[default]
    #[enum_value(name = "Its last frame stays", nick = "hold")]
    Hold,
    /// It goes.
    #[enum_value(name = "It goes after stall-timeout", nick = "hide")]
    Hide,
}
