//! The element `wgputrackoverlay` in pipelines. The plane stands still in all of these tests: they check
//! that tracking is used and reported, not how good it is.

mod anchor;
mod changes;
mod colours;
mod errors;
mod exposure;
mod leaks;
mod loss;
mod marking;
mod orders;
mod placements;
mod placing;
mod second;
mod told;
mod track;

use std::path::PathBuf;

use gst::prelude::*;
use gst_check::Harness;
use gst_video::{VideoFormat, VideoInfo};
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::trail::json::Json;
use gstwgpu::video::context::new_context;

use crate::video::{caps_of, find, init, stamp, video};

/// A plane in the middle of the frames.
pub const QUAD: Quad = Quad([[80.0, 50.0], [230.0, 56.0], [224.0, 170.0], [86.0, 164.0]]);

pub fn info() -> VideoInfo {
    video(VideoFormat::I420, 320, 240)
}

/// A frame with texture everywhere, the same in each.
pub fn textured(info: &VideoInfo, index: u64) -> gst::Buffer {
    let mut bytes = vec![128; info.size()];
    let stride = info.stride()[0] as usize;
    for y in 0..info.height() as usize {
        for x in 0..info.width() as usize {
            let (u, v) = (x as f64, y as f64);
            let value = (u * 0.31).sin() * (v * 0.23).cos()
                + (u * 0.083 + v * 0.11).sin()
                + (u * 0.17 - v * 0.052).cos();
            bytes[y * stride + x] = (128.0 + 28.0 * value) as u8;
        }
    }
    let mut buffer = gst::Buffer::from_mut_slice(bytes);
    stamp(buffer.get_mut().unwrap(), index);
    buffer
}

/// A harness on the device of all tests.
pub fn harness(line: &str, caps: &gst::Caps) -> Harness {
    init();
    let bin = gst::parse::bin_from_description(line, true).unwrap();
    bin.set_context(&new_context(&crate::gpu::gpu(), true));
    let mut harness = Harness::with_element(&bin, Some("sink"), Some("src"));
    harness.set_src_caps(caps.clone());
    harness
}

/// A harness for `wgputrackoverlay name=f` with these properties, its element, and a bus for the element's
/// messages.
pub fn element(properties: &str) -> (Harness, gst::Element, gst::Bus) {
    let line = format!("wgputrackoverlay name=f {properties}");
    let mut harness = harness(&line, &caps_of(&info()));
    let element: gst::Element = find(&mut harness, "f");
    let bus = gst::Bus::new();
    element.set_bus(Some(&bus));
    (harness, element, bus)
}

/// Pushes frames with these numbers and returns the output.
pub fn run(harness: &mut Harness, frames: std::ops::Range<u64>) -> Vec<gst::Buffer> {
    let info = info();
    frames
        .map(|index| harness.push_and_pull(textured(&info, index)).unwrap())
        .collect()
}

/// All messages of one type.
pub fn messages(bus: &gst::Bus, type_: gst::MessageType) -> Vec<gst::Message> {
    std::iter::from_fn(|| bus.pop_filtered(&[type_])).collect()
}

/// State and the one before, of all messages.
pub fn states(bus: &gst::Bus) -> Vec<(String, String)> {
    let messages = messages(bus, gst::MessageType::Element);
    let structures = messages.iter().filter_map(|message| message.structure());
    let structures = structures.filter(|s| s.name() == "wgputrackoverlay-state");
    structures
        .map(|s| (s.get("previous").unwrap(), s.get("state").unwrap()))
        .collect()
}

/// A file of this test in the temporary folder; gone at the end.
pub struct TestFile(pub PathBuf);

impl TestFile {
    pub fn new(name: &str) -> Self {
        let name = format!("gstwgpu-{}-{name}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    pub fn text(&self) -> String {
        std::fs::read_to_string(&self.0).unwrap()
    }

    /// The lines of a track.
    pub fn track(&self) -> Vec<Json> {
        let text = self.text();
        text.lines()
            .map(|line| Json::parse(line).unwrap())
            .collect()
    }

    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The quad of a line, which must not be lost.
pub fn quad_of(line: &Json) -> Quad {
    let corners = line.get("quad").unwrap().array().unwrap();
    let corner = |json: &Json| {
        let pair = json.array().unwrap();
        [pair[0].number().unwrap(), pair[1].number().unwrap()]
    };
    Quad([0, 1, 2, 3].map(|index| corner(&corners[index])))
}

/// Farthest distance between corners, in pixels.
pub fn distance(a: &Quad, b: &Quad) -> f64 {
    let pairs = a.0.iter().zip(&b.0);
    pairs
        .map(|(p, q)| (p[0] - q[0]).hypot(p[1] - q[1]))
        .fold(0.0, f64::max)
}
