//! The GObject of `wgpudenoise`: properties, and the virtual methods of GStreamer and the base class.

mod grain;
mod properties;

use std::sync::{Arc, LazyLock, Mutex};

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;

use grain::Grain;
use properties::Knobs;

use super::{Build, Denoiser, Preset, Statistics};
use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::video::filter::choice::Rung;
use crate::video::filter::lock;
use crate::video::filter::properties::{path, path_value};
use crate::video::{Filtered, FrameContext, Plan, StreamInfo, WgpuFilter, WgpuFilterImpl, Work};

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "wgpudenoise",
        gst::DebugColorFlags::empty(),
        Some("Noise reduction on the GPU"),
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
        growth: 150,
    },
    Rung {
        name: "quality",
        growth: 250,
    },
];

/// Values for `stats`, behind a lock of their own, so that reading them never waits for a frame.
#[derive(Debug, Default)]
struct StatsSnapshot {
    statistics: Statistics,
    preset: Option<Preset>,
}

/// Instance data.
#[derive(Debug, Default)]
pub struct WgpuDenoise {
    knobs: Mutex<Knobs>,
    snapshot: Mutex<StatsSnapshot>,
    /// `None` while the streaming thread works with it.
    denoiser: Mutex<Option<Denoiser>>,
    grain: Mutex<Grain>,
}

#[glib::object_subclass]
impl ObjectSubclass for WgpuDenoise {
    const NAME: &'static str = "GstWgpuDenoise";
    const ALLOW_NAME_CONFLICT: bool = true;
    type Type = super::WgpuDenoise;
    type ParentType = WgpuFilter;
    type Interfaces = (gst::Preset,);
}

impl ObjectImpl for WgpuDenoise {
    fn properties() -> &'static [glib::ParamSpec] {
        static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(properties::all);
        &PROPERTIES
    }

    fn set_property(&self, _id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
        match pspec.name() {
            "grain-table-location" => lock(&self.grain).location = path(value),
            name => lock(&self.knobs).set(name, value),
        }
    }

    fn property(&self, _id: usize, pspec: &glib::ParamSpec) -> glib::Value {
        let value = match pspec.name() {
            "grain-table-location" => Some(path_value(lock(&self.grain).location.as_deref())),
            name => self.knobs().get(name),
        };
        value.unwrap_or_else(|| pspec.default_value().clone())
    }
}

impl GstObjectImpl for WgpuDenoise {}

impl PresetImpl for WgpuDenoise {}

impl ElementImpl for WgpuDenoise {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "GPU noise reduction",
                "Filter/Effect/Video/Hardware",
                "Removes noise from video along its motion, as strongly as it finds the noise to be",
                "The gst-plugins-wgpu developers",
            )
        });
        Some(&METADATA)
    }

    fn change_state(
        &self,
        transition: gst::StateChange,
    ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        if transition == gst::StateChange::ReadyToPaused {
            self.open_table();
        }
        let changed = self.parent_change_state(transition);
        if changed.is_err() && transition == gst::StateChange::ReadyToPaused {
            self.close_table();
        }
        changed
    }
}

impl BaseTransformImpl for WgpuDenoise {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn submit_input_buffer(
        &self,
        is_discont: bool,
        inbuf: gst::Buffer,
    ) -> Result<gst::FlowSuccess, gst::FlowError> {
        self.note_time(&inbuf);
        self.parent_submit_input_buffer(is_discont, inbuf)
    }

    fn sink_event(&self, event: gst::Event) -> bool {
        let ends = event.type_() == gst::EventType::Eos;
        let handled = self.parent_sink_event(event);
        if ends {
            self.end_segment();
        }
        handled
    }
}

impl WgpuDenoise {
    /// Build settings for a stream from the properties.
    fn build(&self, gpu: &Gpu, stream: &StreamInfo) -> Build {
        let knobs = self.knobs();
        Build {
            preset: Preset::resolve(knobs.preset as u32, gpu.is_software()),
            lookahead: stream.buffers(knobs.lookahead),
        }
    }

    /// A consistent copy of all properties.
    fn knobs(&self) -> Knobs {
        *lock(&self.knobs)
    }

