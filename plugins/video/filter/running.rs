//! The base class while running: start, stop, and the work around each frame.

use std::sync::atomic::Ordering;
use std::time::Duration;

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::prelude::*;

use super::allocation::DownstreamMetas;
use super::errors::{self, Failure};
use super::imp::{CAT, WgpuFilter, lock};
use super::lateness::Keeping;
use super::loss::unbroken;
use super::pace::Pace;
use super::stream::{Item, Stream};
use super::{Plan, StreamInfo};
use crate::gpu::{GpuError, Patience, guarded};
use crate::video::context;

/// The least that a frame may take from a live source to a sink that does not synchronise.
const UNTIMED_PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait for the last results of a stream that ends.
const END_PATIENCE: Duration = Duration::from_secs(2);

impl WgpuFilter {
    pub(super) fn open(&self) -> Result<(), GpuError> {
        self.failed.store(false, Ordering::Relaxed);
        let obj = self.obj();
        let plan = (obj.methods().plan)(&obj);
        *lock(&self.pace) = Pace::default();
        *lock(&self.keeping) = Keeping::default();
        self.late_at_sink.store(false, Ordering::Relaxed);
        self.announced
            .store(self.lookahead(&plan), Ordering::Relaxed);
        self.end_search();
        self.is_live.store(false, Ordering::Relaxed);
        self.is_source_known.store(false, Ordering::Relaxed);
        let gpu = match context::find_or_open(obj.upcast_ref(), &self.selector()) {
            Err(error) if self.is_survived(&error) => {
                self.stats.restart("none");
                self.lose(error, None);
                return Ok(());
            }
            found => found?,
        };
        self.stats.restart(&gpu.info().name);
        let prepare = || (obj.methods().prepare)(&obj, &gpu, &StreamInfo::COMMON);
        if !plan.passthrough
            && let Err(error) = guarded(prepare).unwrap_or_else(|r| Err(GpuError::Lost(r)))
        {
            gst::info!(CAT, imp = self, "kernels are asked for later: {error}");
        }
        *lock(&self.gpu) = Some(gpu);
        Ok(())
    }

    /// True if the device takes DMABuf. Before it is opened nobody knows, and all is possible.
    pub(super) fn imports(&self) -> bool {
        #[cfg(target_os = "linux")]
        return lock(&self.gpu)
            .as_ref()
            .is_none_or(|gpu| gpu.imports_dmabuf());
        #[cfg(not(target_os = "linux"))]
        false
    }

    /// True if others can read memory of the device. Before it is opened nobody knows, and all is possible.
    pub(super) fn exports(&self) -> bool {
        #[cfg(target_os = "linux")]
        return lock(&self.gpu)
            .as_ref()
            .is_none_or(|gpu| gpu.exports_dmabuf());
        #[cfg(not(target_os = "linux"))]
        false
    }

    pub(super) fn close(&self) {
        self.end_search();
        let stream = lock(&self.stream).take();
        let obj = self.obj();
        // Nobody waits for a device that hangs.
        let patience = Patience {
            late: Some(END_PATIENCE),
            ..Patience::usual(false)
        };
        let released = patience.during(|| {
            guarded(|| {
                drop(stream);
                (obj.methods().release)(&obj);
            })
        });
        if let Err(reason) = released {
            gst::warning!(CAT, imp = self, "the end of a stream broke off: {reason}");
        }
        *lock(&self.metas) = DownstreamMetas::default();
        let gpu = lock(&self.gpu).take();
        if let Some(gpu) = gpu {
            // Frees what the last frames held. An error here has already been posted.
            let _ = gpu.poll();
        }
    }

