//! The GObject behind the base class.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::base_transform::GenerateOutputSuccess;
use gst_base::subclass::prelude::*;

use super::allocation::{self, DownstreamMetas};
use super::caps::{self, Memories, Memory};
use super::errors::Failure;
use super::figures::Reports;
use super::lateness::{Course, Keeping, WhenLate};
use super::loss::{Fortune, OnDeviceLoss};
use super::pace::Pace;
use super::properties::{file, path, path_value};
use super::stats::Statistics;
use super::stream::{Item, Stream};
use crate::gpu::{Gpu, GpuError, guarded};
use crate::video::{context, drm_format, format};

pub(super) static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "wgpufilter",
        gst::DebugColorFlags::empty(),
        Some("Base class of the GPU filters"),
    )
});

const ANY_ADAPTER: &str = "auto";

/// Instance data of the base class.
#[derive(Debug, Default)]
pub struct WgpuFilter {
    pub(super) adapter: Mutex<Option<String>>,
    pub(super) gpu: Mutex<Option<Arc<Gpu>>>,
    /// `None` while the streaming thread works with it.
    pub(super) stream: Mutex<Option<Stream>>,
    pub(super) metas: Mutex<DownstreamMetas>,
    pub(super) stats: Arc<Statistics>,
    /// This run has posted its error message already.
    pub(super) failed: AtomicBool,
    /// Lookahead in frames that the latest latency message was for.
    pub(super) announced: AtomicU32,
    /// How far frames are apart in time.
    pub(super) pace: Mutex<Pace>,
    pub(super) when_late: Mutex<WhenLate>,
    pub(super) keeping: Mutex<Keeping>,
    /// The sink has said of the latest frame that it came late.
    pub(super) late_at_sink: AtomicBool,
    pub(super) on_loss: Mutex<OnDeviceLoss>,
    pub(super) fortune: Mutex<Fortune>,
    /// Ends all waits for the device.
    pub(super) cancel: Arc<AtomicBool>,
    /// Frames are of no use to anybody if they come late.
    pub(super) is_live: AtomicBool,
    /// Upstream is live, whoever asks for the latency; and whether that is known.
    pub(super) is_source_live: AtomicBool,
    pub(super) is_source_known: AtomicBool,
    pub(super) reports: Mutex<Reports>,
}

/// Locks a mutex, and ignores poisoning: all values behind our locks stay valid if a thread panics.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What broke off by a panic is told as the loss of the device.
fn broken<T>(reason: String) -> Result<T, GpuError> {
    Err(GpuError::Lost(reason))
}

#[glib::object_subclass]
impl ObjectSubclass for WgpuFilter {
    const NAME: &'static str = "GstWgpuFilter";
    const ABSTRACT: bool = true;
    const ALLOW_NAME_CONFLICT: bool = true;
    type Type = super::WgpuFilter;
    type ParentType = gst_base::BaseTransform;
    type Class = super::WgpuFilterClass;
}

impl ObjectImpl for WgpuFilter {
    fn properties() -> &'static [glib::ParamSpec] {
        static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(|| {
            vec![
                glib::ParamSpecString::builder("adapter")
                    .nick("Adapter")
                    .blurb(
                        "GPU to use: auto, an index, or part of a name. auto takes the best \
                         discrete GPU, then integrated, then software",
                    )
                    .default_value(Some(ANY_ADAPTER))
                    .mutable_ready()
                    .build(),
                glib::ParamSpecEnum::builder::<WhenLate>("when-late")
                    .nick("When late")
                    .blurb(
                        "What to do when a live stream comes faster than frames can be filtered. drop: \
                         frames are left out, and the stream stays in time; degrade: a faster preset \
                         until there is room again; passthrough: no frame is left out, but some are \
                         unfiltered. A warning says so, and the message wgpu-load. Costs nothing",
                    )
                    .mutable_playing()
                    .build(),
                glib::ParamSpecEnum::builder::<OnDeviceLoss>("on-device-loss")
                    .nick("On device loss")
                    .blurb(
                        "What to do when the GPU fails, hangs or runs out of memory. passthrough: \
                         frames go on unfiltered while the GPU, or another one, is opened again; \
                         error: the stream ends with an error",
                    )
                    .mutable_playing()
                    .build(),
                file(
                    "stats-location",
                    "Statistics location",
                    "File to write the figures of each second to, as JSON lines: frames, noise or damage found, \
                     cuts, GPU time (docs/STATISTICS.md). Set it to choose bit rates or to watch a service by \
                     it. Costs a line a second",
                ),
                glib::ParamSpecBoolean::builder("stats-meta")
                    .nick("Statistics meta")
                    .blurb(
                        "Attach the figures to each frame, as GstWgpuStatsMeta, for elements and programs behind \
                         this one. Costs some microseconds a frame",
                    )
                    .mutable_playing()
                    .build(),
                glib::ParamSpecBoxed::builder::<gst::Structure>("stats")
                    .nick("Statistics")
                    .blurb("Adapter, frames and transfers so far, and GPU time of each pass in milliseconds")
                    .read_only()
                    .build(),
            ]
        });
        &PROPERTIES
    }

    fn set_property(&self, _id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
        match pspec.name() {
            "adapter" => *lock(&self.adapter) = value.get().unwrap_or_default(),
            "when-late" => *lock(&self.when_late) = value.get().unwrap_or_default(),
            "on-device-loss" => *lock(&self.on_loss) = value.get().unwrap_or_default(),
            "stats-location" => lock(&self.reports).location = path(value),
            "stats-meta" => lock(&self.reports).on_frames = value.get().unwrap_or_default(),
            _ => {}
        }
    }

    fn property(&self, _id: usize, pspec: &glib::ParamSpec) -> glib::Value {
        match pspec.name() {
            "adapter" => lock(&self.adapter)
                .as_deref()
                .unwrap_or(ANY_ADAPTER)
                .to_value(),
            "when-late" => lock(&self.when_late).to_value(),
            "on-device-loss" => lock(&self.on_loss).to_value(),
            "stats-location" => path_value(lock(&self.reports).location.as_deref()),
            "stats-meta" => lock(&self.reports).on_frames.to_value(),
            _ => {
                let obj = self.obj();
                let own = (obj.methods().stats)(&obj);
                self.stats.structure(own).to_value()
            }
        }
    }

    fn constructed(&self) {
        self.parent_constructed();
        self.obj().set_gap_aware(true);
        // As in other video filters: frames that a sink could only drop are not worked on.
        self.obj().set_property("qos", true);
    }
}

