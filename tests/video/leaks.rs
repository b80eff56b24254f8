//! No resources are leaked by many starts and stops or many frames.

use gst::prelude::*;

use super::errors::in_child;
use super::init;

/// Resident memory of this process, in MiB.
pub fn resident() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: f64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096.0 / 1048576.0
}

/// As many as the variable says; the full count takes minutes.
pub fn count(variable: &str, default: usize) -> usize {
    let set = std::env::var(variable).ok();
    set.map_or(default, |value| value.parse().unwrap())
}

pub fn cycle(pipeline: &gst::Element) {
    pipeline.set_state(gst::State::Playing).unwrap();
    let bus = pipeline.bus().unwrap();
    let wanted = [gst::MessageType::Eos, gst::MessageType::Error];
    let end = bus.timed_pop_filtered(gst::ClockTime::from_seconds(60), &wanted);
    assert_eq!(end.unwrap().type_(), gst::MessageType::Eos);
    pipeline.set_state(gst::State::Null).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn starting_and_stopping_keeps_memory_steady() {
    if let Some(output) = in_child(
        "video::leaks::starting_and_stopping_keeps_memory_steady",
        &[],
    ) {
        assert!(output.status.success(), "{output:?}");
        return;
    }
    init();
    let line = "videotestsrc num-buffers=3 ! video/x-raw,width=640,height=360 ! \
                wgputestfilter lookahead=1 ! wgputestfilter ! fakesink";
    let pipeline = gst::parse::launch(line).unwrap();
    let cycles = count("GSTWGPU_TEST_CYCLES", 40);
    for _ in 0..10 {
        cycle(&pipeline);
    }
    let before = resident();
    for _ in 0..cycles {
        cycle(&pipeline);
    }
    let grown = resident() - before;
    // A frame here has 0.35 MiB, and each cycle makes a dozen.
    assert!(grown < 16.0, "grew by {grown} MiB in {cycles} cycles");
}

#[cfg(target_os = "linux")]
#[test]
fn many_frames_keep_memory_steady() {
    if let Some(output) = in_child("video::leaks::many_frames_keep_memory_steady", &[]) {
        assert!(output.status.success(), "{output:?}");
        return;
    }
    let info = super::video(gst_video::VideoFormat::I420, 64, 48);
    let line = "wgpuupload ! wgputestfilter ! wgputestfilter ! wgpudownload";
    let mut harness = super::harness(line, &super::caps_of(&info));
    let mut run = |frames: usize| {
        for index in 0..frames {
            harness
                .push_and_pull(super::frame(&info, index as u64))
                .unwrap();
        }
        resident()
    };
    let before = run(500);
    let frames = count("GSTWGPU_TEST_FRAMES", 2000);
    let grown = run(frames) - before;
    assert!(grown < 4.0, "grew by {grown} MiB in {frames} frames");
}

#[test]
fn the_leaks_tracer_is_silent() {
    let tracer = [("GST_TRACERS", "leaks"), ("GST_DEBUG", "GST_TRACER:7")];
    if let Some(output) = in_child("video::leaks::the_leaks_tracer_is_silent", &tracer) {
        assert!(output.status.success(), "{output:?}");
        let log = String::from_utf8_lossy(&output.stderr);
        // Its own format strings aside.
        let alive = |line: &&str| line.contains("object-alive, ") && !line.contains("%s");
        let alive: Vec<&str> = log.lines().filter(alive).collect();
        assert!(alive.is_empty(), "{alive:#?}");
        return;
    }
    init();
    let line = "videotestsrc num-buffers=3 ! video/x-raw,width=64,height=48 ! \
                wgpuupload ! tee name=t ! queue ! wgputestfilter lookahead=1 ! wgpudownload ! fakesink \
                t. ! queue ! wgputestfilter ! fakesink";
    let pipeline = gst::parse::launch(line).unwrap();
    cycle(&pipeline);
    drop(pipeline);
    // SAFETY: the child runs this one test, and all its elements are gone.
    unsafe { gst::deinit() };
}
