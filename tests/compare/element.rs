//! The element in pipelines: pairs by time, the mouse, memories, and streams that end or differ.

use std::time::Duration;

use gst::prelude::*;
use gst_app::{AppSink, AppSrc};
use gst_video::{NavigationEvent, VideoFormat, VideoInfo};
use gstwgpu::video::context::new_context;

use crate::video::{caps_of, frame, init, samples, stamp, stat, video};

const WIDTH: usize = 64;

fn info() -> VideoInfo {
    video(VideoFormat::I420, WIDTH as u32, 32)
}

/// A frame of one grey.
fn grey(index: u64, value: u8) -> gst::Buffer {
    let mut buffer = frame(&info(), index);
    let bytes = buffer.make_mut();
    bytes.map_writable().unwrap().fill(value);
    stamp(bytes, index);
    buffer
}

/// A pipeline whose streams the test pushes itself; `before` stands in front of both inputs.
struct Rig {
    pipeline: gst::Pipeline,
    first: AppSrc,
    second: AppSrc,
    out: AppSink,
}

impl Rig {
    fn new(properties: &str, before: &str) -> Self {
        init();
        let line = format!(
            "appsrc name=first format=time ! {before} wgpucompare name=f {properties} ! wgpudownload ! \
             appsink name=out sync=false appsrc name=second format=time ! {before} f.second"
        );
        let pipeline: gst::Pipeline = gst::parse::launch(&line).unwrap().downcast().unwrap();
        pipeline.set_context(&new_context(&crate::gpu::gpu(), true));
        let by_name = |name| pipeline.by_name(name).unwrap();
        let rig = Self {
            first: by_name("first").downcast().unwrap(),
            second: by_name("second").downcast().unwrap(),
            out: by_name("out").downcast().unwrap(),
            pipeline,
        };
        for source in [&rig.first, &rig.second] {
            source.set_caps(Some(&caps_of(&info())));
        }
        rig.pipeline.set_state(gst::State::Playing).unwrap();
        rig
    }

    fn element(&self) -> gst::Element {
        self.pipeline.by_name("f").unwrap()
    }

    /// Luma of the next frame's first row.
    fn see(&self) -> Vec<u8> {
        let sample = self.out.try_pull_sample(gst::ClockTime::from_seconds(20));
        let sample = sample.expect("a frame");
        samples(sample.buffer().unwrap(), &info())[0][..WIDTH].to_vec()
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.pipeline.set_state(gst::State::Null).unwrap();
    }
}

#[test]
fn a_wipe_has_the_first_on_the_left_in_all_memories() {
    for before in ["", "wgpuupload !"] {
        let rig = Rig::new("position=0.25", before);
        // The partner comes later, as from a filter that takes its time.
        rig.first.push_buffer(grey(0, 50)).unwrap();
        std::thread::sleep(Duration::from_millis(100));
        rig.second.push_buffer(grey(0, 200)).unwrap();
        let row = rig.see();
        assert!(row[..14].iter().all(|code| *code == 50), "{before} {row:?}");
        assert!(
            row[18..].iter().all(|code| *code == 200),
            "{before} {row:?}"
        );
        assert!(
            row[15..17].iter().all(|code| *code > 220),
            "no line: {row:?}"
        );
        assert_eq!(stat(&rig.element(), "compared"), 1);
    }
}

#[test]
fn frames_pair_by_their_time() {
    let rig = Rig::new("position=0.5", "");
    // The second stream lacks frame 1 and has more than the first.
    for (index, value) in [(0, 100), (2, 120), (3, 130)] {
        rig.second.push_buffer(grey(index, value)).unwrap();
    }
    for (index, wanted) in [(0, 100), (1, 100), (2, 120), (3, 130)] {
        rig.first.push_buffer(grey(index, 20)).unwrap();
        assert_eq!(rig.see()[60], wanted, "frame {index}");
    }
    // Where it has ended, its last frame stays.
    rig.second.end_of_stream().unwrap();
    rig.first.push_buffer(grey(4, 20)).unwrap();
    assert_eq!(rig.see()[60], 130);
}

#[test]
fn the_difference_is_amplified_on_grey() {
    let rig = Rig::new("mode=difference gain=10", "");
    rig.first.push_buffer(grey(0, 100)).unwrap();
    rig.second.push_buffer(grey(0, 103)).unwrap();
    assert!(rig.see().iter().all(|code| *code == 158));
}

#[test]
fn the_mouse_drags_the_line() {
    let rig = Rig::new("", "");
    let send = |event: NavigationEvent| {
        rig.out
            .static_pad("sink")
            .unwrap()
            .push_event(event.build())
    };
    let position = || rig.element().property::<f64>("position");
    rig.first.push_buffer(grey(0, 50)).unwrap();
    rig.second.push_buffer(grey(0, 200)).unwrap();
    rig.see();
    // Without a button, the mouse moves nothing.
    send(NavigationEvent::new_mouse_move(8.0, 4.0));
    assert_eq!(position(), 0.5);
    assert!(send(NavigationEvent::new_mouse_button_press(1, 16.0, 4.0)));
    assert!(send(NavigationEvent::new_mouse_move(48.0, 9.0)));
    send(NavigationEvent::new_mouse_button_release(1, 48.0, 9.0));
    send(NavigationEvent::new_mouse_move(8.0, 4.0));
    assert_eq!(position(), 0.75);
    rig.first.push_buffer(grey(1, 50)).unwrap();
    rig.second.push_buffer(grey(1, 200)).unwrap();
    let row = rig.see();
    assert_eq!((row[44], row[52]), (50, 200));
}

#[test]
fn stopping_ends_the_wait_for_a_partner() {
    let rig = Rig::new("", "");
    rig.first.push_buffer(grey(0, 50)).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    drop(rig);
}

#[test]
fn alone_the_first_stream_passes() {
    let line = "videotestsrc num-buffers=3 ! wgpucompare name=f ! fakesink";
    init();
    let pipeline: gst::Pipeline = gst::parse::launch(line).unwrap().downcast().unwrap();
    pipeline.set_context(&new_context(&crate::gpu::gpu(), true));
    pipeline.set_state(gst::State::Playing).unwrap();
    let bus = pipeline.bus().unwrap();
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let end = bus.timed_pop_filtered(gst::ClockTime::from_seconds(20), &kinds);
    assert_eq!(end.unwrap().type_(), gst::MessageType::Eos);
    assert_eq!(stat(&pipeline.by_name("f").unwrap(), "single"), 3);
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn a_second_stream_of_another_format_is_converted_in_front() {
    init();
    // The first frames may come before the format is known; those after them are converted.
    let line = "videotestsrc num-buffers=12 pattern=white ! video/x-raw,format=I420,width=64,height=32 ! \
                wgpucompare name=f position=0 ! appsink name=out sync=false \
                videotestsrc num-buffers=12 pattern=black ! video/x-raw,format=RGB,width=80,height=60 ! \
                videoconvert ! videoscale ! f.second";
    let pipeline: gst::Pipeline = gst::parse::launch(line).unwrap().downcast().unwrap();
    pipeline.set_context(&new_context(&crate::gpu::gpu(), true));
    pipeline.set_state(gst::State::Playing).unwrap();
    let out: AppSink = pipeline.by_name("out").unwrap().downcast().unwrap();
    let mut last = None;
    while let Some(sample) = out.try_pull_sample(gst::ClockTime::from_seconds(20)) {
        last = Some(samples(sample.buffer().unwrap(), &info())[0][40]);
    }
    assert_eq!(last, Some(16));
    pipeline.set_state(gst::State::Null).unwrap();
}
