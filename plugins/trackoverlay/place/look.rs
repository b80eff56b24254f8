//! Appearance of a placed source: the user's choices that affect pixels.

use crate::trackoverlay::settings::{BlendMode, Settings, Sizing};

/// All choices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// 0 (invisible) to 1.
    pub opacity: f32,
    /// Blend mode, applied to R'G'B'.
    pub blend: BlendMode,
    /// Width of the soft edge in pixels of the frame, inside the source's edge; 0 for a sharp edge.
    pub feather: f32,
    /// Fitting of the source into the plane.
    pub sizing: Sizing,
    /// Width of the real plane divided by its height; unused for [`Sizing::Stretch`]. If it is not positive,
    /// the source is stretched.
    pub plane_aspect: f32,
    /// Code of the source's white in the frame, 0 to 1: less than 1 in frames of high range, where multiplying
    /// by white must change nothing.
    pub white: f32,
    /// Strength of relighting: 0 none, 1 as measured on the plane.
    pub relight: f32,
    /// Strength with which the plate's grain is matched: 0 none, 1 as measured around the plane. Only in
    /// [`BlendMode::Normal`]: in the others the plate shows through.
    pub match_grain: f32,
    /// Number of the frame, which the grain is made from.
    pub frame: u32,
    /// Strength of motion blur: 0 none, 1 as measured. A blurred source extends beyond the quad by half of
    /// the motion during the shutter.
    pub motion_blur: f32,
}

impl Look {
    /// The settings' look on a plane of this aspect, without motion blur.
    pub fn new(settings: &Settings, plane_aspect: f32) -> Self {
        Self {
            opacity: settings.opacity,
            blend: settings.blend,
            feather: settings.feather,
            sizing: settings.sizing,
            plane_aspect,
            white: 1.0,
            relight: settings.relight,
            match_grain: match settings.blend {
                BlendMode::Normal => settings.match_grain,
                BlendMode::Multiply | BlendMode::Screen => 0.0,
            },
            frame: 0,
            motion_blur: 0.0,
        }
    }

    /// Width and height of a source of this aspect relative to the plane's: more than 1 if margins are cut
    /// off.
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

/// The blend mode's number in shaders.
pub(super) fn blend_number(mode: BlendMode) -> u32 {
    match mode {
        BlendMode::Normal => 0,
        BlendMode::Multiply => 1,
        BlendMode::Screen => 2,
    }
}
