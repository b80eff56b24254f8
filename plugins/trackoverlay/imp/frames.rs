//! The work of each frame: what is recorded, and what is reported afterwards.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::prelude::*;

use super::commands::Command;
use super::properties::Knobs;
use super::report::PendingMessage;
use super::running::{Ending, Placed, Running, Shape};
use super::{CAT, WgpuTrackOverlay, colour, exposure, lock};
use crate::gpu::{Frame, Gpu, GpuError, Recording, guarded};
use crate::trackoverlay::lines::Lines;
use crate::trackoverlay::trail::journal::Seen;
use crate::video::memory::FrameMemory;
use crate::video::{Filtered, FrameContext, StreamInfo, WgpuFilter, Work};

/// Seconds from one frame to the next if caps give no rate.
const USUAL_FRAME_TIME: f32 = 0.04;

impl WgpuTrackOverlay {
    pub(super) fn prepare_kernels(
        &self,
        gpu: &Arc<Gpu>,
        stream: &StreamInfo,
    ) -> Result<(), GpuError> {
        let measures = lock(&self.bill).is_some();
        Running::new(gpu, &self.shape(stream), None, measures).map(drop)
    }

    pub(super) fn configure_stream(
        &self,
        gpu: &Arc<Gpu>,
        stream: &StreamInfo,
    ) -> Result<(), GpuError> {
        let shape = self.shape(stream);
        self.load_picture(gpu, &shape)?;
        self.renew_second_stream(gpu)?;
        self.prepare_second_stream(gpu)?;
        gst::info!(CAT, imp = self, "{shape:?}");
        self.settle();
        self.configure_planes(gpu, &shape)?;
        let before = lock(&self.running).take();
        if let Some(mut running) = before {
            if running.adopt(&shape) {
                *lock(&self.running) = Some(running);
                return Ok(());
            }
            self.carry_over(&running, &shape);
            drop(running);
        }
        let track = lock(&self.track).clone();
        let measures = lock(&self.bill).is_some();
        let running = Running::new(gpu, &shape, track.as_ref(), measures)?;
        *lock(&self.running) = Some(running);
        Ok(())
    }

    fn shape(&self, stream: &StreamInfo) -> Shape {
        let info = lock(&self.info);
        let layout = stream.layout;
        let rate = stream.fps.map(|(n, d)| d as f32 / n as f32);
        let fields = if stream.alternate { 2.0 } else { 1.0 };
        Shape {
            layout,
            colour: match &*info {
                Some(info) => colour::of(info, &layout),
                None => crate::trackoverlay::colour::StreamColour::usual(&layout),
            },
            size: info
                .as_ref()
                .map_or((layout.width, layout.height), |i| (i.width(), i.height())),
            pixel_aspect: info
                .as_ref()
                .map_or(1.0, |i| i.par().numer() as f32 / i.par().denom() as f32),
            frame_time: rate.unwrap_or(USUAL_FRAME_TIME) / fields,
        }
    }

    /// Continues tracking after a change of size or format: the quad is armed in the first new frame, at its
    /// last position, scaled with the picture. Not possible if the plane is lost at that moment.
    fn carry_over(&self, before: &Running, shape: &Shape) {
        if !before.is_armed() || lock(&self.track).is_some() {
            return;
        }
        let mut commands = lock(&self.commands);
        commands.armed = false;
        if commands.first_quad().is_some() {
            return;
        }
        let latest = lock(&self.report).latest().and_then(|entry| entry.quad);
        match latest {
            Some(quad) => {
                let quad = quad.rescaled(before.shape().size, shape.size);
                gst::info!(CAT, imp = self, "new caps: tracking continues at {quad}");
                commands.push(Command::Arm(quad));
            }
            None => {
                drop(commands);
                gst::element_imp_warning!(
                    self,
                    gst::StreamError::Failed,
                    ("The caps changed while the plane was lost; set points again to track it")
                );
            }
        }
    }

    /// Gives a frame its number.
    pub(super) fn see(&self, pts: Option<u64>, lines: Lines) -> Seen {
        let time = pts.map(gst::ClockTime::from_nseconds);
        let segment = self.obj().segment();
        let segment = segment.downcast_ref::<gst::ClockTime>();
        let running_time = segment.and_then(|segment| segment.to_running_time(time));
        Seen {
            frame: self.next_frame.fetch_add(1, Ordering::Relaxed),
            pts,
            running_time: running_time.map(gst::ClockTime::nseconds),
            lines,
        }
    }

