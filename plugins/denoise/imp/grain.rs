//! The property `grain-table-location`: from buffers to the writer of the table.

use std::path::PathBuf;
use std::time::Duration;

use gst::subclass::prelude::*;

use super::{CAT, WgpuDenoise};
use crate::denoise::Denoiser;
use crate::denoise::grain::sites::{Read, Span};
use crate::denoise::grain::writer::TableWriter;
use crate::gpu::GpuError;
use crate::video::filter::lock;
use crate::video::{StreamInfo, Work};

/// How long the element waits for its table when it stops. A disk that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Frames per second if the stream does not say.
const DEFAULT_RATE: (u32, u32) = (25, 1);

/// The table, and what is known of the stream that it describes.
#[derive(Debug, Default)]
pub struct Grain {
    /// `grain-table-location`.
    pub location: Option<PathBuf>,
    writer: Option<TableWriter>,
    /// Nanoseconds that a frame lasts if its buffer does not say.
    frame_time: u64,
    /// Distance of two codes in 8-bit code values.
    step: f64,
    /// End of the latest frame, for frames without a time.
    next: u64,
    /// The latest frame was filtered.
    goes_on: bool,
}

impl Grain {
    /// A table is being written.
    pub fn is_wanted(&self) -> bool {
        self.writer.is_some()
    }

    /// Takes up a stream.
    pub fn follow(&mut self, stream: &StreamInfo) {
        let (n, d) = stream.fps.unwrap_or(DEFAULT_RATE);
        self.frame_time = gst::ClockTime::SECOND.nseconds() * u64::from(d) / u64::from(n.max(1));
        self.step = f64::from(stream.layout.code_step());
    }

    /// When a frame is shown.
    fn span(&mut self, buffer: &gst::BufferRef) -> Span {
        let start = buffer.pts().map_or(self.next, gst::ClockTime::nseconds);
        let duration = buffer.duration().map(gst::ClockTime::nseconds);
        let duration = duration.filter(|duration| *duration > 0);
        self.next = start.saturating_add(duration.unwrap_or(self.frame_time));
        Span {
            start,
            end: self.next,
        }
    }

    /// Frames pass unfiltered from now on, or come from another time.
    fn break_off(&mut self) {
        if std::mem::take(&mut self.goes_on)
            && let Some(writer) = &self.writer
        {
            writer.break_off();
        }
    }

    /// Hands what has arrived to the writer.
    fn pass_on(&mut self, denoiser: &mut Denoiser) -> Result<(), GpuError> {
        let (Some(writer), Some(reader)) = (&self.writer, denoiser.grain()) else {
            return Ok(());
        };
        while let Some(Read { span, bytes }) = reader.pop()? {
            // Frames that were given up have no time.
            if let Some(span) = span {
                writer.add(span, Some(bytes), reader.shape(), self.step);
            }
        }
        Ok(())
    }

    /// Has frames whose places have not arrived stand in the table by their time alone.
    fn give_up(&self, denoiser: &mut Denoiser) {
        if let (Some(writer), Some(reader)) = (&self.writer, denoiser.grain()) {
            for span in reader.abandon() {
                writer.add(span, None, reader.shape(), self.step);
            }
        }
    }
}

impl WgpuDenoise {
    /// Begins a table if there is to be one.
    pub(super) fn open_table(&self) {
        let mut grain = lock(&self.grain);
        let Some(path) = grain.location.clone() else {
            return;
        };
        let element = self.obj().downgrade();
        let created = TableWriter::create(
            path,
            Box::new(move |path, error| {
                if let Some(element) = element.upgrade() {
                    gst::element_warning!(
                        element,
                        gst::ResourceError::OpenWrite,
                        (
                            "The property `grain-table-location` is \"{}\", which cannot be written: \
                             {error}. The stream goes on without it",
                            path.display()
                        )
                    );
                }
            }),
        );
        match created {
            Ok(writer) => grain.writer = Some(writer),
            Err(error) => gst::error!(CAT, imp = self, "no thread for a grain table: {error}"),
        }
    }

    /// Ends the table.
    pub(super) fn close_table(&self) {
        let writer = lock(&self.grain).writer.take();
        if let Some(writer) = writer
            && !writer.finish(PATIENCE)
        {
            gst::warning!(CAT, imp = self, "the grain table is not complete yet");
        }
    }

    /// Notes the first time stamp of the stream.
    pub(super) fn note_time(&self, buffer: &gst::BufferRef) {
        if let Some(pts) = buffer.pts()
            && let Some(writer) = &lock(&self.grain).writer
        {
            writer.see(pts.nseconds());
        }
    }

    /// Takes note of an output frame, and hands on what has arrived of earlier ones.
    pub(super) fn note_grain(
        &self,
        output: &gst::BufferRef,
        work: Option<&Work>,
    ) -> Result<(), GpuError> {
        let mut grain = lock(&self.grain);
        if !grain.is_wanted() {
            return Ok(());
        }
        let span = grain.span(output);
        let is_filtered = work.is_some();
        if !is_filtered && !grain.goes_on {
            return Ok(());
        }
        if !is_filtered {
            drop(grain);
            self.end_segment();
            return Ok(());
        }
        grain.goes_on = true;
        let Some(denoiser) = &mut *lock(&self.denoiser) else {
            return Ok(());
        };
        if let Some(reader) = denoiser.grain() {
            reader.show(span);
        }
        grain.pass_on(denoiser)
    }

    /// Ends a segment, with what has arrived: frames pass unfiltered from now on, or come from another time.
    pub(super) fn end_segment(&self) {
        let mut grain = lock(&self.grain);
        if let Some(denoiser) = &mut *lock(&self.denoiser) {
            if let Err(error) = grain.pass_on(denoiser) {
                gst::debug!(CAT, imp = self, "the last frames go unmeasured: {error}");
            }
            grain.give_up(denoiser);
        }
        grain.break_off();
    }
}
