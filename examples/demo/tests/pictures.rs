//! Size, shape, colours and amount of the picture, and inputs that are not whole.

use super::{Folder, VIDEO, X264, field, picture, read};
use crate::options::Options;
use crate::pipeline::{self, Done};
use std::path::Path;

fn options(input: &Path, output: &Path, elements: &str) -> Options {
    let words = [
        input.display().to_string(),
        output.display().to_string(),
        format!("--elements={elements}"),
    ];
    Options::parse(&words).unwrap()
}

fn done(folder: &Folder, input: &Path) -> Done {
    pipeline::run(&options(input, &folder.file("out.mp4"), "identity")).unwrap()
}

#[test]
fn aspect_colours_and_depth_stay() {
    let folder = Folder::new("colours");
    let input = folder.make(
        "in.mkv",
        "videotestsrc num-buffers=3 ! \
         video/x-raw,format=I420_10LE,width=64,height=48,framerate=25/1,pixel-aspect-ratio=4/3,colorimetry=bt2100-pq ! \
         x264enc ! h264parse ! matroskamux ! OUT",
    );
    for name in ["out.mp4", "out.mkv"] {
        let streams = read(&folder.run(&input, name, &[]));
        let video = picture(&streams);
        assert_eq!(field::<String>(video, "colorimetry").unwrap(), "bt2100-pq");
        assert_eq!(field::<String>(video, "format").unwrap(), "I420_10LE");
        let aspect = field::<gst::Fraction>(video, "pixel-aspect-ratio").unwrap();
        let aspect = f64::from(aspect.numer()) / f64::from(aspect.denom());
        // Matroska has it as whole pixels of the display.
        assert!((aspect - 4.0 / 3.0).abs() < 0.02, "{name}: {aspect}");
    }
}

#[test]
fn odd_sizes_are_encoded() {
    let folder = Folder::new("odd");
    let line = VIDEO.replace("width=64,height=48", "width=67,height=49");
    let input = folder.make("in.mkv", &format!("{line} ! matroskamux ! OUT"));
    for (name, size) in [("out.mp4", (66, 48)), ("out.webm", (67, 49))] {
        let streams = read(&folder.run(&input, name, &[]));
        let size_of = |name| field::<i32>(picture(&streams), name).unwrap();
        assert_eq!((size_of("width"), size_of("height")), size, "{name}");
    }
}

/// Muxers of GStreamer 1.22 write no rotation: the header's matrix is turned here.
fn turn(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let header = bytes.windows(4).position(|four| four == b"tkhd").unwrap();
    // The box's type, version and flags, times, number, duration, layers and volume stand before it.
    let matrix = header + 4 + 40;
    let turned: [i32; 4] = [0, 0x10000, -0x10000, 0];
    for (place, value) in [0, 4, 12, 16].iter().zip(turned) {
        bytes[matrix + place..][..4].copy_from_slice(&value.to_be_bytes());
    }
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn turned_video_is_upright() {
    let folder = Folder::new("turned");
    let input = folder.make("in.mp4", &format!("{VIDEO} ! {X264} ! mp4mux ! OUT"));
    turn(&input);
    let streams = read(&folder.run(&input, "out.mkv", &[]));
    let size = |name| field::<i32>(picture(&streams), name).unwrap();
    assert_eq!((size("width"), size("height")), (48, 64));
}

#[test]
fn files_do_not_grow() {
    let folder = Folder::new("rate");
    // Noise that quality alone would spend ten times as much on.
    let input = folder.make(
        "in.mp4",
        "videotestsrc num-buffers=75 pattern=snow ! video/x-raw,format=I420,width=128,height=96,framerate=25/1 ! \
         x264enc bitrate=150 speed-preset=ultrafast ! h264parse ! mp4mux ! OUT",
    );
    let done = done(&folder, &input);
    let (source, allowance) = (done.rates[0], done.allowance);
    assert!(
        source < 400_000 && allowance < 400_000,
        "{source}, {allowance}"
    );
    let size = |path: &Path| std::fs::metadata(path).unwrap().len() as f64;
    let grown = size(&folder.file("out.mp4")) / size(&input);
    assert!(grown < 1.3, "{grown}");
}

#[test]
fn an_input_that_was_cut_off_is_said_to_be() {
    let folder = Folder::new("cut");
    let line = VIDEO.replace("num-buffers=25", "num-buffers=100");
    for (name, muxer) in [("a.mp4", "mp4mux faststart=true"), ("a.mkv", "matroskamux")] {
        let input = folder.make(name, &format!("{line} ! {X264} ! {muxer} ! OUT"));
        assert_eq!(done(&folder, &input).broken, None, "{name}");
        let bytes = std::fs::read(&input).unwrap();
        std::fs::write(&input, &bytes[..bytes.len() / 2]).unwrap();
        let broken = done(&folder, &input).broken;
        assert!(broken.is_some(), "{name}");
        assert!(!read(&folder.file("out.mp4")).is_empty());
    }
    let input = folder.make("late.mp4", &format!("{line} ! {X264} ! mp4mux ! OUT"));
    let bytes = std::fs::read(&input).unwrap();
    std::fs::write(&input, &bytes[..bytes.len() / 2]).unwrap();
    let refused = options(&input, &folder.file("out.mp4"), "identity").check();
    assert!(refused.is_err_and(|text| text.contains("its index")));
}

#[test]
fn compare_leaves_a_video_of_both() {
    let folder = Folder::new("compare");
    let input = folder.make("in.mkv", &format!("{VIDEO} ! {X264} ! matroskamux ! OUT"));
    let inverted = "--elements=videobalance brightness=-1";
    folder.run(&input, "out.mkv", &["--compare", inverted]);
    let streams = read(&folder.file("out-compare.mkv"));
    let video = picture(&streams);
    let size = |name| field::<i32>(video, name).unwrap();
    assert_eq!((size("width"), size("height")), (128, 48));
    // The ball shows on the left alone.
    let frame = &video.bytes[..128 * 48];
    let brightest = |from: usize| {
        let rows = frame
            .chunks(128)
            .map(|row| row[from..from + 64].iter().max());
        *rows.max().unwrap().unwrap()
    };
    assert!(
        brightest(0) > 150 && brightest(64) < 60,
        "{}, {}",
        brightest(0),
        brightest(64)
    );
}
