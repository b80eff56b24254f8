//! The element `wgpudeartifact` in pipelines.

use std::slice::from_ref;

use gst::prelude::*;
use gst_check::Harness;
use gst_video::{VideoFormat, VideoInfo};
use gstwgpu::video::context::new_context;
use gstwgpu::video::format::FORMATS;

use crate::video::{caps_of, frame, init, video};

const PRESETS: [&str; 3] = ["fast", "balanced", "quality"];
const SIZES: [(u32, u32); 5] = [(1, 1), (3, 5), (33, 17), (2, 1), (64, 48)];

/// Pushes these frames and the end of the stream; returns all output.
pub fn run(line: &str, caps: &gst::Caps, frames: &[gst::Buffer]) -> Vec<gst::Buffer> {
    init();
    let bin = gst::parse::bin_from_description(line, true).unwrap();
    bin.set_context(&new_context(&crate::gpu::gpu(), true));
    let mut harness = Harness::with_element(&bin, Some("sink"), Some("src"));
    harness.set_src_caps(caps.clone());
    for frame in frames {
        harness.push(frame.clone()).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    std::iter::from_fn(|| harness.try_pull()).collect()
}

pub fn bytes(buffer: &gst::Buffer) -> Vec<u8> {
    buffer.map_readable().unwrap().to_vec()
}

/// A grey frame whose luma is `value(x, y)`.
pub fn painted(info: &VideoInfo, value: impl Fn(u32, u32) -> u8) -> gst::Buffer {
    let mut buffer = frame(info, 0);
    let mut map = buffer.make_mut().map_writable().unwrap();
    map.fill(128);
    let stride = info.stride()[0] as u32;
    for (x, y) in (0..info.height()).flat_map(|y| (0..info.width()).map(move |x| (x, y))) {
        map[(y * stride + x) as usize] = value(x, y);
    }
    drop(map);
    buffer
}

#[test]
fn without_strength_frames_are_those_of_identity() {
    for (format, (width, height)) in FORMATS.into_iter().flat_map(|f| SIZES.map(|s| (f, s))) {
        let info = video(format, width, height);
        let sent: Vec<_> = (0..2).map(|index| frame(&info, index)).collect();
        let wanted = run("identity", &caps_of(&info), &sent);
        let got = run("wgpudeartifact strength=0", &caps_of(&info), &sent);
        assert!(got.len() == 2 && wanted.len() == 2);
        for (got, wanted) in got.iter().zip(&wanted) {
            assert!(bytes(got) == bytes(wanted), "{format} {width}x{height}");
        }
    }
}

#[test]
fn each_format_and_size_comes_out() {
    for (format, (width, height)) in FORMATS.into_iter().flat_map(|f| SIZES.map(|s| (f, s))) {
        let info = video(format, width, height);
        let sent: Vec<_> = (0..2).map(|index| frame(&info, index)).collect();
        for preset in PRESETS {
            let line = format!("wgpudeartifact preset={preset} quantizer=40");
            assert_eq!(
                run(&line, &caps_of(&info), &sent).len(),
                2,
                "{line} {format}"
            );
        }
    }
}

#[test]
fn a_detailed_picture_is_untouched() {
    let info = video(VideoFormat::I420, 160, 96);
    let noise = |x: u32, y: u32| {
        let hash =
            (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77)).wrapping_mul(0x2c1b_3c6d);
        60 + x as u8 / 2 + (hash >> 29) as u8 * 2
    };
    let sent = painted(&info, noise);
    for preset in PRESETS {
        let line = format!("wgpudeartifact preset={preset}");
        for got in run(&line, &caps_of(&info), &[sent.clone(), sent.clone()]) {
            assert!(bytes(&got) == bytes(&sent), "{preset}");
        }
    }
}

/// Clean pictures of a regular structure: checks, stripes, a grid of lines, windows and tiles of four colours.
const STRUCTURES: [fn(u32, u32, u32) -> u32; 6] = [
    |p, x, y| (x / p + y / p) % 2,
    |p, x, _| x / p % 2,
    |p, _, y| y / p % 2,
    |p, x, y| u32::from(x % p == 0 || y % p == 0),
    |p, x, y| u32::from(x % p < p * 3 / 5 && y % p < p / 2),
    |p, x, y| (x / p * 7 + y / p * 11 + x / p * (y / p)) % 4,
];