    /// Has a stream and the filter work on the device, if there is one.
    pub(super) fn configure(&self, stream: &mut Stream) -> Result<(), Failure> {
        let obj = self.obj();
        let info = *stream.info();
        let second = gst::ClockTime::SECOND.nseconds();
        let stated = info.fps.map(|(n, d)| second * u64::from(d) / u64::from(n));
        *lock(&self.pace) = Pace::new(stated, info.buffers(1));
        lock(&self.keeping).choice.look_again();
        let Some(gpu) = lock(&self.gpu).clone() else {
            self.tell_recovery(info);
            return Ok(());
        };
        let configured = unbroken(|| {
            stream.attach(&gpu, None)?;
            (obj.methods().configure)(&obj, &gpu, &info)?;
            Ok(gpu.finish_kernels()?)
        });
        configured.or_else(|failure| self.survive(stream, failure))
    }

    /// How long to wait for the device in this stream.
    pub(super) fn patience(&self, stream: &Stream) -> Patience {
        let frame = Duration::from_nanos(lock(&self.pace).frame_time());
        let patience = stream.patience(frame, self.may_be_late());
        // Without a sink that keeps time, a frame may take longer.
        let least = match self.is_live.load(Ordering::Relaxed) {
            true => Duration::ZERO,
            false => UNTIMED_PATIENCE,
        };
        Patience {
            late: patience.late.map(|late| late.max(least)),
            cancel: self.cancel.clone(),
            ..patience
        }
    }

    /// Calls `work` with the stream taken out of its mutex, so that no lock is held while the GPU works.
    pub(super) fn with_stream(
        &self,
        work: impl FnOnce(&mut Stream, &super::WgpuFilter) -> Result<(), Failure>,
    ) -> Result<(), gst::FlowError> {
        let taken = lock(&self.stream).take();
        let mut stream = taken.ok_or(gst::FlowError::NotNegotiated)?;
        let patience = self.patience(&stream);
        // No panic gets through to GStreamer, which would never call the element again.
        let result = patience.during(|| unbroken(|| work(&mut stream, &self.obj())));
        let result = result.or_else(|failure| self.survive(&mut stream, failure));
        *lock(&self.stream) = Some(stream);
        result.map_err(|failure| self.fail(failure))
    }

    /// True if another element of the pipeline has posted the loss of this very device.
    fn is_told(&self) -> bool {
        let Some(gpu) = lock(&self.gpu).clone() else {
            return false;
        };
        if gpu.check().is_ok() || self.failed.load(Ordering::Relaxed) {
            return false;
        }
        let mut root = self.obj().clone().upcast::<gst::Object>();
        while let Some(parent) = root.parent() {
            root = parent;
        }
        !gpu.is_first_to_tell(root.as_ptr().addr())
    }

    /// Posts an error on the bus if it is the first of this run, and returns the flow to return.
    pub(super) fn fail(&self, failure: Failure) -> gst::FlowError {
        let message = match failure {
            Failure::Flow(flow) => return flow,
            Failure::Gpu(error) if error.is_loss() && self.is_told() => {
                self.failed.store(true, Ordering::Relaxed);
                return gst::FlowError::Error;
            }
            Failure::Gpu(error) => errors::message(&error),
            Failure::Buffer(_) | Failure::Unreadable(_) => {
                gst::error_msg!(gst::StreamError::Format, ["{failure}"])
            }
        };
        self.post_once(message);
        gst::FlowError::Error
    }

    /// Posts an error message, unless this run has already posted one.
    pub(super) fn post_once(&self, message: gst::ErrorMessage) {
        if !self.failed.swap(true, Ordering::Relaxed) {
            self.post_error_message(message);
        }
    }

    /// Drains and pushes all held frames, before an event that ends a run of frames.
    pub(super) fn drain_and_push(&self) {
        if lock(&self.stream).is_none() {
            return;
        }
        // The error is already on the bus, and an event has no flow to return it with.
        let _ = self.with_stream(|stream, filter| stream.drain(filter));
        let pad = self.obj().src_pad().clone();
        loop {
            let next = lock(&self.stream).as_mut().and_then(Stream::next);
            match next {
                None => return,
                Some(Item::Event(event)) => {
                    pad.push_event(event);
                }
                Some(Item::Frame(mut buffer)) => {
                    self.report_frame(&mut buffer);
                    if let Err(flow) = pad.push(buffer) {
                        gst::debug!(CAT, imp = self, "drained frame refused: {flow:?}");
                    }
                }
            }
        }
    }

