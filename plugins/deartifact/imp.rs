//! The GObject of `wgpudeartifact`: properties, and the virtual methods of GStreamer and the base class.

mod properties;

use std::sync::{Arc, LazyLock, Mutex};

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;

use properties::Knobs;

use super::{Findings, Preset, Repairer};
use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::network::method::Method;
use crate::picture::scene_cut::Activity;
use crate::video::filter::choice::Rung;
use crate::video::filter::lock;
use crate::video::{Filtered, FrameContext, Plan, StreamInfo, WgpuFilter, WgpuFilterImpl};

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "wgpudeartifact",
        gst::DebugColorFlags::empty(),
        Some("Repair of compression damage on the GPU"),
    )
});

/// Presets for `auto` in software, with what each takes at least, by measurements on llvmpipe.
const RUNGS: &[Rung] = &[
    Rung {
        name: "fast",
        growth: 100,
    },
    Rung {
        name: "balanced",
        growth: 180,
    },
    Rung {
        name: "quality",
        growth: 1500,
    },
];

/// Values for `stats`, behind a lock of their own, so that reading them never waits for a frame.
#[derive(Debug, Default)]
struct StatsSnapshot {
    findings: Option<Findings>,
    activity: Option<Activity>,
    preset: Option<Preset>,
}

/// Instance data.
#[derive(Debug, Default)]
pub struct WgpuDeartifact {
    knobs: Mutex<Knobs>,
    snapshot: Mutex<StatsSnapshot>,
    /// `None` while the streaming thread works with it.
    repairer: Mutex<Option<Repairer>>,
}

#[glib::object_subclass]
impl ObjectSubclass for WgpuDeartifact {
    const NAME: &'static str = "GstWgpuDeartifact";
    const ALLOW_NAME_CONFLICT: bool = true;
    type Type = super::WgpuDeartifact;
    type ParentType = WgpuFilter;
    type Interfaces = (gst::Preset,);
}

impl ObjectImpl for WgpuDeartifact {
    fn properties() -> &'static [glib::ParamSpec] {
        static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(properties::all);
        &PROPERTIES
    }

    fn set_property(&self, _id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
        lock(&self.knobs).set(pspec.name(), value);
    }

    fn property(&self, _id: usize, pspec: &glib::ParamSpec) -> glib::Value {
        let value = self.knobs().get(pspec.name());
        value.unwrap_or_else(|| pspec.default_value().clone())
    }
}

impl GstObjectImpl for WgpuDeartifact {}

impl PresetImpl for WgpuDeartifact {}

impl ElementImpl for WgpuDeartifact {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "GPU compression artifact removal",
                "Filter/Effect/Video/Hardware",
                "Removes blocking, ringing and banding, as strongly as it finds the video damaged",
                "The gst-plugins-wgpu developers",
            )
        });
        Some(&METADATA)
    }
}

impl BaseTransformImpl for WgpuDeartifact {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;
}

impl WgpuDeartifact {
    /// A consistent copy of all properties.
    fn knobs(&self) -> Knobs {
        *lock(&self.knobs)
    }

    /// Logs the network's method, for tracing wrong or slow pictures.
    fn log_network(&self, gpu: &Gpu, preset: Preset) {
        if preset == Preset::Quality {
            let (method, matrices) = (Method::of(gpu), gpu.matrices());
            gst::info!(
                CAT,
                imp = self,
                "convolutions: {method:?}; matrix units: {matrices}"
            );
        }
    }
}

impl WgpuFilterImpl for WgpuDeartifact {
    type Settings = Knobs;

    fn prepare(&self, gpu: &Arc<Gpu>, stream: &StreamInfo) -> Result<(), GpuError> {
        let may_degrade = self.obj().upcast_ref::<WgpuFilter>().may_degrade();
        for preset in Preset::likely(self.knobs().preset as u32, gpu.is_software(), may_degrade) {
            Repairer::new(gpu, &stream.shape(), preset)?;
        }
        Ok(())
    }

    fn configure(&self, gpu: &Arc<Gpu>, stream: &StreamInfo) -> Result<(), GpuError> {
        let preset = Preset::resolve(self.knobs().preset as u32, gpu.is_software());
        gst::info!(CAT, imp = self, "{preset:?} for {stream:?}");
        let before = lock(&self.repairer).take();
        if let Some(mut repairer) = before
            && repairer.adopt(gpu, &stream.shape(), preset)
        {
            *lock(&self.repairer) = Some(repairer);
            return Ok(());
        }
        // The old one is gone by now: it and the new one may not fit into GPU memory together.
        let repairer = Repairer::new(gpu, &stream.shape(), preset)?;
        self.log_network(gpu, preset);
        *lock(&self.repairer) = Some(repairer);
        Ok(())
    }

    fn settings(&self) -> Knobs {
        self.knobs()
    }

    fn plan(knobs: &Knobs) -> Plan {
        let (steps, faster) = Preset::faster_than(knobs.preset as u32);
        Plan {
            steps,
            faster,
            rungs: if knobs.preset as u32 == 0 { RUNGS } else { &[] },
            passthrough: knobs.is_idle(),
            variant: knobs.preset as u32,
            ..Plan::default()
        }
    }

    fn process(
        &self,
        recording: &mut Recording<'_>,
        input: &Frame,
        output: &Frame,
        frame: &FrameContext,
        knobs: &Knobs,
    ) -> Result<Filtered, GpuError> {
        let settings = knobs.settings();
        let taken = lock(&self.repairer).take();
        // It is `None` only after a failed `configure`, and no frame comes then.
        let Some(mut repairer) = taken else {
            return Ok(Filtered::Pending);
        };
        let preset = Preset::resolve(knobs.preset as u32, repairer.gpu().is_software())
            .slower_by(frame.steps_up)
            .faster_by(frame.steps_down);
        let result = repairer.set_preset(preset).and_then(|changed| {
            if changed {
                gst::info!(CAT, imp = self, "now {preset:?}");
                self.log_network(repairer.gpu(), preset);
            }
            repairer.process(recording, (input, output), frame.bottom, &settings)
        });
        *lock(&self.snapshot) = StatsSnapshot {
            findings: repairer.findings(),
            activity: repairer.activity(),
            preset: Some(repairer.preset()),
        };
        *lock(&self.repairer) = Some(repairer);
        result.map(|()| Filtered::Output)
    }

    fn reset(&self) {
        if let Some(repairer) = &mut *lock(&self.repairer) {
            repairer.reset();
        }
    }

    fn release(&self) {
        let repairer = lock(&self.repairer).take();
        drop(repairer);
        *lock(&self.snapshot) = StatsSnapshot::default();
    }

    fn stats(&self) -> Vec<(&'static str, glib::SendValue)> {
        let snapshot = lock(&self.snapshot);
        let found = snapshot.findings.unwrap_or_default();
        let preset = snapshot.preset.map_or("none", Preset::name);
        // Below 0: not known.
        let activity = snapshot.activity;
        let number = |value: f32| f64::from(value).to_send_value();
        vec![
            ("grid-period-x", number(found.period[0])),
            ("grid-period-y", number(found.period[1])),
            ("grid-offset-x", number(found.offset[0])),
            ("grid-offset-y", number(found.offset[1])),
            ("blockiness", number(found.blockiness)),
            ("ringing", number(found.ringing)),
            ("quantizer", number(found.quantizer)),
            ("strength", number(found.strength)),
            ("motion", number(activity.map_or(-1.0, |a| a.motion))),
            (
                "complexity",
                number(activity.map_or(-1.0, |a| a.complexity)),
            ),
            ("preset", preset.to_send_value()),
        ]
    }
}
