//! No resources are leaked. `GSTWGPU_TEST_CYCLES=500` and `GSTWGPU_TEST_FRAMES=10000` set the full counts,
//! which take minutes.

use gst_video::VideoFormat;

use super::harness;
use super::picture::DARK;
use crate::video::errors::in_child;
use crate::video::leaks::{count, cycle, resident};
use crate::video::{caps_of, init, video};

#[cfg(target_os = "linux")]
#[test]
fn starting_and_stopping_keeps_memory_steady() {
    let test = "denoise::element::leaks::starting_and_stopping_keeps_memory_steady";
    if let Some(output) = in_child(test, &[]) {
        assert!(output.status.success(), "{output:?}");
        return;
    }
    init();
    let line = "videotestsrc num-buffers=3 ! video/x-raw,width=320,height=180 ! \
                wgpudenoise lookahead=1 ! fakesink";
    let pipeline = gst::parse::launch(line).unwrap();
    let cycles = count("GSTWGPU_TEST_CYCLES", 10);
    for _ in 0..4 {
        cycle(&pipeline);
    }
    let before = resident();
    for _ in 0..cycles {
        cycle(&pipeline);
    }
    let grown = resident() - before;
    // The buffers of one cycle alone take 5 MiB.
    assert!(grown < 24.0, "grew by {grown} MiB in {cycles} cycles");
}

#[cfg(target_os = "linux")]
#[test]
fn many_frames_keep_memory_steady() {
    let test = "denoise::element::leaks::many_frames_keep_memory_steady";
    if let Some(output) = in_child(test, &[]) {
        assert!(output.status.success(), "{output:?}");
        return;
    }
    let info = video(VideoFormat::I420, 128, 96);
    let sent = DARK.frames(&info, 16);
    let mut harness = harness("wgpudenoise", &caps_of(&info));
    let mut run = |frames: usize| {
        for index in 0..frames {
            harness.push_and_pull(sent[index % 16].clone()).unwrap();
        }
        resident()
    };
    let before = run(400);
    let frames = count("GSTWGPU_TEST_FRAMES", 800);
    let grown = run(frames) - before;
    // The allocator settles within some 5 MiB; 800 frames have 14 MiB.
    assert!(grown < 9.0, "grew by {grown} MiB in {frames} frames");
}

#[test]
fn the_leaks_tracer_is_silent() {
    let tracer = [("GST_TRACERS", "leaks"), ("GST_DEBUG", "GST_TRACER:7")];
    let test = "denoise::element::leaks::the_leaks_tracer_is_silent";
    if let Some(output) = in_child(test, &tracer) {
        assert!(output.status.success(), "{output:?}");
        let log = String::from_utf8_lossy(&output.stderr);
        // Its own format strings aside.
        let alive = |line: &&str| line.contains("object-alive, ") && !line.contains("%s");
        let alive: Vec<&str> = log.lines().filter(alive).collect();
        assert!(alive.is_empty(), "{alive:#?}");
        return;
    }
    init();
    let line = "videotestsrc num-buffers=4 ! video/x-raw,width=64,height=48 ! \
                wgpudenoise lookahead=2 ! wgpudenoise preset=quality ! fakesink";
    let pipeline = gst::parse::launch(line).unwrap();
    cycle(&pipeline);
    drop(pipeline);
    // SAFETY: the child runs this one test, and all its elements are gone.
    unsafe { gst::deinit() };
}
