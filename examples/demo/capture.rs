//! Catches one frame before and after the elements, without stopping the stream.

use crate::clip::Scene;
use gst::prelude::*;
use gst_video::prelude::*;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What has passed so far, and the last pair of frames that was caught.
#[derive(Default)]
struct Seen {
    entered: u64,
    left: u64,
    first: Option<gst::ClockTime>,
    latest: Option<gst::ClockTime>,
    duration: Option<gst::ClockTime>,
    middle_passed: bool,
    waiting: Option<(u64, gst::ClockTime, gst::Sample)>,
    pair: Option<Pair>,
}

/// The same frame before and after.
#[derive(Clone)]
pub struct Pair {
    /// Its place in the stream, from 0.
    pub number: u64,
    /// As it came in.
    pub before: gst::Sample,
    /// As it went out.
    pub after: gst::Sample,
}

/// Watches the pads around the elements.
#[derive(Clone, Default)]
pub struct Capture(Arc<Mutex<Seen>>);

impl Capture {
    /// Starts watching.
    pub fn attach(&self, sink: &gst::Pad, src: &gst::Pad) {
        let seen = self.clone();
        sink.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
            if let Some(buffer) = info.buffer() {
                seen.lock().enters(buffer, pad);
            }
            gst::PadProbeReturn::Ok
        });
        let seen = self.clone();
        src.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
            if let Some(buffer) = info.buffer() {
                seen.lock().leaves(buffer, pad);
            }
            gst::PadProbeReturn::Ok
        });
    }

    /// Tells how long the stream is, so that its middle is known.
    pub fn set_duration(&self, duration: Option<gst::ClockTime>) {
        let mut seen = self.lock();
        seen.duration = duration.or(seen.duration);
    }

    /// How long the stream said to be.
    pub fn duration(&self) -> Option<gst::ClockTime> {
        self.lock().duration
    }

    /// The end of the last frame.
    pub fn end(&self) -> Option<gst::ClockTime> {
        self.lock().latest
    }

    /// From the first frame to the end of the last.
    pub fn length(&self) -> Option<gst::ClockTime> {
        let seen = self.lock();
        seen.latest?.checked_sub(seen.first?)
    }

    /// How many frames came out.
    pub fn frames(&self) -> u64 {
        self.lock().left
    }

    /// The share of the stream that is done, where its length is known.
    pub fn fraction(&self) -> Option<f64> {
        let seen = self.lock();
        let done = seen.latest?.checked_sub(seen.first?)?;
        let whole = seen.duration.filter(|whole| !whole.is_zero())?;
        Some((done.nseconds() as f64 / whole.nseconds() as f64).min(1.0))
    }

    /// The frame from the middle of the stream.
    pub fn pair(&self) -> Option<Pair> {
        self.lock().pair.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn enters(&mut self, buffer: &gst::BufferRef, pad: &gst::Pad) {
        let number = self.entered;
        self.entered += 1;
        let Some(pts) = buffer.pts() else { return };
        let first = *self.first.get_or_insert(pts);
        let half = self.duration.map(|whole| whole / 2);
        let middle = half.is_some_and(|half| pts.saturating_sub(first) >= half);
        // Where the length is unknown or wrong, frames 1, 2, 4, 8, … each replace the last one.
        let wanted = !self.middle_passed && (middle || (number + 1).is_power_of_two());
        self.middle_passed |= middle;
        if wanted {
            self.waiting = sample(buffer, pad).map(|sample| (number, pts, sample));
        }
    }

    fn leaves(&mut self, buffer: &gst::BufferRef, pad: &gst::Pad) {
        self.left += 1;
        let end = buffer
            .pts()
            .map(|pts| pts + buffer.duration().unwrap_or_default());
        self.latest = end.or(self.latest);
        let Some((number, pts, before)) = self.waiting.take() else {
            return;
        };
        if buffer.pts() != Some(pts) {
            self.waiting = Some((number, pts, before));
            return;
        }
        self.pair = sample(buffer, pad).map(|after| Pair {
            number,
            before,
            after,
        });
    }
}

/// A copy of its own: the elements may write into the buffer.
fn sample(buffer: &gst::BufferRef, pad: &gst::Pad) -> Option<gst::Sample> {
    let caps = pad.current_caps()?;
    let copy = buffer.copy_deep().ok()?;
    Some(gst::Sample::builder().buffer(&copy).caps(&caps).build())
}

impl Pair {
    /// Peak signal-to-noise ratio of the luma before and after, where the truth is known.
    pub fn gain(&self, scene: &Scene) -> Option<(f64, f64)> {
        let truth = scene.clean_luma(self.number);
        let score = |sample| Some(psnr(&truth, &luma(sample)?));
        Some((score(&self.before)?, score(&self.after)?))
    }
}

fn luma(sample: &gst::Sample) -> Option<Vec<u8>> {
    let info = gst_video::VideoInfo::from_caps(sample.caps()?).ok()?;
    let bytes_of_luma = info.is_yuv() && info.comp_depth(0) == 8 && info.comp_pstride(0) == 1;
    if !bytes_of_luma {
        return None;
    }
    let frame = gst_video::VideoFrameRef::from_buffer_ref_readable(sample.buffer()?, &info).ok()?;
    let stride = *frame.plane_stride().first()? as usize;
    let rows = frame.plane_data(0).ok()?.chunks(stride);
    let width = info.width() as usize;
    let tight = rows.take(info.height() as usize).map(|row| &row[..width]);
    Some(tight.flatten().copied().collect())
}

fn psnr(truth: &[u8], picture: &[u8]) -> f64 {
    let pairs = truth.iter().zip(picture);
    let errors = pairs.map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
    let mean = errors.sum::<f64>() / truth.len() as f64;
    10.0 * (255.0 * 255.0 / mean.max(1e-9)).log10()
}