impl GstObjectImpl for WgpuFilter {}

impl ElementImpl for WgpuFilter {
    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> =
            LazyLock::new(|| caps::templates(Memories::Both, Memories::Both));
        &TEMPLATES
    }

    // Not in `start` and `stop` of GstBaseTransform: if `start` fails, each class between this one and the
    // element posts an error of its own.
    fn change_state(
        &self,
        transition: gst::StateChange,
    ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        if transition == gst::StateChange::ReadyToPaused {
            if let Err(message) = self.open_figures() {
                self.post_error_message(message);
                return Err(gst::StateChangeError);
            }
            if let Err(error) = guarded(|| self.open()).unwrap_or_else(broken) {
                let _ = self.fail(Failure::Gpu(error));
                return Err(gst::StateChangeError);
            }
        }
        // Or else the streaming thread keeps this one waiting.
        let stops = transition == gst::StateChange::PausedToReady;
        self.cancel.store(stops, Ordering::Relaxed);
        let changed = self.parent_change_state(transition);
        if transition == gst::StateChange::PausedToReady {
            self.close();
            self.close_figures();
        }
        changed
    }
}

impl BaseTransformImpl for WgpuFilter {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn transform_caps(
        &self,
        direction: gst::PadDirection,
        caps: &gst::Caps,
        filter: Option<&gst::Caps>,
    ) -> Option<gst::Caps> {
        Some(match direction {
            gst::PadDirection::Sink => caps::transform_down(caps, filter, self.exports()),
            _ => caps::transform_up(caps, filter, self.imports()),
        })
    }

    fn fixate_caps(
        &self,
        direction: gst::PadDirection,
        caps: &gst::Caps,
        othercaps: gst::Caps,
    ) -> gst::Caps {
        if direction != gst::PadDirection::Sink {
            return self.parent_fixate_caps(direction, caps, othercaps);
        }
        let peer = self.obj().src_pad().peer();
        let peer_caps = peer.map(|peer| peer.query_caps(None));
        let chosen = caps::prefer(othercaps, peer_caps.as_ref());
        self.parent_fixate_caps(direction, caps, chosen)
    }

    fn unit_size(&self, caps: &gst::Caps) -> Option<usize> {
        drm_format::info(caps).ok().map(|info| info.size())
    }

    fn set_caps(&self, incaps: &gst::Caps, outcaps: &gst::Caps) -> Result<(), gst::LoggableError> {
        self.drain_and_push();
        let in_info = drm_format::info(incaps)?;
        let out_info = drm_format::info(outcaps)?;
        let layout = format::layout(&in_info)
            .ok_or_else(|| gst::loggable_error!(CAT, "no frames of {incaps}"))?;
        let memories = (Memory::of(incaps), Memory::of(outcaps));
        let infos = (in_info, out_info);
        let mut stream = Stream::new(layout, infos, memories, &self.stats);
        if let Some(before) = &*lock(&self.stream) {
            stream.follow(before);
        }
        match self.configure(&mut stream) {
            Ok(()) => {
                *lock(&self.stream) = Some(stream);
                Ok(())
            }
            Err(failure) => {
                let text = failure.to_string();
                let _ = self.fail(failure);
                Err(gst::loggable_error!(CAT, "{text}"))
            }
        }
    }

