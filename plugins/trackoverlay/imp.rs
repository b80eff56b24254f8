//! The GObject of `wgputrackoverlay`: properties, signals, and the virtual methods of GStreamer and the base
//! class.

mod anchor;
mod colour;
mod commands;
pub mod enums;
mod exposure;
mod feed;
mod files;
mod frames;
mod loading;
mod loss;
mod marking;
mod operator;
mod plane;
mod planes;
mod properties;
mod report;
mod running;
mod second_stream;
mod specs;

use std::sync::atomic::AtomicU32;
use std::sync::{Arc, LazyLock, Mutex};

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;
use gst_video::VideoInfo;

use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::trackoverlay::trail::import::Track;
use crate::video::filter::lock;
use crate::video::filter::properties::{path, path_value};
use crate::video::{Filtered, FrameContext, Plan, StreamInfo, WgpuFilter, WgpuFilterImpl, Work};

use anchor::Anchor;
use commands::Commands;
use exposure::Bill;
use feed::Feed;
use files::Files;
use marking::Hand;
use planes::Planes;
use properties::Knobs;
use report::Report;
use running::Running;

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "wgputrackoverlay",
        gst::DebugColorFlags::empty(),
        Some("Pictures and streams pinned to a plane"),
    )
});

/// Instance data.
#[derive(Debug, Default)]
pub struct WgpuTrackOverlay {
    knobs: Mutex<Knobs>,
    /// File properties, and the text of `points`.
    files: Mutex<Files>,
    commands: Mutex<Commands>,
    anchor: Mutex<Anchor>,
    /// Marks that are set by hand.
    hand: Mutex<Hand>,
    report: Mutex<Report>,
    /// Reports on the planes of the file of placements.
    told: Mutex<Vec<Report>>,
    /// Those planes; none while the streaming thread works with them.
    planes: Mutex<Planes>,
    /// `None` without `exposure-location`.
    bill: Mutex<Option<Bill>>,
    track: Mutex<Option<Track>>,
    /// The negotiated caps.
    info: Mutex<Option<VideoInfo>>,
    /// `None` while the streaming thread works with it.
    running: Mutex<Option<Running>>,
    second: Mutex<Option<(gst::Pad, Arc<Feed>)>>,
    /// Number of the next frame, from 0.
    next_frame: AtomicU32,
}

/// Settings of a frame, besides the user's commands.
#[derive(Debug)]
pub struct FrameSettings {
    knobs: Knobs,
    /// No plane is tracked, and none is going to be.
    idle: bool,
}

#[glib::object_subclass]
impl ObjectSubclass for WgpuTrackOverlay {
    const NAME: &'static str = "GstWgpuTrackOverlay";
    const ALLOW_NAME_CONFLICT: bool = true;
    type Type = super::WgpuTrackOverlay;
    type ParentType = WgpuFilter;
}

impl ObjectImpl for WgpuTrackOverlay {
    fn properties() -> &'static [glib::ParamSpec] {
        static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(specs::all);
        &PROPERTIES
    }

    fn signals() -> &'static [glib::subclass::Signal] {
        static SIGNALS: LazyLock<Vec<glib::subclass::Signal>> = LazyLock::new(operator::signals);
        &SIGNALS
    }

    fn set_property(&self, _id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
        match pspec.name() {
            "points" => self.set_points(value.get().unwrap_or_default()),
            "anchor" => self.set_anchor(value.get().unwrap_or_default()),
            "location" => self.set_location(value.get().unwrap_or_default()),
            "arm-mask" => self.set_mask(path(value)),
            "placements" => lock(&self.files).placements = path(value),
            "track-location" => lock(&self.files).track_location = path(value),
            "track-import" => lock(&self.files).track_import = path(value),
            "exposure-location" => lock(&self.files).exposure_location = path(value),
            name => lock(&self.knobs).set(name, value),
        }
    }

    fn property(&self, _id: usize, pspec: &glib::ParamSpec) -> glib::Value {
        let files = lock(&self.files);
        match pspec.name() {
            "points" => files.points.to_value(),
            "anchor" => lock(&self.anchor).text().to_value(),
            "location" => path_value(files.location.as_deref()),
            "arm-mask" => path_value(files.arm_mask.as_deref()),
            "placements" => path_value(files.placements.as_deref()),
            "track-location" => path_value(files.track_location.as_deref()),
            "track-import" => path_value(files.track_import.as_deref()),
            "exposure-location" => path_value(files.exposure_location.as_deref()),
            name => {
                let value = lock(&self.knobs).get(name);
                value.unwrap_or_else(|| pspec.default_value().clone())
            }
        }
    }
}

impl GstObjectImpl for WgpuTrackOverlay {}