    /// At the first frame: whether upstream is live. A sink that does not synchronise never asks for the
    /// latency, and neither has any sink asked yet when the first frame comes.
    pub(super) fn note_source(&self) {
        if self.is_source_known.swap(true, Ordering::Relaxed) {
            return;
        }
        let mut upstream = gst::query::Latency::new();
        let is_live = self.obj().sink_pad().peer_query(&mut upstream) && upstream.result().0;
        self.is_source_live.store(is_live, Ordering::Relaxed);
    }

    /// True if a frame that comes late is passed unfiltered.
    pub(super) fn may_be_late(&self) -> bool {
        let live = [&self.is_live, &self.is_source_live];
        live.iter().any(|live| live.load(Ordering::Relaxed)) && self.is_survived(&GpuError::Late)
    }

    pub(super) fn note_pace(&self, buffer: &gst::BufferRef) {
        let mut pace = lock(&self.pace);
        if buffer.flags().contains(gst::BufferFlags::DISCONT) {
            pace.break_off();
        }
        let nanoseconds = gst::ClockTime::nseconds;
        pace.note(
            buffer.pts().map(nanoseconds),
            buffer.duration().map(nanoseconds),
        );
    }

    /// The delay in frames that a plan comes to within its limit of latency.
    pub(super) fn lookahead(&self, plan: &Plan) -> u32 {
        let frame_time = lock(&self.pace).frame_time();
        match plan.max_latency {
            0 => plan.lookahead,
            most => {
                let most = u64::from(most) * 1_000_000 / frame_time.max(1);
                plan.lookahead.min(u32::try_from(most).unwrap_or(u32::MAX))
            }
        }
    }

    /// Updates properties bound to a controller to their values at this frame's time.
    pub(super) fn sync_values(&self, buffer: &gst::BufferRef) {
        let obj = self.obj();
        let segment = obj.segment();
        let Some(segment) = segment.downcast_ref::<gst::ClockTime>() else {
            return;
        };
        if let Some(time) = segment.to_stream_time(buffer.pts())
            && let Err(error) = obj.sync_values(time)
        {
            gst::debug!(
                CAT,
                imp = self,
                "a controlled property keeps its value: {error}"
            );
        }
    }

    /// After each frame: announces a changed latency, and notifies `stats` if it is due.
    pub(super) fn after_frame(&self) {
        let obj = self.obj();
        let in_force = lock(&self.stream).as_ref().map(Stream::lookahead);
        let lookahead = in_force.unwrap_or_default();
        let is_new = self.announced.swap(lookahead, Ordering::Relaxed) != lookahead;
        if lock(&self.pace).update(lookahead) || is_new {
            let message = gst::message::Latency::builder().src(&*obj).build();
            // This fails only for an element without a bus, where nobody queries the latency.
            let _ = obj.post_message(message);
        }
        if let Some(stream) = &*lock(&self.stream) {
            stream.report();
            self.end_lateness(stream);
        }
        if self.stats.due() {
            obj.notify("stats");
        }
    }

    /// Answers a latency query: upstream's latency plus one frame duration for each frame of lookahead.
    pub(super) fn latency(&self, query: &mut gst::query::Latency) -> bool {
        let obj = self.obj();
        let mut upstream = gst::query::Latency::new();
        if !obj.sink_pad().peer_query(&mut upstream) {
            return false;
        }
        let (live, min, max) = upstream.result();
        self.is_live.store(live, Ordering::Relaxed);
        let frames = u64::from(self.lookahead(&(obj.methods().plan)(&obj)));
        let frame_time = lock(&self.pace).frame_time();
        let own = gst::ClockTime::from_nseconds(frames * frame_time);
        query.set(live, min + own, max.map(|max| max + own));
        true
    }

    pub(super) fn answer_context(&self, query: &mut gst::query::Context) -> bool {
        let gpu = lock(&self.gpu).clone();
        match gpu {
            Some(gpu) => {
                query.set_context(&context::new_context(&gpu, false));
                true
            }
            None => false,
        }
    }
}
