//! Impossible settings are reported once, when the element starts.

use gst::prelude::*;

use gst_video::VideoFormat;
use gstwgpu::gpu::{AdapterSelector, Gpu};
use gstwgpu::video::context::new_context;

use super::{QUAD, TestFile, textured};
use crate::video::errors::{errors, in_child, play};
use crate::video::{caps_of, init};

#[test]
fn what_cannot_work_is_one_error() {
    let folder = std::env::temp_dir();
    let folder = folder.to_str().unwrap();
    for (properties, parts) in [
        ("points=\"1,2 3\"", vec!["points", "1,2 3", "x0,y0"]),
        ("points=\"1,1 90,90 90,1 1,90\"", vec!["points", "convex"]),
        ("points=\"0,0 1,0 1,1 0,1\"", vec!["points", "4 pixels"]),
        (
            "points=\"900,0 999,0 999,99 900,99\"",
            vec!["points", "900,0", "320x240"],
        ),
        ("anchor=face", vec!["anchor", "face", "roi:TYPE"]),
        (
            "location=/nowhere/a.png",
            vec!["location", "/nowhere/a.png", "PNG"],
        ),
        (
            "track-location=/nowhere/a",
            vec!["track-location", "/nowhere/a"],
        ),
        (
            "track-import=/nowhere/a",
            vec!["track-import", "/nowhere/a"],
        ),
        (
            "exposure-location=/nowhere/a",
            vec!["exposure-location", "/nowhere/a"],
        ),
        (&format!("track-location={folder}"), vec!["track-location"]),
    ] {
        let line = format!(
            "videotestsrc num-buffers=3 ! video/x-raw,width=320,height=240 ! \
             wgputrackoverlay {properties} ! fakesink"
        );
        let (pipeline, errors) = play(&line);
        pipeline.set_state(gst::State::Null).unwrap();
        let ours: Vec<_> = errors
            .iter()
            .filter(|error| error.message().contains("The property"))
            .collect();
        assert_eq!(ours.len(), 1, "{properties}: {errors:?}");
        for part in parts {
            assert!(ours[0].message().contains(part), "{part}: {errors:?}");
        }
    }
}

#[test]
fn frames_too_small_for_any_plane_are_an_error() {
    let line = format!(
        "videotestsrc num-buffers=3 ! video/x-raw,width=1,height=1 ! \
         wgputrackoverlay points=\"{QUAD}\" ! fakesink"
    );
    let (pipeline, errors) = play(&line);
    pipeline.set_state(gst::State::Null).unwrap();
    assert!(errors[0].message().contains("1x1"), "{errors:?}");
}

#[test]
fn without_points_frames_of_any_size_pass() {
    let line = "videotestsrc num-buffers=3 ! video/x-raw,width=1,height=1 ! \
                wgputrackoverlay ! fakesink";
    let (pipeline, errors) = play(line);
    pipeline.set_state(gst::State::Null).unwrap();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn without_a_gpu_there_is_one_error() {
    let nothing = [
        ("VK_DRIVER_FILES", "/dev/null"),
        ("VK_ICD_FILENAMES", "/dev/null"),
    ];
    let test = "trackoverlay::element::errors::without_a_gpu_there_is_one_error";
    if let Some(output) = in_child(test, &nothing) {
        assert!(output.status.success(), "{output:?}");
        return;
    }
    let line = format!("videotestsrc ! wgputrackoverlay points=\"{QUAD}\" ! fakesink");
    let (pipeline, errors) = play(&line);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].matches(gst::ResourceError::NotFound));
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn a_lost_device_ends_the_stream_and_keeps_the_track_so_far() {
    init();
    let file = TestFile::new("lost.jsonl");
    let gpu = Gpu::open(&AdapterSelector::Auto).unwrap();
    let line = format!(
        "appsrc name=in format=time ! wgputrackoverlay points=\"{QUAD}\" track-location={} on-device-loss=error ! \
         appsink name=out sync=false",
        file.as_str()
    );
    let pipeline: gst::Pipeline = gst::parse::launch(&line).unwrap().downcast().unwrap();
    pipeline.set_context(&new_context(&gpu, true));
    let source: gst_app::AppSrc = pipeline.by_name("in").unwrap().downcast().unwrap();
    let sink: gst_app::AppSink = pipeline.by_name("out").unwrap().downcast().unwrap();
    let info = super::info();
    assert_eq!(info.format(), VideoFormat::I420);
    source.set_caps(Some(&caps_of(&info)));
    pipeline.set_state(gst::State::Playing).unwrap();
    for index in 0..3 {
        source.push_buffer(textured(&info, index)).unwrap();
        assert!(
            sink.try_pull_sample(gst::ClockTime::from_seconds(60))
                .is_some()
        );
    }
    gpu.device().destroy();
    for index in 3..6 {
        // Refused where the stream has ended already.
        let _ = source.push_buffer(textured(&info, index));
    }
    let errors = errors(pipeline.upcast_ref());
    let ours = |error: &&glib::Error| error.message().contains("lost");
    assert_eq!(errors.iter().filter(ours).count(), 1, "{errors:?}");
    pipeline.set_state(gst::State::Null).unwrap();
    assert!(file.track().len() >= 3);
}
