//! The base class while running: start, stop, and the work around each frame.

use std::sync::atomic::Ordering;

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::prelude::*;

use super::allocation::DownstreamMetas;
use super::errors::{self, Failure};
use super::imp::{CAT, WgpuFilter, lock};
use super::pace::Pace;
use super::stream::{Item, Stream};
use super::{Plan, StreamInfo};
use crate::gpu::{AdapterSelector, GpuError, guarded};
use crate::video::context;

impl WgpuFilter {
    pub(super) fn open(&self) -> Result<(), GpuError> {
        self.failed.store(false, Ordering::Relaxed);
        let obj = self.obj();
        let plan = (obj.methods().plan)(&obj);
        *lock(&self.pace) = Pace::default();
        self.announced
            .store(self.lookahead(&plan), Ordering::Relaxed);
        let wanted = AdapterSelector::from(lock(&self.adapter).as_deref().unwrap_or_default());
        let gpu = context::find_or_open(obj.upcast_ref(), &wanted)?;
        self.stats.restart(&gpu.info().name);
        if !plan.passthrough
            && let Err(error) = (obj.methods().prepare)(&obj, &gpu, &StreamInfo::COMMON)
        {
            gst::info!(CAT, imp = self, "kernels are asked for later: {error}");
        }
        *lock(&self.gpu) = Some(gpu);
        Ok(())
    }

    pub(super) fn close(&self) {
        let stream = lock(&self.stream).take();
        let obj = self.obj();
        let released = guarded(|| {
            drop(stream);
            (obj.methods().release)(&obj);
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

    pub(super) fn configure(&self, stream: &mut Stream) -> Result<(), GpuError> {
        let obj = self.obj();
        let info = *stream.info();
        stream
            .gpu()
            .check_size(info.layout.width, info.layout.height)?;
        let bytes = info.layout.buffer_bytes().max(info.layout.host_bytes());
        let size = (info.layout.width, info.layout.height);
        stream.gpu().check_binding(size, bytes)?;
        let second = gst::ClockTime::SECOND.nseconds();
        let stated = info.fps.map(|(n, d)| second * u64::from(d) / u64::from(n));
        *lock(&self.pace) = Pace::new(stated, info.buffers(1));
        (obj.methods().configure)(&obj, stream.gpu(), &info)?;
        stream.gpu().finish_kernels()
    }

    /// Calls `work` with the stream taken out of its mutex, so that no lock is held while the GPU works.
    pub(super) fn with_stream(
        &self,
        work: impl FnOnce(&mut Stream, &super::WgpuFilter) -> Result<(), Failure>,
    ) -> Result<(), gst::FlowError> {
        let taken = lock(&self.stream).take();
        let mut stream = taken.ok_or(gst::FlowError::NotNegotiated)?;
        // No panic gets through to GStreamer, which would never call the element again.
        let result = guarded(|| work(&mut stream, &self.obj()));
        let result = result.unwrap_or_else(|reason| Err(GpuError::Lost(reason).into()));
        *lock(&self.stream) = Some(stream);
        result.map_err(|failure| self.fail(failure))
    }

    /// Posts an error on the bus if it is the first of this run, and returns the flow to return.
    pub(super) fn fail(&self, failure: Failure) -> gst::FlowError {
        let message = match failure {
            Failure::Flow(flow) => return flow,
            Failure::Gpu(error) => errors::message(&error),
            Failure::Buffer(_) => gst::error_msg!(gst::StreamError::Format, ["{failure}"]),
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
                Some(Item::Frame(buffer)) => {
                    if let Err(flow) = pad.push(buffer) {
                        gst::debug!(CAT, imp = self, "drained frame refused: {flow:?}");
                    }
                }
            }
        }
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
