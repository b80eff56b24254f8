//! Frames whose blocks do not fit into a buffer binding of software Vulkan, and frames that nothing fits.

use gst::prelude::*;
use gst_video::VideoFormat;

use super::errors::play;
use super::{noise, stamp, video};
use crate::denoise::element::run;

/// Sides of a tile, multiples of the blocks'.
const TILE: (usize, usize) = (520, 512);

/// A frame of the same tile so many times across and down, first of its stream, denoised.
fn denoised(across: usize, down: usize) -> Vec<u8> {
    let (width, height) = (TILE.0 * across, TILE.1 * down);
    let info = video(VideoFormat::Gray8, width as u32, height as u32);
    let tile: Vec<u8> = noise(TILE.0 * TILE.1, 3)
        .iter()
        .map(|byte| 100 + byte % 32)
        .collect();
    let row = |y: usize| tile[y % TILE.1 * TILE.0..][..TILE.0].repeat(across);
    let mut buffer = gst::Buffer::from_mut_slice((0..height).flat_map(row).collect::<Vec<u8>>());
    stamp(buffer.get_mut().unwrap(), 0);
    let got = run("wgpudenoise preset=fast sigma=10", &info, &[buffer]);
    got[0].map_readable().unwrap().to_vec()
}

/// The middle of a tile, which is not near an edge of the frame.
fn middle(frame: &[u8], across: usize, (column, row): (usize, usize)) -> Vec<u8> {
    let rows = row * TILE.1 + 64..(row + 1) * TILE.1 - 64;
    let start = |y: usize| (y * across + column) * TILE.0 + 64;
    rows.flat_map(|y| frame[start(y)..][..TILE.0 - 128].to_vec())
        .collect()
}

#[test]
fn frames_of_17_megapixels_are_filtered_as_small_ones() {
    let wanted = middle(&denoised(3, 3), 3, (1, 1));
    let large = denoised(8, 8);
    let found = middle(&large, 8, (1, 1));
    // Other kernels round otherwise, which turns a few thresholds.
    let far = found
        .iter()
        .zip(&wanted)
        .filter(|(a, b)| a.abs_diff(**b) > 1);
    assert!(far.count() * 1000 < wanted.len());
    for tile in [(6, 1), (3, 4), (1, 6), (6, 6)] {
        assert!(middle(&large, 8, tile) == found, "tile {tile:?}");
    }
}

#[test]
fn frames_that_do_not_fit_are_refused_with_the_largest_size() {
    let limits = crate::gpu::gpu().device().limits();
    if limits.max_storage_buffer_binding_size > 1 << 28 {
        return;
    }
    for (format, filter) in [
        ("NV12", "wgpudeartifact preset=quality"),
        ("BGRx", "wgpudenoise preset=fast"),
    ] {
        let (pipeline, errors) = play(&format!(
            "videotestsrc num-buffers=1 ! video/x-raw,format={format},width=7680,height=4320 ! \
             {filter} ! fakesink"
        ));
        // Beside the source's own, which comes once it has made its first frame.
        let ours = errors
            .iter()
            .filter(|e| e.matches(gst::StreamError::Format));
        let ours: Vec<_> = ours.collect();
        assert_eq!(ours.len(), 1, "{errors:?}");
        let text = ours[0].message();
        assert!(text.contains("is the largest size here"), "{text}");
        pipeline.set_state(gst::State::Null).unwrap();
    }
}
