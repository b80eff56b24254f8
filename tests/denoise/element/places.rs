//! Noise in a part of the picture, and text, which is no noise.

use gst::prelude::*;
use gst_video::{VideoFormat, VideoInfo};

use super::picture::{DARK, paint, read};
use super::run;
use crate::video::{init, video};

const PRESETS: [&str; 2] = ["fast", "balanced"];

/// Frames of GStreamer's test picture, which has a patch of snow.
fn test_pictures(count: i32) -> (VideoInfo, Vec<gst::Buffer>) {
    init();
    let line = format!(
        "videotestsrc num-buffers={count} ! video/x-raw,format=I420,width=320,height=240 ! appsink name=sink sync=false"
    );
    let pipeline = gst::parse::launch(&line).unwrap();
    let pipeline = pipeline.downcast::<gst::Pipeline>().unwrap();
    let sink = pipeline.by_name("sink").unwrap();
    let sink = sink.downcast::<gst_app::AppSink>().unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let frames = (0..count).map(|_| sink.pull_sample().unwrap().buffer_owned().unwrap());
    let frames = frames.collect();
    pipeline.set_state(gst::State::Null).unwrap();
    (video(VideoFormat::I420, 320, 240), frames)
}

/// PSNR of two buffers over luma samples that `counts`.
fn psnr(
    [got, sent]: [&gst::Buffer; 2],
    info: &VideoInfo,
    counts: impl Fn(usize, usize) -> bool,
) -> f64 {
    let [got, sent] = [got, sent].map(|buffer| read(buffer, info, 0));
    let (mut sum, mut number) = (0.0, 0.0);
    for (y, (got, sent)) in got.iter().zip(&sent).enumerate() {
        for (x, (got, sent)) in got.iter().zip(sent).enumerate() {
            if counts(x, y) {
                sum += (f64::from(*got) - f64::from(*sent)).powi(2);
                number += 1.0;
            }
        }
    }
    10.0 * (255.0 * 255.0 * number / sum.max(1e-9)).log10()
}

#[test]
fn bars_beside_snow_stay() {
    let (info, sent) = test_pictures(5);
    let is_bar = |x: usize, y: usize| x < 240 || y < 180;
    for preset in PRESETS {
        let got = run(&format!("wgpudenoise preset={preset}"), &info, &sent);
        for (t, (got, sent)) in got.iter().zip(&sent).enumerate() {
            let kept = psnr([got, sent], &info, is_bar);
            assert!(kept > 50.0, "{preset} picture {t}: {kept} dB");
            let snow = psnr([got, sent], &info, |x, y| !is_bar(x, y));
            assert!(snow < 20.0, "{preset} picture {t}: the snow is as it was");
        }
    }
}

/// Level of the window's picture.
const WINDOW: f64 = 110.0;

fn is_window(x: u32, y: u32) -> bool {
    (50..150).contains(&x) && (30..110).contains(&y)
}

/// A clean programme: a slope, stripes, and a window whose picture is noisy.
fn programme(info: &VideoInfo, index: u64) -> gst::Buffer {
    paint(info, index, |component, x, y| {
        let scale = if component == 0 { 1 } else { 2 };
        if is_window(x * scale, y * scale) {
            let noise = f64::from(DARK.noisy(index, component, x, y)) - DARK.clean(component, x, y);
            return (WINDOW + noise).round() as u16;
        }
        match component {
            0 if y > 120 && x % 6 < 3 => 170,
            _ => 60 + (x / 4) as u16,
        }
    })
}

#[test]
fn a_noisy_window_leaves_the_programme_clean() {
    let info = video(VideoFormat::I420, 208, 160);
    let sent: Vec<_> = (0..8).map(|index| programme(&info, index)).collect();
    for preset in PRESETS {
        let got = run(&format!("wgpudenoise preset={preset}"), &info, &sent);
        for (t, (got, sent)) in got.iter().zip(&sent).enumerate() {
            let outside = |x: usize, y: usize| !is_window(x as u32, y as u32);
            let kept = psnr([got, sent], &info, outside);
            assert!(kept > 50.0, "{preset} picture {t}: {kept} dB");
        }
        let rows = read(got.last().unwrap(), &info, 0);
        let mut left = 0.0;
        for (y, row) in rows.iter().enumerate() {
            for (x, sample) in row.iter().enumerate() {
                if is_window(x as u32, y as u32) {
                    left += (f64::from(*sample) - WINDOW).powi(2) / 8000.0;
                }
            }
        }
        assert!(left < 30.0, "{preset}: mean square error {left} of 100");
    }
}

/// Small letters on a plain ground: stems and bars, one pixel wide.
fn letters(x: u32, y: u32) -> bool {
    let (u, v) = (x % 7, y % 12);
    let seed = (x / 7 * 37 + y / 12 * 101 + 11).wrapping_mul(2654435761) >> 16;
    let stem = u.is_multiple_of(2) && seed >> (u / 2) & 1 == 1;
    let bar = v.is_multiple_of(4) && seed >> (3 + v / 4) & 1 == 1;
    u < 5 && v < 9 && (stem || bar)
}

#[test]
fn screens_of_small_text_stay() {
    let info = video(VideoFormat::I420, 240, 136);
    // Still, and scrolled up by two rows a picture; light on dark, and dark on grey.
    for (speed, [ground, ink]) in [(0, [16, 235]), (2, [16, 235]), (0, [128, 40])] {
        let frame = |index: u64| {
            paint(&info, index, |component, x, y| match component {
                0 if letters(x, y + speed * index as u32) => ink,
                0 => ground,
                _ => 128,
            })
        };
        let sent: Vec<_> = (0..6).map(frame).collect();
        for preset in PRESETS {
            let got = run(&format!("wgpudenoise preset={preset}"), &info, &sent);
            for (t, (got, sent)) in got.iter().zip(&sent).enumerate() {
                let kept = psnr([got, sent], &info, |_, _| true);
                assert!(kept > 48.0, "{preset} {speed} picture {t}: {kept} dB");
            }
        }
    }
}
