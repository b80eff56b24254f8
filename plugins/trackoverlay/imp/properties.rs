//! The values of the properties that are plain values.

use glib::prelude::*;

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
    /// `motion-blur`.
    pub motion_blur: f64,
    /// `plane-aspect`; 0 for that of the armed quad.
    pub plane_aspect: f64,
    /// `blend-mode`.
    pub blend_mode: TrackBlendMode,
    /// `sizing`.
    pub sizing: TrackSizing,
    /// `occlusion`.
    pub occlusion: bool,
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
            motion_blur: 0.0,
            plane_aspect: 0.0,
            blend_mode: TrackBlendMode::default(),
            sizing: TrackSizing::default(),
            occlusion: true,
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
    /// What the algorithm takes of them.
    pub fn settings(&self) -> Settings {
        Settings {
            opacity: self.opacity as f32,
            blend: self.blend_mode.into(),
            feather: self.feather as f32,
            sizing: self.sizing.into(),
            relight: self.relight as f32,
            occlusion: self.occlusion,
            on_lost: self.on_lost.into(),
            fade_out: self.fade_out as f32 / 1000.0,
            fade_in: self.fade_in as f32 / 1000.0,
            motion_model: self.motion_model.into(),
        }
    }

    /// How the placement looks on an armed quad of this aspect.
    pub fn look(&self, armed_aspect: f32) -> Look {
        let plane_aspect = match self.plane_aspect > 0.0 {
            true => self.plane_aspect as f32,
            false => armed_aspect,
        };
        Look {
            motion_blur: self.motion_blur as f32,
            ..Look::new(&self.settings(), plane_aspect)
        }
    }

    /// Nanoseconds after which a second stream without frames is hidden; `None` for never.
    pub fn patience(&self) -> Option<u64> {
        let hides = self.on_stall == TrackOnStall::Hide;
        hides.then_some(u64::from(self.stall_timeout) * 1_000_000)
    }

    /// Sets a property; GObject has checked its type and range.
    pub fn set(&mut self, name: &str, value: &glib::Value) {
        match name {
            "opacity" => self.opacity = value.get().unwrap_or(self.opacity),
            "feather" => self.feather = value.get().unwrap_or(self.feather),
            "relight" => self.relight = value.get().unwrap_or(self.relight),
            "motion-blur" => self.motion_blur = value.get().unwrap_or(self.motion_blur),
            "plane-aspect" => self.plane_aspect = value.get().unwrap_or(self.plane_aspect),
            "blend-mode" => self.blend_mode = value.get().unwrap_or(self.blend_mode),
            "sizing" => self.sizing = value.get().unwrap_or(self.sizing),
            "occlusion" => self.occlusion = value.get().unwrap_or(self.occlusion),
            "on-lost" => self.on_lost = value.get().unwrap_or(self.on_lost),
            "fade-out" => self.fade_out = value.get().unwrap_or(self.fade_out),
            "fade-in" => self.fade_in = value.get().unwrap_or(self.fade_in),
            "motion-model" => self.motion_model = value.get().unwrap_or(self.motion_model),
            "on-stall" => self.on_stall = value.get().unwrap_or(self.on_stall),
            "stall-timeout" => self.stall_timeout = value.get().unwrap_or(self.stall_timeout),
            _ => {}
        }
    }

    /// The value of a property.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "opacity" => self.opacity.to_value(),
            "feather" => self.feather.to_value(),
            "relight" => self.relight.to_value(),
            "motion-blur" => self.motion_blur.to_value(),
            "plane-aspect" => self.plane_aspect.to_value(),
            "blend-mode" => self.blend_mode.to_value(),
            "sizing" => self.sizing.to_value(),
            "occlusion" => self.occlusion.to_value(),
            "on-lost" => self.on_lost.to_value(),
            "fade-out" => self.fade_out.to_value(),
            "fade-in" => self.fade_in.to_value(),
            "motion-model" => self.motion_model.to_value(),
            "on-stall" => self.on_stall.to_value(),
            _ => self.stall_timeout.to_value(),
        }
    }
}
