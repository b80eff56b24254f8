//! Pictures of standard range on frames of high range.

use gst::prelude::*;
use gst_video::{VideoColorimetry, VideoFormat, VideoInfo};

use super::placing::white_png;
use super::{QUAD, harness};
use crate::denoise::element::picture::read;
use crate::video::{caps_of, find, frame};

const DRY: &str = "relight=0 occlusion=false on-lost=hold";

fn info(colorimetry: &str) -> VideoInfo {
    crate::video::init();
    let colorimetry: VideoColorimetry = colorimetry.parse().unwrap();
    VideoInfo::builder(VideoFormat::P01010le, 320, 240)
        .fps(gst::Fraction::new(25, 1))
        .colorimetry(&colorimetry)
        .build()
        .unwrap()
}

/// ITU-R BT.2408: 58 % in PQ, 75 % in HLG; all of it in standard range.
#[test]
fn white_is_graphics_white() {
    let file = white_png("range.png");
    for (colorimetry, share) in [
        ("bt2100-pq", 0.5807),
        ("bt2100-hlg", 0.7499),
        ("bt2020-10", 1.0),
    ] {
        let info = info(colorimetry);
        let line = format!(
            "wgputrackoverlay points=\"{QUAD}\" location={} {DRY}",
            file.as_str()
        );
        let mut harness = harness(&line, &caps_of(&info));
        let got = harness.push_and_pull(frame(&info, 0)).unwrap();
        let wanted = 64.0 + 876.0 * share;
        let luma = f64::from(read(&got, &info, 0)[110][150]);
        assert!(
            (luma - wanted).abs() <= 1.0,
            "{colorimetry}: {luma}, wanted {wanted}"
        );
        for chroma in 1..3 {
            assert_eq!(read(&got, &info, chroma)[55][75], 512, "{colorimetry}");
        }
    }
}

#[test]
fn graphics_white_can_be_moved_while_playing() {
    let file = white_png("moved.png");
    let info = info("bt2100-pq");
    let line = format!(
        "wgputrackoverlay name=f points=\"{QUAD}\" location={} {DRY}",
        file.as_str()
    );
    let mut harness = harness(&line, &caps_of(&info));
    let element: gst::Element = find(&mut harness, "f");
    let mut luma = |index| {
        let got = harness.push_and_pull(frame(&info, index)).unwrap();
        f64::from(read(&got, &info, 0)[110][150])
    };
    let usual = luma(0);
    element.set_property("graphics-white", 100.0);
    let dim = luma(1);
    // 100 cd/m2 are 50.8 % of PQ.
    assert!((dim - (64.0 + 876.0 * 0.5081)).abs() <= 1.0, "{dim}");
    element.set_property("graphics-white", 203.0);
    assert_eq!(luma(2), usual);
}
