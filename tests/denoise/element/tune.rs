//! The property `tune`: noise that a coder has hidden from the estimate.

use gst_video::{VideoFormat, VideoInfo};

use super::picture::{DARK, error, paint};
use super::run;
use crate::video::video;

/// Faint noise without its fine half, as a coder leaves it.
fn coarse(info: &VideoInfo) -> Vec<gst::Buffer> {
    let frame = |index| {
        paint(info, index, |component, x, y| {
            let (left, top) = (x / 2 * 2, y / 2 * 2);
            let noise = f64::from(DARK.noisy(index, component, left, top))
                - DARK.clean(component, left, top);
            (DARK.clean(component, x, y) + 0.25 * noise).round() as u16
        })
    };
    (0..8).map(frame).collect()
}

#[test]
fn each_tune_removes_what_it_promises() {
    let info = video(VideoFormat::I420, 96, 64);
    let sent = coarse(&info);
    for preset in ["fast", "balanced"] {
        for (tune, share) in [("light", 0.75), ("medium", 0.4), ("strong", 0.4)] {
            let got = run(
                &format!("wgpudenoise preset={preset} tune={tune}"),
                &info,
                &sent,
            );
            for component in 0..3 {
                let [left, all] = [&got, &sent]
                    .map(|frames| error(frames.last().unwrap(), &info, &DARK, component));
                assert!(
                    left < share * all,
                    "{preset} {tune} {component}: {left} of {all}"
                );
            }
        }
    }
}