    pub(super) fn process_frame(
        &self,
        recording: &mut Recording<'_>,
        (input, output): (&Frame, &Frame),
        frame: &FrameContext,
        knobs: &Knobs,
    ) -> Result<Filtered, GpuError> {
        let seen = self.see(frame.pts, self.lines(frame));
        let commands = lock(&self.commands).due(seen.running_time);
        let taken = lock(&self.running).take();
        // It is `None` only after a failed `configure`, and no frame comes then.
        let Some(mut running) = taken else {
            return Ok(Filtered::Untouched);
        };
        // Only if the white for graphics was changed does it load anything.
        let loaded = self.load_picture(recording.gpu(), running.shape());
        let (picture, shown) = {
            let files = lock(&self.files);
            let shown = running.is_measured().then(|| files.shown.clone());
            (files.picture.clone(), shown.flatten())
        };
        let placed = Placed {
            picture,
            name: shown.map(|path| path.to_string_lossy().into_owned()),
            feed: lock(&self.second).as_ref().map(|(_, feed)| feed.clone()),
        };
        let mask = lock(&self.files).mask.clone();
        if let Err(error) = running.carry_out(&commands, &seen, mask.as_ref()) {
            lock(&self.commands).armed = running.is_armed();
            self.warn(&format!("The quad was rejected: {error}"));
        }
        let followed =
            loaded.and_then(|()| running.follow(recording, input, seen, knobs, placed.is_any()));
        let result =
            followed.and_then(|()| running.place(recording, (input, output), &placed, knobs, seen));
        let result = result.and_then(|is_placed| {
            self.process_planes(recording, (input, output), is_placed, (seen, knobs))
        });
        let white = knobs.target(running.shape().colour.encoding).white_code();
        let marked = self.marked(white);
        let result = result.and_then(|is_placed| {
            let lines = seen.lines;
            running.mark(recording, (input, output), is_placed, &marked, lines)
        });
        *lock(&self.running) = Some(running);
        Ok(match result? {
            true => Filtered::Output,
            false => Filtered::Untouched,
        })
    }

    fn lines(&self, frame: &FrameContext) -> Lines {
        let info = lock(&self.info);
        let mode = info.as_ref().map(gst_video::VideoInfo::interlace_mode);
        match (mode, frame.bottom) {
            (Some(gst_video::VideoInterlaceMode::Alternate), true) => Lines::Odd,
            (Some(gst_video::VideoInterlaceMode::Alternate), false) => Lines::Even,
            _ => Lines::All,
        }
    }

    pub(super) fn finish_frame(
        &self,
        output: &mut gst::Buffer,
        work: Option<&Work>,
    ) -> Result<(), GpuError> {
        let Some(mut running) = lock(&self.running).take() else {
            self.note_unfiltered(output);
            return Ok(());
        };
        let ending = match work {
            Some(work) => Ending::Submitted {
                submission: &work.submission,
                exact: FrameMemory::of(output).is_none(),
            },
            None => {
                let pts = output.pts().map(gst::ClockTime::nseconds);
                Ending::Passed(self.see(pts, Lines::All))
            }
        };
        let waited = running.end_frame(ending);
        if running.is_measured() {
            let duration = output.duration().map(gst::ClockTime::nseconds);
            running.describe(duration, exposure::timecodes(output));
        }
        let reported = waited
            .and_then(|()| self.report_entries(&mut running))
            .and_then(|()| self.finish_planes(ending))
            .and_then(|()| self.follow_hand(&mut running));
        let size = running.shape().size;
        *lock(&self.running) = Some(running);
        let latest = self.next_frame.load(Ordering::Relaxed).saturating_sub(1);
        lock(&self.report).mark(output, latest, size);
        for report in &*lock(&self.told) {
            report.mark(output, latest, size);
        }
        reported
    }

    /// Reports all frames whose poses have arrived.
    fn report_entries(&self, running: &mut Running) -> Result<(), GpuError> {
        while let Some(entry) = running.next_entry()? {
            let messages = lock(&self.report).take(entry);
            self.post(messages);
        }
        self.account(0, running)
    }

    /// At the end of a stream: waits for all poses and writes them to the track file.
    pub(super) fn settle(&self) {
        let Some(mut running) = lock(&self.running).take() else {
            return;
        };
        let obj = self.obj();
        let filter = obj.upcast_ref::<WgpuFilter>();
        let waited = filter.patiently(|| guarded(|| running.wait()));
        let waited = waited.unwrap_or_else(|reason| Err(GpuError::Lost(reason)));
        let reported = waited
            .and_then(|()| self.settle_planes())
            .and_then(|()| self.report_entries(&mut running));
        *lock(&self.running) = Some(running);
        if let Err(error) = reported {
            filter.post_error_once(error);
        }
        let messages = lock(&self.report).flush();
        self.post(messages);
    }

    pub(super) fn post(&self, messages: Vec<PendingMessage>) {
        for message in messages {
            match message {
                PendingMessage::State(structure) => {
                    self.obj()
                        .upcast_ref::<WgpuFilter>()
                        .post_structure(structure);
                }
                PendingMessage::FileFailed(error) => gst::element_imp_warning!(
                    self,
                    gst::ResourceError::Write,
                    ("The track file of `track-location` ends here: {error}")
                ),
            }
        }
    }
}
