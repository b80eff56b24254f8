//! Values of the properties that do not name files.

use crate::property_values;
use crate::trackoverlay::colour::{Encoding, Target};
use crate::trackoverlay::place::look::Look;
use crate::trackoverlay::settings::Settings;
use crate::trackoverlay::{
    TrackBlendMode, TrackMotionModel, TrackOnLost, TrackOnStall, TrackSizing,
};

/// The properties, copied once for each frame.
#[derive(Debug, Clone, Copy)]
pub struct Knobs {
    /// `opacity`.
    pub opacity: f64,
    /// `feather`, in pixels.
    pub feather: f64,
    /// `relight`.
    pub relight: f64,
    /// `match-grain`.
    pub match_grain: f64,
    /// `motion-blur`.
    pub motion_blur: f64,
    /// `plane-aspect`; 0 uses the armed quad's.
    pub plane_aspect: f64,
    /// `graphics-white`, in cd/m2.
    pub graphics_white: f64,
    /// `field-of-view`, in degrees.
    pub field_of_view: f64,
    /// `blend-mode`.
    pub blend_mode: TrackBlendMode,
    /// `sizing`.
    pub sizing: TrackSizing,
    /// `occlusion`.
    pub occlusion: bool,
    /// `interactive`.
    pub interactive: bool,
    /// `on-lost`.
    pub on_lost: TrackOnLost,
    /// `fade-out`, in milliseconds.
    pub fade_out: u32,
    /// `fade-in`, in milliseconds.
    pub fade_in: u32,
    /// `motion-model`.
    pub motion_model: TrackMotionModel,
    /// `on-stall`.
    pub on_stall: TrackOnStall,
    /// `stall-timeout`, in milliseconds.
    pub stall_timeout: u32,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            opacity: 1.0,
            feather: 0.0,
            relight: 1.0,
            match_grain: 1.0,
            motion_blur: 0.0,
            plane_aspect: 0.0,
            graphics_white: Target::GRAPHICS_WHITE.into(),
            field_of_view: 50.0,
            blend_mode: TrackBlendMode::default(),
            sizing: TrackSizing::default(),
            occlusion: true,
            interactive: false,
            on_lost: TrackOnLost::default(),
            fade_out: 200,
            fade_in: 200,
            motion_model: TrackMotionModel::default(),
            on_stall: TrackOnStall::default(),
            stall_timeout: 500,
        }
    }
}

impl Knobs {
    /// The algorithm's settings.
    pub fn settings(&self) -> Settings {
        Settings {
            opacity: self.opacity as f32,
            blend: self.blend_mode.into(),
            feather: self.feather as f32,
            sizing: self.sizing.into(),
            relight: self.relight as f32,
            match_grain: self.match_grain as f32,
            occlusion: self.occlusion,
            on_lost: self.on_lost.into(),
            fade_out: self.fade_out as f32 / 1000.0,
            fade_in: self.fade_in as f32 / 1000.0,
            motion_model: self.motion_model.into(),
        }
    }

    /// Frames of this coding, with the white for graphics.
    pub fn target(&self, encoding: Encoding) -> Target {
        Target {
            graphics_white: self.graphics_white as f32,
            ..Target::new(encoding)
        }
    }

    /// The look of the placement in these frames, for an armed quad of this aspect.
    pub fn look(&self, target: &Target, armed_aspect: f32) -> Look {
        let plane_aspect = match self.plane_aspect > 0.0 {
            true => self.plane_aspect as f32,
            false => armed_aspect,
        };
        Look {
            white: target.white_code(),
            motion_blur: self.motion_blur as f32,
            ..Look::new(&self.settings(), plane_aspect)
        }
    }

    /// Nanoseconds without frames after which the second stream is hidden; `None` if never.
    pub fn patience(&self) -> Option<u64> {
        let hides = self.on_stall == TrackOnStall::Hide;
        hides.then_some(u64::from(self.stall_timeout) * 1_000_000)
    }
}

property_values!(Knobs {
    "opacity" => opacity,
    "feather" => feather,
    "relight" => relight,
    "match-grain" => match_grain,
    "motion-blur" => motion_blur,
    "plane-aspect" => plane_aspect,
    "graphics-white" => graphics_white,
    "field-of-view" => field_of_view,
    "blend-mode" => blend_mode,
    "sizing" => sizing,
    "occlusion" => occlusion,
    "interactive" => interactive,
    "on-lost" => on_lost,
    "fade-out" => fade_out,
    "fade-in" => fade_in,
    "motion-model" => motion_model,
    "on-stall" => on_stall,
    "stall-timeout" => stall_timeout,
});