/// Asserts that `shown` comes out as it is, within a code.
fn assert_kept(info: &VideoInfo, preset: &str, what: &str, shown: &gst::Buffer) {
    let line = format!("wgpudeartifact preset={preset}");
    let before = bytes(shown);
    for got in run(&line, &caps_of(info), &[shown.clone(), shown.clone()]) {
        let pairs = bytes(&got).into_iter().zip(&before);
        let most = pairs.map(|(a, b)| a.abs_diff(*b)).max();
        assert!(most <= Some(1), "{preset} {what}: {most:?}");
    }
}

#[test]
fn clean_structures_are_no_blocks() {
    let info = video(VideoFormat::I420, 160, 96);
    for (number, structure) in STRUCTURES.into_iter().enumerate() {
        for (period, phase, contrast) in
            [(4, 0, 90), (8, 0, 18), (8, 3, 60), (16, 0, 90), (16, 5, 24)]
        {
            let sent = painted(&info, |x, y| {
                (70 + contrast * structure(period, x + phase, y + phase) / 3) as u8
            });
            for preset in PRESETS {
                let what = format!("{number} of period {period} at {phase}, contrast {contrast}");
                assert_kept(&info, preset, &what, &sent);
            }
        }
    }
}

/// Blocks of a slope in which only the means are left.
#[test]
fn blocks_are_levelled() {
    let info = video(VideoFormat::I420, 160, 96);
    let slope = |x: u32, y: u32| f64::from(x) * 0.5 + f64::from(y) * 0.4 + 40.0;
    let sent = painted(&info, |x, y| {
        slope(x / 8 * 8 + 3, y / 8 * 8 + 3).round() as u8
    });
    let error = |buffer: &gst::Buffer| -> f64 {
        let stride = info.stride()[0] as usize;
        let data = bytes(buffer);
        let inside = (8..88usize).flat_map(|y| (8..152usize).map(move |x| (x, y)));
        inside
            .map(|(x, y)| (f64::from(data[y * stride + x]) - slope(x as u32, y as u32)).powi(2))
            .sum()
    };
    for preset in PRESETS {
        let line = format!("wgpudeartifact preset={preset}");
        let got = run(&line, &caps_of(&info), from_ref(&sent));
        let (left, before) = (error(&got[0]), error(&sent));
        assert!(left < 0.6 * before, "{preset}: {left} of {before}");
    }
}

/// Blocks of a slope of colour, in which only the means are left, over luma with an edge that the colour has too.
#[test]
fn blocks_of_colour_are_levelled_and_edges_stay() {
    let info = video(VideoFormat::I420, 160, 96);
    let edge = |x: f64| if x < 84.0 { 0.0 } else { 50.0 };
    let colour =
        |x: u32, y: u32| 110.0 + 0.6 * f64::from(x) + 0.3 * f64::from(y) - edge(2.0 * f64::from(x));
    let mut sent = painted(&info, |x, y| {
        (80.0 + edge(x.into()) + f64::from(y % 7)) as u8
    });
    let (first, stride) = (info.offset()[1], info.stride()[1] as usize);
    let places = || (0..48usize).flat_map(|y| (0..80usize).map(move |x| (x, y)));
    let mut map = sent.make_mut().map_writable().unwrap();
    for (x, y) in places() {
        // Blocks of 8x8, of which one ends at the edge.
        let block = |at: usize| ((at + 6) / 8 * 8) as u32;
        map[first + y * stride + x] = colour(block(x).saturating_sub(3), block(y)).round() as u8;
    }
    drop(map);
    let error = |buffer: &gst::Buffer| -> f64 {
        let data = bytes(buffer);
        let far = |(x, y): (usize, usize)| {
            f64::from(data[first + y * stride + x]) - colour(x as u32, y as u32)
        };
        places().map(|place| far(place).powi(2)).sum()
    };
    for preset in ["fast", "balanced"] {
        let line = format!("wgpudeartifact preset={preset} quantizer=40");
        let got = run(&line, &caps_of(&info), from_ref(&sent));
        let (left, before) = (error(&got[0]), error(&sent));
        assert!(left < 0.5 * before, "{preset}: {left} of {before}");
    }
}

