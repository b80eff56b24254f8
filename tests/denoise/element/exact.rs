//! Bit-exact output where required, and equal quality in each format.

use gst_video::VideoFormat;
use gstwgpu::video::format::FORMATS;

use super::picture::{DARK, SIGMA, error, read};
use super::{KINDS, harness, run};
use crate::video::transfer::scattered;
use crate::video::{caps_of, frame, samples, video};

const SIZES: [(u32, u32); 5] = [(1, 1), (3, 5), (33, 17), (2, 1), (64, 48)];

fn bytes(buffer: &gst::BufferRef) -> Vec<u8> {
    buffer.map_readable().unwrap().to_vec()
}

#[test]
fn without_strength_frames_are_those_of_identity() {
    for format in FORMATS {
        for (width, height) in SIZES {
            let info = video(format, width, height);
            let sent: Vec<_> = (0..3).map(|index| frame(&info, index)).collect();
            let expected = run("identity", &info, &sent);
            for line in [
                "wgpudenoise strength=0",
                "wgpudenoise sigma=0",
                "wgpudenoise strength=0 lookahead=3 preset=quality",
            ] {
                let got = run(line, &info, &sent);
                assert_eq!(got.len(), expected.len());
                for (got, expected) in got.iter().zip(&expected) {
                    let equal = bytes(got) == bytes(expected);
                    assert!(equal, "{line}: {format} {width}x{height}");
                }
            }
            let got = run(
                "wgpuupload ! wgpudenoise strength=0 ! wgpudownload",
                &info,
                &sent,
            );
            for (got, expected) in got.iter().zip(&expected) {
                assert_eq!(samples(got, &info), samples(expected, &info), "{format}");
            }
        }
    }
}

#[test]
fn each_format_and_size_comes_out() {
    for format in FORMATS {
        for (width, height) in SIZES {
            let info = video(format, width, height);
            let sent = DARK.frames(&info, 3);
            for line in ["wgpudenoise", "wgpudenoise preset=quality lookahead=1"] {
                let got = run(line, &info, &sent);
                assert_eq!(got.len(), 3, "{line}: {format} {width}x{height}");
            }
        }
    }
}

#[test]
fn noise_goes_from_each_component_of_each_format() {
    for format in FORMATS {
        let info = video(format, 64, 48);
        let sent = DARK.frames(&info, 8);
        let got = run("wgpudenoise preset=balanced sigma=10", &info, &sent);
        for component in 0..info.n_components().min(3) {
            let left = error(got.last().unwrap(), &info, &DARK, component);
            let gone = SIGMA.powi(2) / left;
            assert!(gone > 4.0, "{format} {component}: mean square error {left}");
        }
    }
}

#[test]
fn without_chroma_strength_colours_are_untouched() {
    for kind in KINDS {
        for format in [VideoFormat::I420, VideoFormat::Nv12, VideoFormat::P01010le] {
            let info = video(format, 33, 17);
            let sent = DARK.frames(&info, 4);
            let got = run(&format!("{kind} sigma=10 chroma-strength=0"), &info, &sent);
            for (got, sent) in got.iter().zip(&sent) {
                assert_ne!(read(got, &info, 0), read(sent, &info, 0), "{kind} {format}");
                for component in [1, 2] {
                    let got = read(got, &info, component);
                    assert_eq!(got, read(sent, &info, component), "{kind} {format}");
                }
            }
        }
    }
}

#[test]
fn two_runs_give_the_same_bytes() {
    let info = video(VideoFormat::Nv12, 99, 65);
    let sent = DARK.frames(&info, 6);
    for kind in KINDS {
        let [first, second] = [(); 2].map(|()| run(kind, &info, &sent));
        for (first, second) in first.iter().zip(&second) {
            assert!(bytes(first) == bytes(second), "{kind}");
        }
    }
}

/// The last of five frames of the same picture, with 8 and with 10 bits.
fn both_depths(line: &str, formats: [VideoFormat; 2]) -> [Vec<u16>; 2] {
    formats.map(|format| {
        let info = video(format, 64, 48);
        let got = run(line, &info, &DARK.frames(&info, 5));
        let last = got.last().unwrap();
        (0..3).flat_map(|c| read(last, &info, c).concat()).collect()
    })
}

#[test]
fn eight_and_ten_bits_agree_within_rounding() {
    let pairs = [
        [VideoFormat::I420, VideoFormat::I42010le],
        [VideoFormat::Nv12, VideoFormat::P01010le],
    ];
    for kind in KINDS {
        for formats in pairs {
            let [eight, ten] = both_depths(&format!("{kind} sigma=10"), formats);
            for (eight, ten) in eight.iter().zip(&ten) {
                assert!((4 * eight).abs_diff(*ten) <= 2, "{kind}: {eight} and {ten}");
            }
        }
    }
}

/// The noise estimates of the two depths differ in their last digits, which can change the side of a
/// threshold for a few samples.
#[test]
fn eight_and_ten_bits_find_the_same_noise() {
    for kind in KINDS {
        let [eight, ten] = both_depths(kind, [VideoFormat::I420, VideoFormat::I42010le]);
        let pairs = || eight.iter().zip(&ten);
        let far = pairs().filter(|(eight, ten)| (4 * **eight).abs_diff(**ten) > 2);
        let (far, all) = (far.count(), eight.len());
        assert!(100 * far < all, "{kind}: {far} of {all} samples differ");
    }
}

#[test]
fn scattered_planes_give_the_same_picture() {
    for format in [VideoFormat::I420, VideoFormat::Nv12, VideoFormat::P01010le] {
        let info = video(format, 33, 17);
        let tight = DARK.frames(&info, 3);
        let padded: Vec<_> = tight.iter().map(|tight| scattered(tight, &info)).collect();
        let [tight, padded] =
            [tight, padded].map(|sent| run("wgpudenoise preset=fast", &info, &sent));
        for (tight, padded) in tight.iter().zip(&padded) {
            assert_eq!(samples(tight, &info), samples(padded, &info), "{format}");
        }
    }
}

#[test]
fn a_cropped_input_is_filtered_as_the_picture_that_is_left() {
    let large = video(VideoFormat::I420, 80, 60);
    let small = video(VideoFormat::I420, 60, 46);
    let crop = "videocrop left=8 right=12 top=10 bottom=4";
    let sent = DARK.frames(&large, 3);
    let mut cropping = harness(&format!("{crop} ! capsfilter"), &caps_of(&large));
    let cropped = sent
        .iter()
        .map(|sent| cropping.push_and_pull(sent.clone()).unwrap());
    // Written anew, so that no stride of the large picture is left.
    let tight: Vec<gst::Buffer> = cropped
        .map(|buffer| {
            let rows: [_; 3] = std::array::from_fn(|c| read(&buffer, &small, c as u32));
            super::picture::paint(&small, buffer.offset(), |c, x, y| {
                rows[c as usize][y as usize][x as usize]
            })
        })
        .collect();
    let expected = run("wgpudenoise preset=fast", &small, &tight);
    let got = run(&format!("{crop} ! wgpudenoise preset=fast"), &large, &sent);
    assert_eq!((got.len(), expected.len()), (3, 3));
    for (got, expected) in got.iter().zip(&expected) {
        assert_eq!(samples(got, &small), samples(expected, &small));
    }
}
