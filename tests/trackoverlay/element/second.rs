//! The second stream in place of a picture.

use std::sync::Arc;

use gst::prelude::*;
use gst_app::{AppSink, AppSrc};
use gst_video::{VideoFormat, VideoInfo};
use gstwgpu::gpu::Gpu;
use gstwgpu::trackoverlay::colour::{Encoding, StreamColour};
use gstwgpu::trackoverlay::source::Source;
use gstwgpu::trackoverlay::source::format::{PackedOrder, SourceFormat};
use gstwgpu::video::context::new_context;
use gstwgpu::video::format;

use super::placing::luma;
use super::{QUAD, info, messages, textured};
use crate::video::{caps_of, init, video};

/// A pipeline whose streams the test pushes itself.
pub struct Rig {
    pub pipeline: gst::Pipeline,
    main: AppSrc,
    pub second: AppSrc,
    out: AppSink,
}

const DRY: &str = "relight=0 occlusion=false on-lost=hold";

/// Compiling for the second stream can take longer than `Rig::settle` waits.
fn compile(gpu: &Arc<Gpu>) {
    let packed = SourceFormat::Packed {
        width: 8,
        height: 8,
        order: PackedOrder::BGRA,
        encoding: Encoding::default(),
    };
    let layout = format::layout(&info()).unwrap();
    let planar = SourceFormat::Yuv(layout, StreamColour::usual(&layout));
    for format in [packed, planar] {
        Source::for_stream(gpu, &format).unwrap();
    }
}

impl Rig {
    fn new(properties: &str, second: &VideoInfo) -> Self {
        Self::with(properties, second, "")
    }

    /// `live` makes the second source one whose frames cannot be delayed.
    fn with(properties: &str, second: &VideoInfo, live: &str) -> Self {
        Self::on(&crate::gpu::gpu(), properties, second, live)
    }

    /// On a device that the test may lose.
    pub fn on(gpu: &Arc<Gpu>, properties: &str, second: &VideoInfo, live: &str) -> Self {
        init();
        let line = format!(
            "appsrc name=main format=time ! wgputrackoverlay name=f points=\"{QUAD}\" {DRY} \
             {properties} ! appsink name=out sync=false \
             appsrc name=second format=time {live} ! f.overlay_0"
        );
        let pipeline: gst::Pipeline = gst::parse::launch(&line).unwrap().downcast().unwrap();
        compile(gpu);
        pipeline.set_context(&new_context(gpu, true));
        let by_name = |name| pipeline.by_name(name).unwrap();
        let rig = Self {
            main: by_name("main").downcast().unwrap(),
            second: by_name("second").downcast().unwrap(),
            out: by_name("out").downcast().unwrap(),
            pipeline,
        };
        rig.main.set_caps(Some(&caps_of(&info())));
        rig.second.set_caps(Some(&caps_of(second)));
        rig.pipeline.set_state(gst::State::Playing).unwrap();
        rig
    }

    /// A main frame, as it comes out.
    pub fn step(&self, index: u64) -> gst::Buffer {
        self.main.push_buffer(textured(&info(), index)).unwrap();
        let sample = self.out.try_pull_sample(gst::ClockTime::from_seconds(20));
        sample
            .expect("the main stream goes on")
            .buffer_owned()
            .unwrap()
    }

    /// Waits until the second stream's thread has taken all frames or is blocked: until its queue stays the
    /// same for longer than a frame can take.
    pub fn settle(&self) {
        let (mut before, mut same) = (u64::MAX, 0);
        while same < 5 {
            std::thread::sleep(std::time::Duration::from_millis(50));
            let left = self.second.current_level_buffers();
            same = if left == before { same + 1 } else { 0 };
            before = left;
        }
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.pipeline.set_state(gst::State::Null).unwrap();
    }
}

/// A frame of one luma, from `start` milliseconds on.
pub fn plain(info: &VideoInfo, value: u8, start: u64) -> gst::Buffer {
    let mut bytes = vec![128; info.size()];
    let luma = info.stride()[0] as usize * info.height() as usize;
    bytes[..luma].fill(value);
    let mut buffer = gst::Buffer::from_mut_slice(bytes);
    let writable = buffer.get_mut().unwrap();
    writable.set_pts(gst::ClockTime::from_mseconds(start));
    writable.set_duration(gst::ClockTime::from_mseconds(100));
    buffer
}

