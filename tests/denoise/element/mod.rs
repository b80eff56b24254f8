//! The element `wgpudenoise` in pipelines.

mod coarse;
mod errors;
mod exact;
mod grain;
mod interlaced;
mod leaks;
mod order;
pub mod picture;
mod places;
mod presets;
mod properties;
mod scenes;
mod tune;

use gst::prelude::*;
use gst_check::Harness;
use gst_video::VideoInfo;
use gstwgpu::video::context::new_context;

use crate::video::{caps_of, init};

/// All presets, and one with frames held.
const KINDS: [&str; 4] = [
    "wgpudenoise preset=fast",
    "wgpudenoise preset=balanced",
    "wgpudenoise preset=quality",
    "wgpudenoise preset=balanced lookahead=2",
];

/// A harness whose elements share one device with all tests of this process: to open one and to
/// compile shaders takes most of a short test's time.
fn harness(line: &str, caps: &gst::Caps) -> Harness {
    init();
    let bin = gst::parse::bin_from_description(line, true).unwrap();
    bin.set_context(&new_context(&crate::gpu::gpu(), true));
    let mut harness = Harness::with_element(&bin, Some("sink"), Some("src"));
    harness.set_src_caps(caps.clone());
    harness
}

/// Pushes these frames and the end of the stream; returns all output.
pub fn run(line: &str, info: &VideoInfo, frames: &[gst::Buffer]) -> Vec<gst::Buffer> {
    run_with_caps(line, &caps_of(info), frames)
}

fn run_with_caps(line: &str, caps: &gst::Caps, frames: &[gst::Buffer]) -> Vec<gst::Buffer> {
    let mut harness = harness(line, caps);
    for frame in frames {
        harness.push(frame.clone()).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    received(&mut harness)
}

fn received(harness: &mut Harness) -> Vec<gst::Buffer> {
    std::iter::from_fn(|| harness.try_pull()).collect()
}

/// A flushing seek as downstream elements see it.
fn flush(harness: &mut Harness) {
    harness.push_event(gst::event::FlushStart::new());
    harness.push_event(gst::event::FlushStop::new(true));
    let segment = gst::FormattedSegment::<gst::ClockTime>::new();
    harness.push_event(gst::event::Segment::new(&segment));
}
