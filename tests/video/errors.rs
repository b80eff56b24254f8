//! Errors are posted once, in words, and end the stream without a panic or a hang.

use std::process::Command;

use gst::prelude::*;
use gst_video::VideoFormat;
use gstwgpu::gpu::{AdapterSelector, Gpu};
use gstwgpu::video::context::new_context;

use super::{caps_of, frame, init, video};

const CHILD: &str = "GSTWGPU_TEST_CHILD";

/// True in a process that [`in_child`] has started.
pub fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Runs one test of this binary in a child process with these variables set; `None` in that process. Fails
/// if no test has this name: the test runner would run nothing and succeed.
pub fn in_child(test: &str, variables: &[(&str, &str)]) -> Option<std::process::Output> {
    if is_child() {
        return None;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, "1")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("running 1 test\n"), "no test {test}: {said}");
    Some(output)
}

#[test]
#[should_panic(expected = "no test video::errors::nobody_has_this_name")]
fn a_child_without_a_test_is_a_failure() {
    in_child("video::errors::nobody_has_this_name", &[]);
}

/// All errors of a pipeline until it has settled.
pub fn errors(pipeline: &gst::Element) -> Vec<glib::Error> {
    let bus = pipeline.bus().unwrap();
    let mut errors = Vec::new();
    let wanted = [gst::MessageType::Eos, gst::MessageType::Error];
    let mut patience = gst::ClockTime::from_seconds(30);
    while let Some(message) = bus.timed_pop_filtered(patience, &wanted) {
        if let gst::MessageView::Error(error) = message.view() {
            errors.push(error.error());
        }
        patience = gst::ClockTime::from_mseconds(200);
    }
    errors
}

pub fn play(line: &str) -> (gst::Element, Vec<glib::Error>) {
    init();
    let pipeline = gst::parse::launch(line).unwrap();
    let _ = pipeline.set_state(gst::State::Playing);
    let errors = errors(&pipeline);
    (pipeline, errors)
}

#[test]
fn without_a_gpu_there_is_one_error() {
    let nothing = [
        ("VK_DRIVER_FILES", "/dev/null"),
        ("VK_ICD_FILENAMES", "/dev/null"),
    ];
    if let Some(output) = in_child("video::errors::without_a_gpu_there_is_one_error", &nothing) {
        assert!(output.status.success(), "{output:?}");
        return;
    }
    let (pipeline, errors) = play(
        "videotestsrc ! wgpuupload ! wgputestfilter ! wgputestfilter ! wgpudownload ! fakesink",
    );
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].matches(gst::ResourceError::NotFound));
    let text = errors[0].message();
    assert!(
        text.contains("no Vulkan") && text.contains("Adapters found: none"),
        "{text}"
    );
    assert!(
        gst::ElementFactory::find("wgpuupload")
            .unwrap()
            .create()
            .build()
            .is_ok()
    );
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn an_adapter_that_does_not_exist_is_named() {
    for adapter in ["voodoo", "99"] {
        let line = format!("videotestsrc ! wgputestfilter adapter={adapter} ! fakesink");
        let (pipeline, errors) = play(&line);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].matches(gst::ResourceError::Settings));
        let text = errors[0].message();
        let real = crate::gpu::gpu().info().name.clone();
        assert!(
            text.contains(adapter) && text.contains(real.as_str()),
            "{text}"
        );
        pipeline.set_state(gst::State::Null).unwrap();
    }
}

#[test]
fn frames_beyond_the_limit_are_refused() {
    let limit = crate::gpu::gpu().max_size();
    let line = format!(
        "videotestsrc num-buffers=1 ! video/x-raw,format=GRAY8,width={},height=2 ! \
         wgputestfilter ! fakesink",
        limit + 2
    );
    let (pipeline, errors) = play(&line);
    let told = errors
        .iter()
        .find(|error| error.matches(gst::StreamError::Format));
    let text = told.expect("an error of the filter").message().to_string();
    assert!(
        text.contains(&format!("limit of {limit}x{limit}")),
        "{text}"
    );
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn a_lost_device_ends_the_stream_where_that_is_asked_for() {
    init();
    let gpu = Gpu::open(&AdapterSelector::Auto).unwrap();
    let line = "appsrc name=in format=time ! wgputestfilter lookahead=1 on-device-loss=error ! \
                wgputestfilter on-device-loss=error ! appsink name=out sync=false";
    let pipeline = gst::parse::launch(line)
        .unwrap()
        .downcast::<gst::Pipeline>()
        .unwrap();
    pipeline.set_context(&new_context(&gpu, true));
    let source = pipeline
        .by_name("in")
        .unwrap()
        .downcast::<gst_app::AppSrc>()
        .unwrap();
    let sink = pipeline
        .by_name("out")
        .unwrap()
        .downcast::<gst_app::AppSink>()
        .unwrap();
    let info = video(VideoFormat::Nv12, 32, 18);
    source.set_caps(Some(&caps_of(&info)));
    pipeline.set_state(gst::State::Playing).unwrap();
    for index in 0..2 {
        source.push_buffer(frame(&info, index)).unwrap();
    }
    assert!(
        sink.try_pull_sample(gst::ClockTime::from_seconds(30))
            .is_some()
    );
    gpu.device().destroy();
    for index in 2..5 {
        let _ = source.push_buffer(frame(&info, index));
    }
    let errors = errors(pipeline.upcast_ref());
    let ours: Vec<_> = errors
        .iter()
        .filter(|error| error.kind::<gst::ResourceError>().is_some())
        .collect();
    assert_eq!(ours.len(), 1, "{errors:?}");
    assert!(ours[0].message().contains("lost"), "{errors:?}");
    pipeline.set_state(gst::State::Null).unwrap();
}
