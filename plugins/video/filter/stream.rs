//! One stream between two changes of caps: the frames it holds, and what is done with each.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use gst::subclass::prelude::*;
use gst_video::prelude::*;
use gst_video::{
    VideoBufferFlags, VideoFieldOrder, VideoInfo, VideoInterlaceMode, VideoTransferFunction,
};

use super::alpha::HeldAlpha;
use super::errors::Failure;
use super::held;
use super::stats::{Statistics, count};
use super::transfer::{Output, Target, Transfer};
use super::{AnySettings, Fields, Filtered, FrameContext, Plan, StreamInfo, WgpuFilter};
use crate::gpu::{FrameLayout, Gpu, GpuError, Recorder, Recording};

/// One of this many frames is timed on the GPU.
const TIME_EVERY: u64 = 32;

/// A frame, or an event that must keep its place between two frames.
#[derive(Debug)]
pub enum Item {
    /// An input frame in `held`, an output frame in `ready`.
    Frame(gst::Buffer),
    /// A serialized event.
    Event(gst::Event),
}

/// State between `set_caps` and the next one.
#[derive(Debug)]
pub struct Stream {
    gpu: Arc<Gpu>,
    info: StreamInfo,
    in_info: VideoInfo,
    /// Uploads, downloads and output buffers.
    pub transfer: Transfer,
    recorder: Recorder,
    /// Input that has not been output yet.
    held: VecDeque<Item>,
    alpha: HeldAlpha,
    /// Output that has not been pushed yet.
    ready: VecDeque<Item>,
    /// Requirements of the latest frame's settings.
    plan: Plan,
    /// The latest buffer was a bottom field.
    bottom: bool,
    /// The latest buffer was skipped: it did not hold a frame.
    skipped: bool,
    stats: Arc<Statistics>,
}

impl Stream {
    /// A stream for one pair of caps; `out_gpu` if downstream accepts GPU frames.
    ///
    /// # Errors
    /// As [`Transfer::new`].
    pub fn new(
        gpu: &Arc<Gpu>,
        layout: FrameLayout,
        infos: (VideoInfo, VideoInfo),
        out_gpu: bool,
        stats: &Arc<Statistics>,
    ) -> Result<Self, GpuError> {
        let in_info = infos.0.clone();
        let mut recorder = Recorder::new(gpu);
        recorder.enable_timing(TIME_EVERY);
        Ok(Self {
            gpu: gpu.clone(),
            info: stream_info(&in_info, layout),
            in_info,
            transfer: Transfer::new(gpu, layout, infos, out_gpu, stats)?,
            recorder,
            held: VecDeque::new(),
            alpha: HeldAlpha::default(),
            ready: VecDeque::new(),
            plan: Plan::default(),
            // A stream whose buffers carry no parity flags then begins with a top field.
            bottom: true,
            skipped: false,
            stats: stats.clone(),
        })
    }

    /// Goes on after a change of caps: what the settings required, and what came last. Whether the filter must
    /// begin anew is for [`configure`](super::WgpuFilterImpl::configure) to say.
    pub fn follow(&mut self, before: &Self) {
        self.plan = before.plan;
        self.skipped = before.skipped;
        if before.info.alternate {
            self.bottom = before.bottom;
        }
    }

    /// The device.
    pub fn gpu(&self) -> &Arc<Gpu> {
        &self.gpu
    }

    /// The stream, as filters see it.
    pub fn info(&self) -> &StreamInfo {
        &self.info
    }

    /// Delay in frames that the latest frame's settings required.
    pub fn lookahead(&self) -> u32 {
        self.plan.lookahead
    }

    /// The next frame or event to push.
    pub fn next(&mut self) -> Option<Item> {
        self.ready.pop_front()
    }

    /// Queues an event behind the frames held; returns it if none are held.
    pub fn hold_event(&mut self, event: gst::Event) -> Option<gst::Event> {
        if self.held.is_empty() {
            return Some(event);
        }
        self.held.push_back(Item::Event(event));
        None
    }

    /// Takes one input frame. [`Stream::next`] then returns what can be pushed. A buffer that does not hold a
    /// frame of the caps is dropped: the first of a run of them with a warning.
    ///
    /// # Errors
    /// Those of the GPU layer, and flow returns.
    pub fn accept(&mut self, filter: &WgpuFilter, mut buffer: gst::Buffer) -> Result<(), Failure> {
        if self.skipped {
            buffer.make_mut().set_flags(gst::BufferFlags::DISCONT);
        }
        let skipped = match self.take(filter, buffer) {
            Err(failure) if failure.is_of_buffer() => {
                count(&self.stats.skipped);
                if !self.skipped {
                    warn_skipped(filter, &failure);
                }
                true
            }
            other => {
                other?;
                false
            }
        };
        self.skipped = skipped;
        Ok(())
    }