#[test]
fn the_latest_frame_by_running_time_is_placed() {
    let second = video(VideoFormat::I420, 100, 70);
    let rig = Rig::new("", &second);
    let before = luma(&textured(&info(), 0), 150, 110);
    assert_eq!(luma(&rig.step(0), 150, 110), before, "nothing has come yet");
    for (value, start) in [(60, 80), (120, 200), (200, 300)] {
        rig.second
            .push_buffer(plain(&second, value, start))
            .unwrap();
    }
    rig.settle();
    // Main frames come every 40 ms.
    let got: Vec<u8> = (1..9)
        .map(|index| luma(&rig.step(index), 150, 110))
        .collect();
    assert_eq!(got, [before, 60, 60, 60, 120, 120, 120, 200]);
}

#[cfg(target_os = "linux")]
#[test]
fn memory_of_other_drivers_is_taken() {
    let test = "trackoverlay::element::second::memory_of_other_drivers_is_taken";
    if crate::dmabuf::with_dmabuf(test).is_some() {
        return;
    }
    let second = video(VideoFormat::Nv12, 100, 70);
    let rig = Rig::new("", &second);
    let frame = plain(&second, 90, 0);
    let frame = crate::dmabuf::in_dmabuf(&frame, &second, crate::dmabuf::PLACES[0]);
    rig.second.push_buffer(frame.clone()).unwrap();
    rig.settle();
    assert_eq!(luma(&rig.step(0), 150, 110), 90);
    assert_eq!(crate::faults::imports(), 1);
}

#[test]
fn its_end_is_not_the_end_of_the_main_stream() {
    let second = video(VideoFormat::I420, 64, 64);
    for (stall, expected) in [("hold", true), ("hide", false)] {
        let rig = Rig::new(&format!("on-stall={stall} stall-timeout=200"), &second);
        rig.second.push_buffer(plain(&second, 90, 0)).unwrap();
        rig.second.end_of_stream().unwrap();
        rig.settle();
        assert_eq!(luma(&rig.step(0), 150, 110), 90);
        for index in 1..20 {
            let shown = luma(&rig.step(index), 150, 110) == 90;
            // It lasts for 100 ms, and the patience for 200 more.
            assert_eq!(shown, expected || index <= 7, "{stall}: frame {index}");
        }
        rig.main.end_of_stream().unwrap();
        let bus = rig.pipeline.bus().unwrap();
        let wanted = [gst::MessageType::Eos, gst::MessageType::Error];
        let end = bus.timed_pop_filtered(gst::ClockTime::from_seconds(20), &wanted);
        assert_eq!(end.unwrap().type_(), gst::MessageType::Eos);
    }
}

#[test]
fn its_caps_may_change() {
    let first = video(VideoFormat::I420, 64, 64);
    let rig = Rig::new("", &first);
    rig.second.push_buffer(plain(&first, 50, 0)).unwrap();
    let others = [(VideoFormat::Nv12, 33, 21), (VideoFormat::Yv12, 200, 10)];
    let mut expected = vec![50];
    for (at, (format, width, height)) in (1..).zip(others) {
        let info = video(format, width, height);
        rig.second.set_caps(Some(&caps_of(&info)));
        let value = 50 + 50 * at as u8;
        rig.second
            .push_buffer(plain(&info, value, 40 * at))
            .unwrap();
        expected.push(value);
    }
    rig.settle();
    let got: Vec<u8> = (0..3)
        .map(|index| luma(&rig.step(index), 150, 110))
        .collect();
    assert_eq!(got, expected);
}

#[test]
fn packed_pixels_with_alpha_are_taken() {
    let second = video(VideoFormat::Bgra, 40, 30);
    let rig = Rig::new("", &second);
    let mut half = gst::Buffer::from_mut_slice([255, 255, 255, 128].repeat(40 * 30));
    half.get_mut().unwrap().set_pts(gst::ClockTime::ZERO);
    rig.second.push_buffer(half).unwrap();
    rig.settle();
    let before = f64::from(luma(&textured(&info(), 0), 150, 110));
    let got = f64::from(luma(&rig.step(0), 150, 110));
    let expected = before + (235.0 - before) * 128.0 / 255.0;
    assert!((got - expected).abs() <= 1.0, "{got} for {expected}");
}

