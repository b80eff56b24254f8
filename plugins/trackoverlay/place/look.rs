//! How a placement looks: what an operator chooses, as far as pixels are concerned.

use crate::trackoverlay::settings::{BlendMode, Settings, Sizing};

/// All choices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// 0 (nothing to see) to 1.
    pub opacity: f32,
    /// How source and picture are joined, in R'G'B'.
    pub blend: BlendMode,
    /// Width of a soft edge in pixels of the frame, inwards from the source's edge; 0 for a sharp
    /// one.
    pub feather: f32,
    /// How the source fills the plane.
    pub sizing: Sizing,
    /// Width of the real plane divided by its height; of no meaning for [`Sizing::Stretch`]. Where
    /// it is not positive the source is stretched.
    pub plane_aspect: f32,
    /// How bright the source's white is, in shares of the frame's code for white: 1 where both have
    /// the same transfer function, [`Look::WHITE_IN_HLG`] or [`Look::WHITE_IN_PQ`] for graphics in
    /// standard range on a frame in high range.
    pub white: f32,
    /// How far the source follows the light on the plane: 0 not at all, 1 as measured.
    pub relight: f32,
    /// How much of the camera's motion blur the source gets: 0 none, 1 as measured. With it the
    /// source reaches beyond the quad by half the way of the shutter.
    pub motion_blur: f32,
}

impl Look {
    /// Code of graphics white in HLG, ITU-R BT.2408.
    pub const WHITE_IN_HLG: f32 = 0.75;
    /// Code of graphics white in PQ, ITU-R BT.2408.
    pub const WHITE_IN_PQ: f32 = 0.58;

    /// What settings say of a plane of this aspect, without motion blur.
    pub fn new(settings: &Settings, plane_aspect: f32) -> Self {
        Self {
            opacity: settings.opacity,
            blend: settings.blend,
            feather: settings.feather,
            sizing: settings.sizing,
            plane_aspect,
            white: 1.0,
            relight: settings.relight,
            motion_blur: 0.0,
        }
    }

    /// Width and height of a source of this aspect in parts of the plane's: more than 1 where
    /// margins are cut off.
    pub fn fit(&self, source_aspect: f32) -> [f32; 2] {
        let ratio = source_aspect / self.plane_aspect;
        if !(ratio > 0.0 && ratio.is_finite()) {
            return [1.0, 1.0];
        }
        match self.sizing {
            Sizing::Stretch => [1.0, 1.0],
            Sizing::Contain => [ratio.min(1.0), ratio.recip().min(1.0)],
            Sizing::Cover => [ratio.max(1.0), ratio.recip().max(1.0)],
        }
    }
}

/// The number that shaders know a mode by.
pub(super) fn blend_number(mode: BlendMode) -> u32 {
    match mode {
        BlendMode::Normal => 0,
        BlendMode::Multiply => 1,
        BlendMode::Screen => 2,
    }
}
