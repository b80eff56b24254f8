//! One stream between two changes of caps: the frames it holds, and what is done with each.

mod queue;
mod through;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use gst::subclass::prelude::*;
use gst_video::VideoInfo;

use super::alpha::HeldAlpha;
use super::bypass::Bypass;
use super::caps::Memory;
use super::errors::Failure;
use super::held;
use super::scan;
use super::stats::{Statistics, count};
use super::transfer::{Output, Target, Transfer};
use super::{AnySettings, Filtered, FrameContext, Plan, StreamInfo, WgpuFilter};
use crate::gpu::{FrameLayout, Gpu, GpuError, Patience, Recorder, Recording, WorkTimes};
use crate::video::memory::FrameMemory;

/// More presets than any filter has to go down.
const MAX_STEPS: u32 = 4;
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
    info: StreamInfo,
    bypass: Arc<Bypass>,
    /// `None` while there is no device to work on; frames pass unfiltered then.
    device: Option<OnDevice>,
    /// The device is busy with a frame that was given up.
    is_late: bool,
    work_times: WorkTimes,
    /// The input frame being worked on, until it is held or output.
    at_hand: Option<gst::Buffer>,
    /// Input that the filter has seen and that has not been output yet.
    held: VecDeque<Item>,
    alpha: HeldAlpha,
    /// Output that has not been pushed yet.
    ready: VecDeque<Item>,
    /// Requirements of the latest frame's settings.
    plan: Plan,
    /// The latest buffer was a bottom field.
    bottom: bool,
    /// The latest buffer did not hold a frame, and was dropped.
    skipped: bool,
    stats: Arc<Statistics>,
}

/// What a stream has on a device.
#[derive(Debug)]
struct OnDevice {
    gpu: Arc<Gpu>,
    /// Uploads, downloads and output buffers.
    transfer: Transfer,
    recorder: Recorder,
}

