//! Errors are posted once and end the stream, without a panic or a hang.

use std::process::Command;

use gst::prelude::*;
use gst_video::VideoFormat;
use gstwgpu::gpu::{AdapterSelector, Gpu};
use gstwgpu::video::context::new_context;

use super::picture::DARK;
use crate::video::errors::{errors, in_child, play};
use crate::video::{caps_of, init, video};

const NO_GPU: [(&str, &str); 2] = [
    ("VK_DRIVER_FILES", "/dev/null"),
    ("VK_ICD_FILENAMES", "/dev/null"),
];

#[test]
fn without_a_gpu_there_is_one_error() {
    let test = "denoise::element::errors::without_a_gpu_there_is_one_error";
    if let Some(output) = in_child(test, &NO_GPU) {
        assert!(output.status.success(), "{output:?}");
        return;
    }
    let (pipeline, errors) =
        play("videotestsrc ! wgpudenoise lookahead=2 ! wgpudenoise ! fakesink");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].matches(gst::ResourceError::NotFound));
    let text = errors[0].message();
    assert!(text.contains("no Vulkan"), "{text}");
    assert!(text.contains("Adapters found: none"), "{text}");
    pipeline.set_state(gst::State::Null).unwrap();
}

/// The plugin as a file, beside this test or one folder up.
fn plugin() -> std::path::PathBuf {
    let test = std::env::current_exe().unwrap();
    let name = format!(
        "{}gstwgpu{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    let folder = test.parent().unwrap();
    [folder.join(&name), folder.parent().unwrap().join(&name)]
        .into_iter()
        .find(|path| path.exists())
        .expect("the plugin is built with the tests")
}

#[test]
fn without_a_gpu_the_element_can_be_inspected() {
    let registry = std::env::temp_dir().join(format!("gstwgpu-{}.bin", std::process::id()));
    let output = Command::new("gst-inspect-1.0")
        .arg("wgpudenoise")
        .env("GST_PLUGIN_PATH", plugin().parent().unwrap())
        .env("GST_REGISTRY", &registry)
        .envs(NO_GPU)
        .output()
        .expect("gst-inspect-1.0 is installed with GStreamer's tools");
    let _ = std::fs::remove_file(registry);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    for word in [
        "Filter/Effect/Video/Hardware",
        "memory:WGPUMemory",
        "chroma-strength",
        "lookahead",
        "preset",
        "adapter",
        "stats",
    ] {
        assert!(text.contains(word), "no {word} in {text}");
    }
}

#[test]
fn a_lost_device_ends_the_stream_where_that_is_asked_for() {
    init();
    for lookahead in [0, 2] {
        let gpu = Gpu::open(&AdapterSelector::Auto).unwrap();
        let line = format!(
            "appsrc name=in format=time ! wgpudenoise lookahead={lookahead} on-device-loss=error ! \
             wgpudenoise on-device-loss=error ! \
             appsink name=out sync=false"
        );
        let element = gst::parse::launch(&line).unwrap();
        let pipeline = element.downcast::<gst::Pipeline>().unwrap();
        pipeline.set_context(&new_context(&gpu, true));
        let source: gst_app::AppSrc = pipeline.by_name("in").unwrap().downcast().unwrap();
        let sink: gst_app::AppSink = pipeline.by_name("out").unwrap().downcast().unwrap();
        let info = video(VideoFormat::Nv12, 64, 48);
        source.set_caps(Some(&caps_of(&info)));
        pipeline.set_state(gst::State::Playing).unwrap();
        for index in 0..=lookahead {
            source.push_buffer(DARK.frame(&info, index)).unwrap();
        }
        let wait = gst::ClockTime::from_seconds(60);
        assert!(sink.try_pull_sample(wait).is_some());
        gpu.device().destroy();
        for index in 10..14 {
            // Refused where the stream has ended already.
            let _ = source.push_buffer(DARK.frame(&info, index));
        }
        let errors = errors(pipeline.upcast_ref());
        let ours = errors
            .iter()
            .filter(|e| e.kind::<gst::ResourceError>().is_some());
        let texts: Vec<_> = ours.map(|error| error.message()).collect();
        assert_eq!(texts.len(), 1, "{errors:?}");
        assert!(texts[0].contains("lost"), "{texts:?}");
        pipeline.set_state(gst::State::Null).unwrap();
    }
}
