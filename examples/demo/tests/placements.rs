//! `--place`, with corners given and with corners marked in the window.

use super::{Folder, VIDEO, X264, picture, read};
use crate::options::Options;
use crate::placement;
use gst::prelude::*;
use gst_video::NavigationEvent;
use std::path::PathBuf;

const SIZE: usize = 160;

fn input(folder: &Folder) -> PathBuf {
    let line = VIDEO
        .replace(
            "num-buffers=25 pattern=ball",
            "num-buffers=5 pattern=checkers-8",
        )
        .replace("width=64,height=48", "width=160,height=160");
    folder.make("in.mkv", &format!("{line} ! {X264} ! matroskamux ! OUT"))
}

fn advert(folder: &Folder) -> PathBuf {
    folder.make(
        "an advert.png",
        "videotestsrc num-buffers=1 pattern=white ! video/x-raw,width=32,height=32 ! pngenc ! OUT",
    )
}

#[test]
fn a_picture_lies_on_the_plane() {
    let folder = Folder::new("place");
    let place = format!("--place={}", advert(&folder).display());
    let output = folder.run(
        &input(&folder),
        "out.mkv",
        &[&place, "--points", "40,40 120,40 120,120 40,120"],
    );
    let streams = read(&output);
    let frame = &picture(&streams).bytes[..SIZE * SIZE];
    let black = |x: usize, y: usize| {
        (0..64)
            .filter(|i| frame[(y + i / 8) * SIZE + x + i % 8] < 100)
            .count()
    };
    assert_eq!(black(76, 76), 0);
    assert!(black(12, 12) > 20);
}

#[test]
fn corners_are_marked_in_the_window() {
    let folder = Folder::new("mark");
    let words = [
        input(&folder).display().to_string(),
        folder.file("out.mkv").display().to_string(),
        format!("--place={}", advert(&folder).display()),
    ];
    let options = Options::parse(&words).unwrap();
    // In the place of a window and its mouse.
    let operated = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let points = placement::marked(&options, "fakesink sync=false", &|window| {
        let sink = window.static_pad("sink").unwrap();
        let operated = operated.clone();
        sink.add_probe(gst::PadProbeType::BUFFER, move |pad, _| {
            let frame = operated.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let corners = [(40.0, 40.0), (120.0, 40.0), (120.0, 120.0), (40.0, 120.0)];
            let events = match corners.get(frame as usize) {
                Some((x, y)) => vec![
                    NavigationEvent::new_mouse_button_press(1, *x, *y),
                    NavigationEvent::new_mouse_button_release(1, *x, *y),
                ],
                None => vec![NavigationEvent::new_key_press("Return")],
            };
            for event in events {
                pad.push_event(event.build());
            }
            gst::PadProbeReturn::Ok
        });
    });
    let points = points.unwrap();
    let corners: Vec<f64> = points
        .split([' ', ','])
        .filter_map(|word| word.parse().ok())
        .collect();
    assert_eq!(corners.len(), 8, "{points}");
    assert!(
        (corners[0] - 40.0).abs() < 13.0 && (corners[4] - 120.0).abs() < 13.0,
        "{points}"
    );
}
