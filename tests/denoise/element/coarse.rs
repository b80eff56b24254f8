//! Coarse noise, which details do not show: film grain, pictures scaled up, what coders leave.

use gst_video::{VideoFormat, VideoInfo};

use super::picture::{DARK, paint, read};
use super::run;
use crate::video::video;

/// A slope in frame `index` under noise of deviation 5 that is the mean of 2x2 independent samples.
fn frame(info: &VideoInfo, index: u64) -> gst::Buffer {
    paint(info, index, |component, x, y| {
        let noise = |x: u32, y: u32| {
            f64::from(DARK.noisy(index, component, x, y)) - DARK.clean(component, x, y)
        };
        let sum = noise(x, y) + noise(x + 1, y) + noise(x, y + 1) + noise(x + 1, y + 1);
        (clean(x) + 0.25 * sum).round() as u16
    })
}

fn clean(x: u32) -> f64 {
    60.0 + 0.5 * f64::from(x)
}

#[test]
fn coarse_noise_is_found_and_removed() {
    let info = video(VideoFormat::I420, 192, 144);
    let sent: Vec<_> = (0..8).map(|index| frame(&info, index)).collect();
    for preset in ["fast", "balanced"] {
        let got = run(&format!("wgpudenoise preset={preset}"), &info, &sent);
        for component in 0..3 {
            let error = |buffers: &[gst::Buffer]| {
                let rows = read(buffers.last().unwrap(), &info, component);
                let square =
                    |(x, sample): (usize, &u16)| (f64::from(*sample) - clean(x as u32)).powi(2);
                rows.iter()
                    .flat_map(|row| row.iter().enumerate().map(square))
                    .sum::<f64>()
            };
            let gone = error(&sent) / error(&got);
            assert!(gone > 3.0, "{preset} {component}: {gone} times less");
        }
    }
}
