//! Gives a time to frames that have none, as those of a bare H.264 stream; muxers refuse them.

use gst::prelude::*;
use std::sync::{Mutex, PoisonError};

/// Assumed where a stream does not tell its frame rate.
const FRAMES_PER_SECOND: u64 = 25;

/// Fills in the missing times of the frames that leave through this pad.
pub fn fill(pad: &gst::Pad) {
    let next = Mutex::new(gst::ClockTime::ZERO);
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        let Some(buffer) = info.buffer_mut() else {
            return gst::PadProbeReturn::Ok;
        };
        let mut next = next.lock().unwrap_or_else(PoisonError::into_inner);
        let pts = buffer.pts().unwrap_or(*next);
        let duration = buffer.duration().unwrap_or_else(|| frame_duration(pad));
        if buffer.pts().is_none() {
            let buffer = buffer.make_mut();
            buffer.set_pts(pts);
            buffer.set_duration(duration);
        }
        *next = pts + duration;
        gst::PadProbeReturn::Ok
    });
}

fn frame_duration(pad: &gst::Pad) -> gst::ClockTime {
    let caps = pad.current_caps();
    let rate = caps.and_then(|caps| caps.structure(0)?.get::<gst::Fraction>("framerate").ok());
    // A rate of zero stands for unknown.
    let known = rate.filter(|rate| rate.numer() > 0).and_then(|rate| {
        let (frames, seconds) = (u64::try_from(rate.numer()).ok()?, rate.denom() as u64);
        gst::ClockTime::SECOND.mul_div_floor(seconds, frames)
    });
    known.unwrap_or(gst::ClockTime::SECOND / FRAMES_PER_SECOND)
}