    fn take(&mut self, filter: &WgpuFilter, buffer: gst::Buffer) -> Result<(), Failure> {
        let methods = filter.methods();
        let (mut plan, settings) = (methods.settings)(filter);
        plan.lookahead = filter.imp().lookahead(&plan);
        let passing = plan.passthrough;
        let before = self.plan;
        let changed = (plan.lookahead, plan.variant) != (before.lookahead, before.variant);
        // Frames may be missing before this one: whether the earlier ones still help is found in the pictures.
        let discont = buffer.flags().contains(gst::BufferFlags::DISCONT);
        // A buffer without memory stands for a gap: there is nothing in it to filter.
        let empty = buffer.n_memory() == 0;
        let bottom = self.is_bottom(&buffer);
        // Two fields of the same parity in a row: one was lost, and the fields held must come out first.
        let gap = self.info.alternate && bottom == self.bottom;
        if empty || passing || changed || gap {
            self.drain(filter)?;
        }
        if (before.passthrough && !passing) || changed {
            (methods.reset)(filter);
        }
        self.plan = plan;
        self.bottom = bottom;
        if empty {
            self.ready.push_back(Item::Frame(buffer));
            return Ok(());
        }
        match passing {
            true => self.pass(filter, buffer),
            false => self.filter(filter, buffer, discont, &*settings),
        }
    }

    fn pass(&mut self, filter: &WgpuFilter, buffer: gst::Buffer) -> Result<(), Failure> {
        let mut out = self.transfer.pass(filter, &mut self.recorder, buffer)?;
        (filter.methods().finish)(filter, &mut out, None)?;
        self.ready.push_back(Item::Frame(out));
        count(&self.stats.frames);
        count(&self.stats.passed);
        Ok(())
    }

    fn filter(
        &mut self,
        filter: &WgpuFilter,
        buffer: gst::Buffer,
        discont: bool,
        settings: &AnySettings,
    ) -> Result<(), Failure> {
        let context = self.context(&buffer, discont);
        let target = self.transfer.target(filter)?;
        let mut recording = self.recorder.begin();
        let input = self.transfer.input(&mut recording, &buffer)?;
        let process = filter.methods().process;
        let filtered = process(
            filter,
            &mut recording,
            input.frame(),
            target.frame()?,
            &context,
            settings,
        )?;
        if filtered == Filtered::Untouched {
            let out =
                self.transfer
                    .untouched(filter, recording, (&buffer, input.frame()), target)?;
            drop(input);
            // Dropped first, so that the buffer is not shared if it is itself the output.
            drop(buffer);
            return self.push(filter, out);
        }
        let uploaded = input.uploaded();
        let waits = filtered != Filtered::Output || self.plan.lookahead > 0;
        let buffer = match waits {
            true => held::to_be_held(buffer),
            false => buffer,
        };
        self.held.push_back(Item::Frame(buffer));
        let has_alpha = self.info.layout.alpha;
        let kept = [
            self.alpha.hold(has_alpha, uploaded),
            match filtered {
                Filtered::Output => {
                    let oldest = oldest(&self.held);
                    self.alpha.give(&mut recording, oldest, target.frame()?)?
                }
                _ => None,
            },
        ];
        let out = finish(filter, &self.transfer, recording, target, filtered)?;
        drop(kept);
        self.emit(filter, out)
    }

    /// Queues a finished frame for pushing.
    fn push(&mut self, filter: &WgpuFilter, out: Output) -> Result<(), Failure> {
        let (mut buffer, work) = out;
        (filter.methods().finish)(filter, &mut buffer, Some(&work))?;
        self.ready.push_back(Item::Frame(buffer));
        count(&self.stats.frames);
        Ok(())
    }

    /// Outputs all held frames in order, then resets the filter.
    pub fn drain(&mut self, filter: &WgpuFilter) -> Result<(), Failure> {
        if self.held.is_empty() {
            return Ok(());
        }
        let drain = filter.methods().drain;
        while self.held.iter().any(|item| matches!(item, Item::Frame(_))) {
            let target = self.transfer.target(filter)?;
            let mut recording = self.recorder.begin();
            let filtered = drain(filter, &mut recording, target.frame()?)?;
            if filtered != Filtered::Output {
                break;
            }
            let oldest = oldest(&self.held);
            let _kept = self.alpha.give(&mut recording, oldest, target.frame()?)?;
            let out = finish(filter, &self.transfer, recording, target, filtered)?;
            self.emit(filter, out)?;
        }
        // If the filter holds fewer frames than the queue, the rest pass unfiltered: no frame is lost.
        while let Some(item) = self.held.pop_front() {
            match item {
                Item::Frame(buffer) => self.pass(filter, buffer)?,
                event => self.ready.push_back(event),
            }
        }
        self.alpha.clear();
        (filter.methods().reset)(filter);
        Ok(())
    }

