//! A noisy clip that looks like one from a camera, made without any outside material.
//!
//! Flat wall, leaves, grass and a smooth head-like ball move at different speeds in front of one
//! another, so that smoothing, ghosts at edges and lost texture would all be seen.

mod noise;
mod scene;
mod texture;

pub use scene::{HEIGHT, Scene, WIDTH};

use gst::prelude::*;
use std::path::Path;

const FRAMES: u64 = 125;
const FRAMES_PER_SECOND: u64 = 25;

/// Writes the noisy clip, uncompressed.
pub fn write(scene: &Scene, path: &Path) -> Result<(), String> {
    let refuse =
        |why: &dyn std::fmt::Display| format!("cannot make the clip '{}': {why}", path.display());
    let pipeline = gst::parse::launch(
        "appsrc name=frames format=time block=true ! matroskamux ! filesink name=file",
    )
    .map_err(|error| refuse(&error))?
    .downcast::<gst::Pipeline>()
    .map_err(|_| refuse(&"not a pipeline"))?;
    let element = |name| {
        pipeline
            .by_name(name)
            .ok_or_else(|| refuse(&"an element is missing"))
    };
    element("file")?.set_property("location", path);
    let source = element("frames")?
        .downcast::<gst_app::AppSrc>()
        .map_err(|_| refuse(&"appsrc is missing"))?;
    source.set_caps(Some(&caps()));
    let pushed = pipeline
        .set_state(gst::State::Playing)
        .map_err(|error| refuse(&error))
        .and_then(|_| push(scene, &source).map_err(|error| refuse(&error)));
    let result = pushed.and_then(|()| wait(&pipeline).map_err(|error| refuse(&error)));
    let _ = pipeline.set_state(gst::State::Null);
    result
}

fn caps() -> gst::Caps {
    gst_video::VideoCapsBuilder::new()
        .format(gst_video::VideoFormat::I420)
        .width(WIDTH as i32)
        .height(HEIGHT as i32)
        .framerate(gst::Fraction::new(FRAMES_PER_SECOND as i32, 1))
        .field("colorimetry", "bt709")
        .build()
}

fn push(scene: &Scene, source: &gst_app::AppSrc) -> Result<(), gst::FlowError> {
    for number in 0..FRAMES {
        let mut buffer = gst::Buffer::from_mut_slice(scene.noisy(number));
        let time = |n: u64| gst::ClockTime::SECOND * n / FRAMES_PER_SECOND;
        if let Some(buffer) = buffer.get_mut() {
            buffer.set_pts(time(number));
            buffer.set_duration(time(number + 1) - time(number));
        }
        source.push_buffer(buffer)?;
    }
    source.end_of_stream().map(|_| ())
}

fn wait(pipeline: &gst::Pipeline) -> Result<(), String> {
    let bus = pipeline.bus().ok_or("the pipeline has no bus")?;
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    match bus.timed_pop_filtered(gst::ClockTime::NONE, &kinds) {
        Some(message) => match message.view() {
            gst::MessageView::Error(error) => Err(error.error().to_string()),
            _ => Ok(()),
        },
        None => Ok(()),
    }
}