#[test]
fn fields_are_repaired_by_themselves() {
    let info = video(VideoFormat::I420, 64, 48);
    let field = video(VideoFormat::I420, 64, 24);
    let one = |x: u32, y: u32| (x / 8 * 9 + y / 8 * 13 + 20) as u8;
    let other = |x: u32, y: u32| (x / 8 * 11 + y / 8 * 5 + 90) as u8;
    let sent = painted(&info, |x, y| match y % 2 {
        0 => one(x, y / 2),
        _ => other(x, y / 2),
    });
    let mut caps = caps_of(&info);
    caps.make_mut().set("interlace-mode", "interleaved");
    for preset in PRESETS {
        let line = format!("wgpudeartifact preset={preset} quantizer=36");
        let got = bytes(&run(&line, &caps, from_ref(&sent))[0]);
        let alone = [painted(&field, one), painted(&field, other)]
            .map(|sent| bytes(&run(&line, &caps_of(&field), &[sent])[0]));
        for (x, y) in (0..48usize).flat_map(|y| (0..64usize).map(move |x| (x, y))) {
            let wanted = alone[y % 2][y / 2 * 64 + x];
            assert_eq!(got[y * 64 + x], wanted, "{preset} at {x}, {y}");
        }
    }
}

#[test]
fn two_runs_give_the_same_bytes() {
    let info = video(VideoFormat::Nv12, 99, 65);
    let sent: Vec<_> = (0..4).map(|index| frame(&info, index)).collect();
    for preset in PRESETS {
        let line = format!("wgpudeartifact preset={preset} quantizer=38");
        let [first, second] = [(); 2].map(|()| run(&line, &caps_of(&info), &sent));
        for (first, second) in first.iter().zip(&second) {
            assert!(bytes(first) == bytes(second), "{preset}");
        }
    }
}

/// A slope of one code in 8 columns, whose steps are bands, in `caps` with this colorimetry. Returns what
/// the launch line `line` outputs.
fn banded(line: &str, colorimetry: &str) -> usize {
    let info = video(VideoFormat::I42010le, 160, 96);
    let mut sent = frame(&info, 0);
    let mut map = sent.make_mut().map_writable().unwrap();
    let stride = info.stride()[0] as usize;
    for (at, code) in map.chunks_exact_mut(2).enumerate() {
        let x = at % (stride / 2);
        let value = if at < 96 * stride / 2 {
            300 + x as u16 / 8
        } else {
            512
        };
        code.copy_from_slice(&value.to_le_bytes());
    }
    drop(map);
    let mut caps = caps_of(&info);
    caps.make_mut().set("colorimetry", colorimetry);
    let got = bytes(&run(line, &caps, from_ref(&sent))[0]);
    let before = bytes(&sent);
    got.iter().zip(&before).filter(|(a, b)| a != b).count()
}

#[test]
fn bands_stay_on_high_dynamic_range_unless_asked_for() {
    let line = "wgpudeartifact quantizer=40 dering=0 deblock=0";
    for hdr in ["bt2100-pq", "bt2100-hlg"] {
        assert_eq!(banded(line, hdr), 0, "{hdr}");
        assert!(
            banded(&format!("{line} deband=1"), hdr) > 300,
            "{hdr} asked for"
        );
    }
    assert!(banded(line, "bt2020-10") > 300);
    assert_eq!(banded(&format!("{line} deband=0"), "bt2020-10"), 0);
}

/// Output of all presets for damaged pictures, progressive and interlaced, for the comparison with checked
/// shaders.
pub fn outputs() -> Vec<u8> {
    let mut all = Vec::new();
    for (size, mode) in [((67, 45), "progressive"), ((35, 19), "interleaved")] {
        let info = video(VideoFormat::Nv12, size.0, size.1);
        let mut caps = caps_of(&info);
        caps.make_mut().set("interlace-mode", mode);
        let damaged =
            |x: u32, y: u32| (70 + 12 * ((x / 8 + y / 8) % 5) + (7 * x + 13 * y) % 9) as u8;
        let frames: Vec<_> = (0..3)
            .map(|n| painted(&info, |x, y| damaged(x + n, y)))
            .collect();
        for preset in PRESETS {
            let line = format!("wgpudeartifact strength=2 preset={preset}");
            all.extend(run(&line, &caps, &frames).iter().flat_map(bytes));
        }
    }
    all
}