/// White that covers two thirds, in each format with alpha; in xRGB, whose fourth byte means nothing, all.
#[test]
fn alpha_of_every_format_is_taken() {
    use crate::denoise::element::picture::paint;
    let before = f64::from(luma(&textured(&info(), 0), 150, 110));
    for format in format::FORMATS {
        let second = video(format, 40, 30);
        let layout = format::layout(&second).unwrap();
        if !layout.alpha {
            continue;
        }
        let rig = Rig::new("", &second);
        let is_rgb = second.is_rgb();
        let mut picture = paint(&second, 0, |component, _, _| match component {
            // Of two bits, this is the third of four.
            3 => 170,
            0 if !is_rgb => 235,
            _ if !is_rgb => 128,
            _ => 255,
        });
        picture.get_mut().unwrap().set_pts(gst::ClockTime::ZERO);
        rig.second.push_buffer(picture).unwrap();
        rig.settle();
        let got = f64::from(luma(&rig.step(0), 150, 110));
        let cover = if second.n_components() == 4 {
            2.0 / 3.0
        } else {
            1.0
        };
        let expected = before + (235.0 - before) * cover;
        assert!(
            (got - expected).abs() <= 1.5,
            "{format}: {got} for {expected}"
        );
    }
}

#[test]
fn a_live_stream_far_ahead_is_never_held_up() {
    let second = video(VideoFormat::I420, 64, 64);
    let rig = Rig::with("", &second, "is-live=true");
    rig.step(0);
    for index in 0..40 {
        let buffer = plain(&second, 16 + index as u8, 10_000 + 40 * index);
        rig.second.push_buffer(buffer).unwrap();
    }
    rig.settle();
    assert_eq!(rig.second.current_level_buffers(), 0, "it was held up");
    // The oldest that was kept is shown before its time.
    assert_eq!(luma(&rig.step(1), 150, 110), 16 + 32);
}

#[test]
fn a_file_waits_for_the_main_stream() {
    let second = video(VideoFormat::I420, 64, 64);
    let rig = Rig::new("", &second);
    rig.step(0);
    for index in 0..30 {
        let buffer = plain(&second, 20 + 2 * index as u8, 40 * index);
        rig.second.push_buffer(buffer).unwrap();
    }
    for index in 1..16 {
        rig.settle();
        assert_eq!(luma(&rig.step(index), 150, 110), 20 + 2 * index as u8);
    }
}

#[test]
fn there_is_one_second_stream() {
    let (mut harness, element, bus) = super::element(&format!("points=\"{QUAD}\""));
    let first = element.request_pad_simple("overlay_%u").unwrap();
    assert_eq!(first.name(), "overlay_0");
    assert!(element.request_pad_simple("overlay_%u").is_none());
    assert_eq!(messages(&bus, gst::MessageType::Warning).len(), 1);
    super::run(&mut harness, 0..2);
    element.release_request_pad(&first);
    super::run(&mut harness, 2..3);
    assert!(element.request_pad_simple("overlay_%u").is_some());
    element.set_bus(None);
}

#[test]
fn frames_on_the_gpu_are_taken_from_there() {
    init();
    let line = format!(
        "videotestsrc num-buffers=10 ! video/x-raw,width=320,height=240 ! \
         wgputrackoverlay name=f points=\"{QUAD}\" ! fakesink \
         videotestsrc num-buffers=10 ! video/x-raw,format=NV12,width=64,height=64 ! wgpuupload ! \
         f.overlay_0"
    );
    let (pipeline, errors) = crate::video::errors::play(&line);
    pipeline.set_state(gst::State::Null).unwrap();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn its_latency_is_not_that_of_the_main_stream() {
    let (mut harness, element, _) = super::element(&format!("points=\"{QUAD}\""));
    element.request_pad_simple("overlay_%u").unwrap();
    harness.set_upstream_latency(gst::ClockTime::from_mseconds(7));
    super::run(&mut harness, 0..1);
    assert_eq!(
        harness.query_latency(),
        Some(gst::ClockTime::from_mseconds(7))
    );
}
