//! A device that is lost: the plane is followed and shown again on the next one, and the track tells every frame.

use std::time::{Duration, Instant};

use gst::prelude::*;
use gst_check::Harness;
use gst_video::VideoFormat;
use gstwgpu::gpu::{AdapterSelector, Gpu};
use gstwgpu::video::context::new_context;

use super::placing::{luma, white_png};
use super::second::{Rig, plain};
use super::{QUAD, TestFile, info, textured};
use crate::video::{caps_of, init, stat, video};

/// Waits until an element filters again; `step` sends it the frame of a number.
pub fn until_well(element: &gst::Element, next: &mut u64, mut step: impl FnMut(u64)) {
    let begun = Instant::now();
    loop {
        let before = stat(element, "unfiltered");
        step(*next);
        *next += 1;
        if stat(element, "unfiltered") == before {
            return;
        }
        assert!(
            begun.elapsed().as_secs() < 60,
            "the device does not come back"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_plane_is_taken_up_again_and_no_frame_is_untold() {
    init();
    let gpu = Gpu::open(&AdapterSelector::Auto).unwrap();
    let (picture, track) = (white_png("again.png"), TestFile::new("again.jsonl"));
    let line = format!(
        "wgputrackoverlay name=f points=\"{QUAD}\" location={} track-location={} relight=0 \
         occlusion=false",
        picture.as_str(),
        track.as_str()
    );
    let bin = gst::parse::bin_from_description(&line, true).unwrap();
    bin.set_context(&new_context(&gpu, true));
    let element = bin.by_name("f").unwrap();
    let mut harness = Harness::with_element(&bin, Some("sink"), Some("src"));
    harness.set_src_caps(caps_of(&info()));
    let mut shown = |index| {
        let got = harness.push_and_pull(textured(&info(), index)).unwrap();
        luma(&got, 150, 110)
    };
    assert_eq!([0, 1, 2].map(&mut shown), [235; 3]);
    gpu.device().destroy();
    let plain = luma(&textured(&info(), 0), 150, 110);
    let mut next = 3;
    until_well(&element, &mut next, |index| {
        let got = shown(index);
        assert!(got == plain || got == 235, "{got} in frame {index}");
    });
    assert_eq!([next, next + 1].map(&mut shown), [235; 2]);
    let sent = next + 2;
    harness.push_event(gst::event::Eos::new());
    let lines = track.track();
    let numbers: Vec<_> = lines
        .iter()
        .map(|line| line.get("frame").unwrap().number())
        .collect();
    let wanted: Vec<_> = (0..sent).map(|frame| Some(frame as f64)).collect();
    assert_eq!(numbers, wanted);
    let is_lost = |line: &&gstwgpu::trackoverlay::trail::json::Json| {
        line.get("state").unwrap().text() == Some("lost")
    };
    let lost = lines.iter().filter(is_lost).count() as u64;
    assert_eq!(lost, stat(&element, "unfiltered"));
}

#[test]
fn the_second_stream_is_shown_again() {
    let second = video(VideoFormat::I420, 100, 70);
    let gpu = Gpu::open(&AdapterSelector::Auto).unwrap();
    let rig = Rig::on(&gpu, "", &second, "is-live=true");
    rig.second.push_buffer(plain(&second, 60, 0)).unwrap();
    rig.settle();
    assert_eq!(luma(&rig.step(1), 150, 110), 60);
    gpu.device().destroy();
    let element = rig.pipeline.by_name("f").unwrap();
    let mut next = 2;
    until_well(&element, &mut next, |index| drop(rig.step(index)));
    // Its frames of before went with the device; the next one is shown.
    rig.second
        .push_buffer(plain(&second, 120, 40 * next))
        .unwrap();
    rig.settle();
    assert_eq!(luma(&rig.step(next + 1), 150, 110), 120);
}