impl ElementImpl for WgpuTrackOverlay {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "GPU planar tracking overlay",
                "Filter/Effect/Video/Compositor/Hardware",
                "Follows a plane with sub-pixel accuracy and pins a picture or a stream to it",
                "The gst-plugins-wgpu developers",
            )
        });
        Some(&METADATA)
    }

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> =
            LazyLock::new(|| second_stream::template().into_iter().collect());
        &TEMPLATES
    }

    fn request_new_pad(
        &self,
        template: &gst::PadTemplate,
        name: Option<&str>,
        _caps: Option<&gst::Caps>,
    ) -> Option<gst::Pad> {
        self.add_second_stream(template, name)
    }

    fn release_pad(&self, pad: &gst::Pad) {
        self.remove_second_stream(pad);
    }

    fn change_state(
        &self,
        transition: gst::StateChange,
    ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        match transition {
            gst::StateChange::ReadyToPaused => self.open_files()?,
            gst::StateChange::PausedToReady => self.close_second_stream(true),
            _ => {}
        }
        let changed = self.parent_change_state(transition);
        if changed.is_err() && transition == gst::StateChange::ReadyToPaused {
            self.close_files();
        }
        changed
    }
}

impl BaseTransformImpl for WgpuTrackOverlay {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn set_caps(&self, incaps: &gst::Caps, outcaps: &gst::Caps) -> Result<(), gst::LoggableError> {
        let info = VideoInfo::from_caps(incaps)?;
        self.check_points_in(&info)?;
        let before = lock(&self.info).replace(info.clone());
        let moves =
            |before: VideoInfo| before.width() != info.width() || before.height() != info.height();
        if before.is_some_and(moves) {
            lock(&self.hand).marks.forget();
        }
        self.parent_set_caps(incaps, outcaps)
    }

    fn submit_input_buffer(
        &self,
        is_discont: bool,
        inbuf: gst::Buffer,
    ) -> Result<gst::FlowSuccess, gst::FlowError> {
        self.anchor_in(&inbuf);
        self.parent_submit_input_buffer(is_discont, inbuf)
    }

    fn sink_event(&self, event: gst::Event) -> bool {
        if event.type_() == gst::EventType::Eos {
            self.settle();
            self.close_account();
        }
        self.parent_sink_event(event)
    }

    fn src_event(&self, event: gst::Event) -> bool {
        if event.type_() == gst::EventType::Seek {
            self.seek_second_stream(&event);
        }
        if event.type_() == gst::EventType::Navigation && self.navigate(&event) {
            return true;
        }
        self.parent_src_event(event)
    }
}

impl WgpuFilterImpl for WgpuTrackOverlay {
    type Settings = FrameSettings;

    fn prepare(&self, gpu: &Arc<Gpu>, stream: &StreamInfo) -> Result<(), GpuError> {
        self.prepare_kernels(gpu, stream)
    }

    fn configure(&self, gpu: &Arc<Gpu>, stream: &StreamInfo) -> Result<(), GpuError> {
        self.configure_stream(gpu, stream)
    }

    fn settings(&self) -> FrameSettings {
        FrameSettings {
            knobs: *lock(&self.knobs),
            idle: lock(&self.track).is_none()
                && !self.has_planes()
                && lock(&self.commands).is_idle()
                && !lock(&self.hand).marks.is_marking(),
        }
    }

    fn plan(settings: &FrameSettings) -> Plan {
        Plan {
            passthrough: settings.idle,
            ..Plan::default()
        }
    }

    fn process(
        &self,
        recording: &mut Recording<'_>,
        input: &Frame,
        output: &Frame,
        frame: &FrameContext,
        settings: &FrameSettings,
    ) -> Result<Filtered, GpuError> {
        self.process_frame(recording, (input, output), frame, &settings.knobs)
    }

    fn finish(&self, output: &mut gst::Buffer, work: Option<&Work>) -> Result<(), GpuError> {
        self.finish_frame(output, work)
    }

    fn reset(&self) {
        if let Some(running) = &mut *lock(&self.running) {
            running.reset();
        }
        self.reset_planes();
    }

    fn release(&self) {
        self.settle();
        self.close_account();
        let running = lock(&self.running).take();
        drop(running);
        self.close_planes();
        self.close_files();
        self.forget_second_stream();
    }

    fn lose(&self) {
        self.abandon();
    }

    fn stats(&self) -> Vec<(&'static str, glib::SendValue)> {
        let mut stats = lock(&self.report).stats();
        stats.push(("placements", self.summaries().to_send_value()));
        if let Some((_, feed)) = &*lock(&self.second) {
            stats.push(("overlay-dropped", feed.dropped().to_send_value()));
        }
        stats
    }
}