    fn propose_allocation(
        &self,
        _decide_query: Option<&gst::query::Allocation>,
        query: &mut gst::query::Allocation,
    ) -> Result<(), gst::LoggableError> {
        let gpu = lock(&self.gpu).clone();
        let metas = lock(&self.metas).clone();
        allocation::propose(gpu.as_ref(), &metas, query)
    }

    fn decide_allocation(
        &self,
        query: &mut gst::query::Allocation,
    ) -> Result<(), gst::LoggableError> {
        *lock(&self.metas) = DownstreamMetas::read(query);
        let video_meta = query.find_allocation_meta::<gst_video::VideoMeta>();
        if let Some(stream) = &mut *lock(&self.stream) {
            stream.set_reads_video_meta(video_meta.is_some());
        }
        let gpu = lock(&self.gpu).clone();
        allocation::decide(gpu.as_ref(), query)?;
        self.parent_decide_allocation(query)
    }

    fn transform_meta<'a>(
        &self,
        _outbuf: &mut gst::BufferRef,
        meta: gst::MetaRef<'a, gst::Meta>,
        _inbuf: &'a gst::BufferRef,
    ) -> bool {
        use gst::meta::tags::{Memory, MemoryReference};
        // Size, orientation and colours stay the same, so metas about them stay valid. Metas about the
        // memory do not.
        !meta.has_tag::<Memory>() && !meta.has_tag::<MemoryReference>()
    }

    fn generate_output(&self) -> Result<GenerateOutputSuccess, gst::FlowError> {
        if let Some(buffer) = self.take_queued_buffer() {
            self.note_pace(&buffer);
            self.sync_values(&buffer);
            let began = Instant::now();
            let course = self.course(&buffer);
            self.note_source();
            let may_be_late = self.may_be_late();
            self.with_stream(|stream, filter| {
                self.mend(stream)?;
                match course {
                    Course::Filter => stream.accept(filter, buffer, may_be_late),
                    Course::Pass => stream.pass_by(filter, buffer),
                    Course::Drop => {
                        stream.leave_out(&buffer);
                        Ok(())
                    }
                }
            })?;
            if course == Course::Filter {
                self.note_work(began);
            }
            self.after_frame();
        }
        loop {
            match lock(&self.stream).as_mut().and_then(Stream::next) {
                None => return Ok(GenerateOutputSuccess::NoOutput),
                Some(Item::Frame(mut buffer)) => {
                    self.report_frame(&mut buffer);
                    return Ok(GenerateOutputSuccess::Buffer(buffer));
                }
                Some(Item::Event(event)) => {
                    self.obj().src_pad().push_event(event);
                }
            }
        }
    }

    fn sink_event(&self, event: gst::Event) -> bool {
        use gst::EventView as E;
        match event.view() {
            E::FlushStart(_) => self.cancel.store(true, Ordering::Relaxed),
            E::FlushStop(_) => {
                self.cancel.store(false, Ordering::Relaxed);
                if let Some(stream) = &mut *lock(&self.stream) {
                    stream.flush(&self.obj());
                }
                self.end_second();
                self.begin_timestamps_anew();
            }
            E::Eos(_) | E::Segment(_) | E::SegmentDone(_) | E::StreamStart(_) => {
                self.drain_and_push();
                self.end_second();
                self.begin_timestamps_anew();
            }
            // `set_caps` drains if the caps are new.
            E::Caps(_) => {}
            _ if event.is_serialized() => {
                let held = match lock(&self.stream).as_mut() {
                    Some(stream) => stream.hold_event(event),
                    None => Some(event),
                };
                return held.is_none_or(|event| self.parent_sink_event(event));
            }
            _ => {}
        }
        self.parent_sink_event(event)
    }

    fn src_event(&self, event: gst::Event) -> bool {
        if let gst::EventView::Qos(qos) = event.view() {
            self.note_qos(qos);
        }
        self.parent_src_event(event)
    }

    fn query(&self, direction: gst::PadDirection, query: &mut gst::QueryRef) -> bool {
        use gst::QueryViewMut as Q;
        match query.view_mut() {
            Q::Latency(latency) if direction == gst::PadDirection::Src => self.latency(latency),
            Q::Context(wanted) if wanted.context_type() == context::CONTEXT_TYPE => {
                self.answer_context(wanted)
                    || BaseTransformImplExt::parent_query(self, direction, query)
            }
            Q::Drain(_) if direction == gst::PadDirection::Sink => {
                self.drain_and_push();
                BaseTransformImplExt::parent_query(self, direction, query)
            }
            Q::Caps(_) if direction == gst::PadDirection::Sink => {
                let answered = BaseTransformImplExt::parent_query(self, direction, query);
                if let Q::Caps(query) = query.view_mut()
                    && let Some(result) = query.result_owned()
                {
                    let result = caps::without_plain_dmabuf(result, query.filter());
                    query.set_result(&caps::preferred(result));
                }
                answered
            }
            _ => BaseTransformImplExt::parent_query(self, direction, query),
        }
    }
}