    /// Calls `work` with the denoiser taken out of its mutex, so that no lock is held meanwhile.
    fn with_denoiser(
        &self,
        work: impl FnOnce(&mut Denoiser) -> Result<bool, GpuError>,
    ) -> Result<Filtered, GpuError> {
        let taken = lock(&self.denoiser).take();
        // It is `None` only after a failed `configure`, and no frame comes then.
        let Some(mut denoiser) = taken else {
            return Ok(Filtered::Pending);
        };
        let result = work(&mut denoiser);
        *lock(&self.snapshot) = StatsSnapshot {
            statistics: denoiser.statistics(),
            preset: Some(denoiser.build().preset),
        };
        *lock(&self.denoiser) = Some(denoiser);
        Ok(match result? {
            true => Filtered::Output,
            false => Filtered::Pending,
        })
    }
}

impl WgpuFilterImpl for WgpuDenoise {
    type Settings = Knobs;

    fn prepare(&self, gpu: &Arc<Gpu>, stream: &StreamInfo) -> Result<(), GpuError> {
        let lookahead = self.build(gpu, stream).lookahead;
        let may_degrade = self.obj().upcast_ref::<WgpuFilter>().may_degrade();
        for preset in Preset::likely(self.knobs().preset as u32, gpu.is_software(), may_degrade) {
            let build = Build { preset, lookahead };
            let mut denoiser = Denoiser::new(gpu, &stream.shape(), build)?;
            denoiser.read_grain(gpu, lock(&self.grain).is_wanted())?;
        }
        Ok(())
    }

    fn configure(&self, gpu: &Arc<Gpu>, stream: &StreamInfo) -> Result<(), GpuError> {
        let build = self.build(gpu, stream);
        gst::info!(CAT, imp = self, "{build:?} for {stream:?}");
        let reads_grain = {
            let mut grain = lock(&self.grain);
            grain.follow(stream);
            grain.is_wanted()
        };
        let before = lock(&self.denoiser).take();
        if let Some(mut denoiser) = before
            && denoiser.adopt(gpu, &stream.shape(), build)
        {
            *lock(&self.denoiser) = Some(denoiser);
            return Ok(());
        }
        // The old one is gone by now: it and the new one may not fit into GPU memory together.
        let mut denoiser = Denoiser::new(gpu, &stream.shape(), build)?;
        denoiser.read_grain(gpu, reads_grain)?;
        *lock(&self.denoiser) = Some(denoiser);
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
            passthrough: knobs.strength == 0.0 || knobs.sigma == 0.0,
            lookahead: knobs.lookahead,
            max_latency: knobs.max_latency,
            variant: knobs.preset as u32,
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
        self.with_denoiser(|denoiser| {
            let build = Build {
                preset: Preset::resolve(knobs.preset as u32, denoiser.gpu().is_software())
                    .slower_by(frame.steps_up)
                    .faster_by(frame.steps_down),
                lookahead: frame.lookahead,
            };
            if denoiser.rebuild(build)? {
                gst::info!(CAT, imp = self, "now {build:?}");
            }
            denoiser.process(recording, (input, output), frame.bottom, &settings)
        })
    }

    fn drain(&self, recording: &mut Recording<'_>, output: &Frame) -> Result<Filtered, GpuError> {
        self.with_denoiser(|denoiser| denoiser.drain(recording, output))
    }

    fn finish(&self, output: &mut gst::Buffer, work: Option<&Work>) -> Result<(), GpuError> {
        self.note_grain(output, work)
    }

    fn reset(&self) {
        self.end_segment();
        if let Some(denoiser) = &mut *lock(&self.denoiser) {
            denoiser.reset();
        }
    }

    fn release(&self) {
        self.lose();
        self.close_table();
    }

    fn lose(&self) {
        self.end_segment();
        let denoiser = lock(&self.denoiser).take();
        drop(denoiser);
        *lock(&self.snapshot) = StatsSnapshot::default();
    }

    fn stats(&self) -> Vec<(&'static str, glib::SendValue)> {
        let snapshot = lock(&self.snapshot);
        let sigma = snapshot
            .statistics
            .sigma
            .unwrap_or([-1.0; 3])
            .map(f64::from);
        let preset = snapshot.preset.map_or("none", Preset::name);
        let activity = snapshot.statistics.activity;
        // Below 0: not known.
        let number = |value: Option<f32>| f64::from(value.unwrap_or(-1.0)).to_send_value();
        vec![
            ("sigma-y", sigma[0].to_send_value()),
            ("sigma-u", sigma[1].to_send_value()),
            ("sigma-v", sigma[2].to_send_value()),
            ("scene-cuts", snapshot.statistics.scene_cuts.to_send_value()),
            ("motion", number(activity.map(|activity| activity.motion))),
            (
                "complexity",
                number(activity.map(|activity| activity.complexity)),
            ),
            ("preset", preset.to_send_value()),
        ]
    }
}