impl Stream {
    /// A stream for one pair of caps, still without a device; `memories` as for [`Bypass::new`].
    pub fn new(
        layout: FrameLayout,
        infos: (VideoInfo, VideoInfo),
        memories: (Memory, Memory),
        stats: &Arc<Statistics>,
    ) -> Self {
        Self {
            info: scan::stream_info(&infos.0, layout),
            bypass: Arc::new(Bypass::new(layout, infos, memories)),
            device: None,
            is_late: false,
            work_times: WorkTimes::default(),
            at_hand: None,
            held: VecDeque::new(),
            alpha: HeldAlpha::default(),
            ready: VecDeque::new(),
            plan: Plan::default(),
            // A stream whose buffers carry no parity flags then begins with a top field.
            bottom: true,
            skipped: false,
            stats: stats.clone(),
        }
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

    /// Sets the device to work on. `caps` are those of the output, to make buffers for where the negotiated
    /// ones are of another device.
    ///
    /// # Errors
    /// As [`Transfer::new`].
    pub fn attach(&mut self, gpu: &Arc<Gpu>, caps: Option<&gst::Caps>) -> Result<(), GpuError> {
        let layout = &self.info.layout;
        gpu.check_size(layout.width, layout.height)?;
        let bytes = layout.buffer_bytes().max(layout.host_bytes());
        gpu.check_binding((layout.width, layout.height), bytes)?;
        let mut recorder = Recorder::new(gpu);
        recorder.enable_timing(TIME_EVERY);
        let transfer = Transfer::new(gpu, self.info.layout, &self.bypass, caps, &self.stats)?;
        self.work_times = WorkTimes::default();
        self.is_late = false;
        self.device = Some(OnDevice {
            gpu: gpu.clone(),
            transfer,
            recorder,
        });
        Ok(())
    }

    /// The stream, as filters see it.
    pub fn info(&self) -> &StreamInfo {
        &self.info
    }

    /// Downstream reads strides and offsets from GstVideoMeta.
    pub fn set_reads_video_meta(&self, reads: bool) {
        self.bypass.reads_video_meta.store(reads, Ordering::Relaxed);
    }

    /// What the latest frame's settings required.
    pub fn plan(&self) -> Plan {
        self.plan
    }

    /// Delay in frames that the latest frame's settings required.
    pub fn lookahead(&self) -> u32 {
        self.plan.lookahead
    }

    /// How long to wait for the device in the next frame, which lasts this long.
    pub fn patience(&self, frame: Duration, is_live: bool) -> Patience {
        let software = self.device.as_ref().is_some_and(|d| d.gpu.is_software());
        self.work_times.patience(frame, software, is_live)
    }

    /// Takes one input frame. [`Stream::next`] then returns what can be pushed. A buffer that does not hold a
    /// frame of the caps is dropped: the first of a run of them with a warning. If the device fails, the frame
    /// is kept, for [`Stream::let_through`].
    ///
    /// # Errors
    /// Those of the GPU layer, and flow returns.
    pub fn accept(
        &mut self,
        filter: &WgpuFilter,
        mut buffer: gst::Buffer,
        may_be_late: bool,
    ) -> Result<(), Failure> {
        if self.skipped {
            buffer.make_mut().set_flags(gst::BufferFlags::DISCONT);
        }
        let skipped = match self.take(filter, buffer, may_be_late) {
            Err(failure) if failure.is_of_buffer() => {
                self.at_hand = None;
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

    fn take(
        &mut self,
        filter: &WgpuFilter,
        buffer: gst::Buffer,
        may_be_late: bool,
    ) -> Result<(), Failure> {
        let started = Instant::now();
        // Frames may be missing before this one: whether the earlier ones still help is found in the pictures.
        let discont = buffer.flags().contains(gst::BufferFlags::DISCONT);
        // A buffer without memory stands for a gap: there is nothing in it to filter.
        let empty = buffer.n_memory() == 0;
        let apart = scan::lies_apart(self.bypass.in_info(), &buffer);
        let bottom = self.info.alternate && scan::is_bottom(&buffer, self.bottom);
        let lost = FrameMemory::of(&buffer).is_some_and(FrameMemory::is_lost);
        self.at_hand = Some(buffer);
        if !self.is_ready(filter, may_be_late)? {
            self.bottom = bottom;
            return self.let_through(filter);
        }
        let methods = filter.methods();
        let (mut plan, settings) = (methods.settings)(filter);
        plan.lookahead = filter.imp().lookahead(&plan);
        let steps_down = filter.imp().steps_down(&plan);
        let steps_up = filter.imp().steps_up(&plan);
        plan.variant = (plan.variant * MAX_STEPS + steps_up) * MAX_STEPS + steps_down;
        let passing = plan.passthrough;
        let before = self.plan;
        let changed = (plan.lookahead, plan.variant) != (before.lookahead, before.variant);
        // Two fields of the same parity in a row: one was lost, and the fields held must come out first.
        let gap = self.info.alternate && bottom == self.bottom;
        if empty || apart || passing || changed || gap || lost {
            self.drain(filter)?;
        }
        if before.passthrough && !passing {
            (methods.reset)(filter);
        }
        self.plan = plan;
        self.bottom = bottom;
        if apart && self.bypass.is_accepted(false) {
            self.ready.extend(self.at_hand.take().map(Item::Frame));
            count(&self.stats.frames);
            count(&self.stats.passed);
            return Ok(());
        }
        if empty || apart || lost {
            return self.let_through(filter);
        }
        match passing {
            true => self.pass(filter),
            false => self.filter(filter, discont, &*settings),
        }?;
        self.work_times.note(started.elapsed());
        Ok(())
    }

    /// True if the device can take a frame. The filter begins anew after frames that it has not seen.
    fn is_ready(&mut self, filter: &WgpuFilter, may_be_late: bool) -> Result<bool, Failure> {
        let Some(device) = &self.device else {
            return Ok(false);
        };
        if device.gpu.is_late()? && may_be_late {
            self.is_late = true;
            return Ok(false);
        }
        if std::mem::take(&mut self.is_late) {
            (filter.methods().reset)(filter);
        }
        Ok(true)
    }

    /// The frame at hand was given up: frames pass until the device has caught up.
    pub fn note_late(&mut self) {
        self.is_late = true;
    }

    /// True while frames pass because the device is busy with one that was given up.
    pub fn is_late(&self) -> bool {
        self.is_late
    }

    fn pass(&mut self, filter: &WgpuFilter) -> Result<(), Failure> {
        let (Some(device), Some(buffer)) = (&mut self.device, self.at_hand.clone()) else {
            return Ok(());
        };
        let mut out = device.transfer.pass(filter, &mut device.recorder, buffer)?;
        self.at_hand = None;
        let finished = (filter.methods().finish)(filter, &mut out, None);
        self.ready.push_back(Item::Frame(out));
        count(&self.stats.frames);
        count(&self.stats.passed);
        Ok(finished?)
    }

    fn filter(
        &mut self,
        filter: &WgpuFilter,
        discont: bool,
        settings: &AnySettings,
    ) -> Result<(), Failure> {
        let (Some(device), Some(buffer)) = (&mut self.device, self.at_hand.clone()) else {
            return Ok(());
        };
        let context = FrameContext {
            fields: scan::fields(self.bypass.in_info(), &buffer),
            discont,
            bottom: self.bottom,
            corrupted: buffer.flags().contains(gst::BufferFlags::CORRUPTED),
            pts: buffer.pts().map(gst::ClockTime::nseconds),
            lookahead: self.info.buffers(self.plan.lookahead),
            steps_up: self.plan.variant / MAX_STEPS % MAX_STEPS,
            steps_down: self.plan.variant % MAX_STEPS,
        };
        let transfer = &device.transfer;
        let target = transfer.target(filter)?;
        let mut recording = device.recorder.begin();
        let input = transfer.input(&mut recording, &buffer)?;
        // From here on the filter knows of it.
        self.held.extend(self.at_hand.take().map(Item::Frame));
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
            let out = transfer.untouched(filter, recording, (&buffer, input.frame()), target)?;
            drop(input);
            // Dropped first, so that the buffer is not shared if it is itself the output.
            drop(buffer);
            self.held.pop_back();
            let (mut buffer, work) = out;
            let finished = (filter.methods().finish)(filter, &mut buffer, Some(&work));
            self.push(buffer);
            return Ok(finished?);
        }
        let uploaded = input.uploaded();
        drop(buffer);
        // Held for longer than this call: its memory may be needed upstream.
        let waits = filtered != Filtered::Output || self.plan.lookahead > 0;
        if waits && let Some(Item::Frame(buffer)) = self.held.pop_back() {
            let buffer = held::to_be_held(buffer);
            self.held.push_back(Item::Frame(buffer));
        }
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
        let out = finish(filter, transfer, recording, target, filtered)?;
        drop(kept);
        self.emit(filter, out)
    }

    /// Outputs all held frames in order, then resets the filter.
    pub fn drain(&mut self, filter: &WgpuFilter) -> Result<(), Failure> {
        if self.held.is_empty() {
            return Ok(());
        }
        let drain = filter.methods().drain;
        while self.held.iter().any(|item| matches!(item, Item::Frame(_))) {
            let Some(device) = &mut self.device else {
                break;
            };
            let target = device.transfer.target(filter)?;
            let mut recording = device.recorder.begin();
            let filtered = drain(filter, &mut recording, target.frame()?)?;
            if filtered != Filtered::Output {
                break;
            }
            let oldest = oldest(&self.held);
            let _kept = self.alpha.give(&mut recording, oldest, target.frame()?)?;
            let out = finish(filter, &device.transfer, recording, target, filtered)?;
            self.emit(filter, out)?;
        }
        // If the filter holds fewer frames than the queue, the rest pass unfiltered: no frame is lost.
        self.let_held_through(filter)?;
        (filter.methods().reset)(filter);
        Ok(())
    }

    /// Gives an output frame the metadata of the oldest input frame, and queues it. If the filter's last
    /// step fails and the output may be lost with the device, the input stays, to go out instead.
    fn emit(&mut self, filter: &WgpuFilter, out: Option<Output>) -> Result<(), Failure> {
        let Some((mut out, work)) = out else {
            return Ok(());
        };
        self.release_events();
        let Some(Item::Frame(input)) = self.held.front() else {
            return Ok(());
        };
        filter.copy_metadata_to(input, &mut out)?;
        let finished = (filter.methods().finish)(filter, &mut out, Some(&work));
        if finished.is_err() && !work.done {
            return Ok(finished?);
        }
        self.held.pop_front();
        self.push(out);
        self.release_events();
        Ok(finished?)
    }

    /// Lets go of the device, and has the filter do so.
    pub fn detach(&mut self, filter: &WgpuFilter) {
        self.device = None;
        self.is_late = false;
        (filter.methods().lose)(filter);
    }

    /// Hands GPU times to the statistics when new ones may have arrived.
    pub fn report(&self) {
        let frames = self.stats.frames.load(Ordering::Relaxed);
        if frames % TIME_EVERY == TIME_EVERY / 2
            && let Some(device) = &self.device
        {
            self.stats.set_passes(device.recorder.timings());
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
