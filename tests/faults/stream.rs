//! A stream through an element, frame by frame, and what comes out of it.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use gst::prelude::*;
use gst_check::Harness;
use gst_video::{VideoFormat, VideoInfo};

use super::{Call, heal};
use crate::video::{caps_of, init, samples, stamp, video};

/// Frames before a fault, so that the pace of the stream is known.
pub const WARM: u64 = 10;

/// A stream of frames that are all alike but for a bar that moves.
pub struct Stream {
    pub harness: Harness,
    pub bus: gst::Bus,
    pub info: VideoInfo,
    pub sent: u64,
    /// Numbers of the frames that came out, and how far each is from its input: mean of the differences.
    pub out: Vec<(u64, f64)>,
    pub gaps: u64,
    /// Where each picture is put before it is sent.
    pub put: fn(gst::Buffer, &VideoInfo) -> gst::Buffer,
    /// Elements whose device has failed and is not back.
    troubled: BTreeSet<String>,
}

/// A picture that filters leave nearly as it is.
pub fn picture(info: &VideoInfo, index: u64) -> gst::Buffer {
    let layout = gstwgpu::video::format::layout(info).unwrap();
    let mut bytes = vec![128u8; info.size()];
    let stride = info.stride()[0] as usize;
    for y in 0..layout.height as usize {
        for x in 0..layout.width as usize {
            let bar = (x as u64 + index) / 8 % 4;
            bytes[y * stride + x] = 60 + 30 * bar as u8 + (y as u8 / 4);
        }
    }
    let mut buffer = gst::Buffer::from_mut_slice(bytes);
    stamp(buffer.get_mut().unwrap(), index);
    buffer
}

impl Stream {
    pub fn new(line: &str) -> Self {
        Self::of(line, video(VideoFormat::I420, 64, 48))
    }

    pub fn of(line: &str, info: VideoInfo) -> Self {
        init();
        let bus = gst::Bus::new();
        let element = gst::parse::bin_from_description(line, true).unwrap();
        // Before it starts, for a fault may come then.
        element.set_bus(Some(&bus));
        let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
        harness.set_src_caps(caps_of(&info));
        // The harness is a live source, and says so to whoever asks for the latency.
        let _ = harness.query_latency();
        Self {
            harness,
            bus,
            info,
            sent: 0,
            out: Vec::new(),
            gaps: 0,
            put: |picture, _| picture,
            troubled: BTreeSet::new(),
        }
    }

    /// Sends one frame, and takes what comes out. The time it took.
    pub fn push(&mut self) -> Duration {
        let frame = (self.put)(picture(&self.info, self.sent), &self.info);
        self.sent += 1;
        let begun = Instant::now();
        self.harness.push(frame).unwrap();
        let took = begun.elapsed();
        self.take();
        took
    }

    /// Takes what has come out.
    pub fn take(&mut self) {
        while let Some(buffer) = self.harness.try_pull() {
            let index = buffer.offset();
            let sent = samples(&picture(&self.info, index), &self.info).concat();
            let got = samples(&buffer, &self.info).concat();
            assert_eq!(sent.len(), got.len());
            let differences = sent
                .iter()
                .zip(&got)
                .map(|(a, b)| f64::from(a.abs_diff(*b)));
            let mean = differences.sum::<f64>() / sent.len() as f64;
            self.out.push((index, mean));
        }
        while let Some(event) = self.harness.try_pull_event() {
            self.gaps += u64::from(event.type_() == gst::EventType::Gap);
        }
    }

    pub fn push_many(&mut self, frames: u64) {
        for _ in 0..frames {
            self.push();
        }
    }

    /// Sends frames until all devices are back, for a minute at most. What was told meanwhile.
    pub fn push_until_well(&mut self) -> Vec<gst::Structure> {
        let begun = Instant::now();
        let mut told = self.told();
        while !self.troubled.is_empty() {
            assert!(begun.elapsed().as_secs() < 60, "never well: {told:?}");
            self.push();
            std::thread::sleep(Duration::from_millis(5));
            told.extend(self.told());
        }
        told
    }

    /// Messages of the devices since the last call.
    pub fn told(&mut self) -> Vec<gst::Structure> {
        let messages: Vec<_> = std::iter::from_fn(|| self.bus.pop()).collect();
        let mut told = Vec::new();
        for message in messages {
            let structure = message.structure().map(|structure| structure.to_owned());
            let Some(structure) = structure.filter(|s| s.name() == "wgpu-device") else {
                continue;
            };
            let element = message.src().unwrap().name().to_string();
            match structure.get::<String>("state").unwrap().as_str() {
                "restored" => self.troubled.remove(&element),
                _ => self.troubled.insert(element),
            };
            told.push(structure);
        }
        told
    }

    /// Frames that did not come out, of those sent.
    pub fn missing(&self) -> u64 {
        self.sent - self.out.len() as u64
    }

    /// All in order, and each a picture of its input.
    pub fn check(&self, what: &str) {
        assert!(
            self.out.is_sorted_by(|a, b| a.0 < b.0),
            "{what}: {:?}",
            self.out
        );
        let worst = self.out.iter().fold(0.0f64, |worst, one| worst.max(one.1));
        assert!(worst < 12.0, "{what}: {:?}", self.out);
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        heal();
    }
}

/// Loses the device that elements share, so that the next element opens one.
pub fn close_shared() {
    let gpu = gstwgpu::gpu::Gpu::shared(&gstwgpu::gpu::AdapterSelector::Auto).unwrap();
    gpu.device().destroy();
    let _ = gpu.poll();
}

/// A wait that never ends is two calls.
pub fn begin(call: Call, result: i32, times: u32) {
    super::fault(call, result, 0, times);
    if call == Call::Wait {
        super::fault(Call::Status, result, 0, times);
    }
}