    /// Drops everything held, for a flush. Sticky events are kept, because they outlive a flush.
    pub fn flush(&mut self, filter: &WgpuFilter) {
        let mut items = std::mem::take(&mut self.ready);
        items.append(&mut self.held);
        items.retain(|item| matches!(item, Item::Event(event) if event.type_().is_sticky()));
        self.ready = items;
        self.alpha.clear();
        (filter.methods().reset)(filter);
    }

    /// Gives an output frame the metadata of the oldest input frame, and queues it.
    fn emit(&mut self, filter: &WgpuFilter, out: Option<Output>) -> Result<(), Failure> {
        let Some((mut out, work)) = out else {
            return Ok(());
        };
        while let Some(item) = self.held.pop_front() {
            match item {
                Item::Event(_) => self.ready.push_back(item),
                Item::Frame(input) => {
                    filter.copy_metadata_to(&input, &mut out)?;
                    self.push(filter, (out, work))?;
                    break;
                }
            }
        }
        while let Some(Item::Event(_)) = self.held.front() {
            self.ready.extend(self.held.pop_front());
        }
        Ok(())
    }

    /// Hands GPU times to the statistics when new ones may have arrived.
    pub fn report(&self) {
        let frames = self.stats.frames.load(Ordering::Relaxed);
        if frames % TIME_EVERY == TIME_EVERY / 2 {
            self.stats.set_passes(self.recorder.timings());
        }
    }

    /// True for the bottom field of an `alternate` stream. Buffers without a parity flag are taken as the
    /// opposite of the one before.
    fn is_bottom(&self, buffer: &gst::BufferRef) -> bool {
        let flags = buffer.video_flags();
        self.info.alternate
            && match flags.contains(VideoBufferFlags::ONEFIELD) {
                true => !flags.contains(VideoBufferFlags::TFF),
                false => !self.bottom,
            }
    }

    fn context(&self, buffer: &gst::BufferRef, discont: bool) -> FrameContext {
        FrameContext {
            fields: fields(&self.in_info, buffer),
            discont,
            bottom: self.bottom,
            corrupted: buffer.flags().contains(gst::BufferFlags::CORRUPTED),
            pts: buffer.pts().map(gst::ClockTime::nseconds),
            lookahead: self.info.buffers(self.plan.lookahead),
        }
    }
}

fn warn_skipped(filter: &WgpuFilter, failure: &Failure) {
    gst::element_warning!(
        filter,
        gst::StreamError::Format,
        ("A buffer was dropped, as are all like it until the next good one: {failure}"),
        ["stats counts them as skipped"]
    );
}

/// The oldest frame held.
fn oldest(held: &VecDeque<Item>) -> Option<&gst::Buffer> {
    held.iter().find_map(|item| match item {
        Item::Frame(buffer) => Some(buffer),
        Item::Event(_) => None,
    })
}

fn finish(
    filter: &WgpuFilter,
    transfer: &Transfer,
    recording: Recording<'_>,
    target: Target,
    filtered: Filtered,
) -> Result<Option<Output>, Failure> {
    match filtered {
        Filtered::Output => Ok(Some(transfer.finish(filter, recording, target)?)),
        Filtered::Pending | Filtered::Untouched => {
            recording.submit()?;
            Ok(None)
        }
    }
}

fn stream_info(info: &VideoInfo, layout: FrameLayout) -> StreamInfo {
    let fps = info.fps();
    let known = fps.numer() > 0 && fps.denom() > 0;
    let mode = info.interlace_mode();
    let alternate = mode == VideoInterlaceMode::Alternate;
    StreamInfo {
        layout,
        fps: known.then(|| (fps.numer() as u32, fps.denom() as u32)),
        interlaced: !alternate && mode != VideoInterlaceMode::Progressive,
        alternate,
        hdr: matches!(
            info.colorimetry().transfer(),
            VideoTransferFunction::Smpte2084 | VideoTransferFunction::AribStdB67
        ),
    }
}

/// Whether this buffer's lines are of one instant or of two.
fn fields(info: &VideoInfo, buffer: &gst::BufferRef) -> Fields {
    let flags = buffer.video_flags();
    let top_first = match info.field_order() {
        VideoFieldOrder::TopFieldFirst => true,
        VideoFieldOrder::BottomFieldFirst => false,
        _ => flags.contains(VideoBufferFlags::TFF),
    };
    let interlaced = match info.interlace_mode() {
        VideoInterlaceMode::Interleaved | VideoInterlaceMode::Fields => true,
        VideoInterlaceMode::Mixed => flags.contains(VideoBufferFlags::INTERLACED),
        _ => false,
    };
    match interlaced {
        true => Fields::Interlaced { top_first },
        false => Fields::Progressive,
    }
}
