//! Pictures of a pad as JPEG. Nothing is copied or coded unless somebody asks.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gst::prelude::*;

use crate::pipeline::lock;

/// How long to wait for the next frame, and for its picture.
const PATIENCE: Duration = Duration::from_secs(2);
/// Widest picture: what fits beside another one on a screen.
const WIDEST: i32 = 640;

/// A place in the pipeline where frames are looked at.
pub struct Tap {
    asked: Arc<AtomicBool>,
    frames: Mutex<Frames>,
}

struct Frames {
    incoming: Receiver<gst::Sample>,
    coder: Option<Coder>,
    latest: Option<Vec<u8>>,
}

impl Tap {
    /// Looks at a pad.
    pub fn at(pad: &gst::Pad) -> Self {
        let (sender, incoming) = sync_channel(1);
        let asked = Arc::<AtomicBool>::default();
        watch(pad, asked.clone(), sender);
        Self {
            asked,
            frames: Mutex::new(Frames {
                incoming,
                coder: None,
                latest: None,
            }),
        }
    }

    /// The next frame as JPEG; the latest one if no frame comes.
    pub fn picture(&self) -> Option<Vec<u8>> {
        let mut frames = lock(&self.frames);
        // One that was sent too late for whoever asked before.
        while frames.incoming.try_recv().is_ok() {}
        self.asked.store(true, Ordering::Relaxed);
        if let Ok(sample) = frames.incoming.recv_timeout(PATIENCE) {
            let coded = frames.code(&sample);
            frames.latest = coded.or(frames.latest.take());
        }
        frames.latest.clone()
    }
}

fn watch(pad: &gst::Pad, asked: Arc<AtomicBool>, sender: SyncSender<gst::Sample>) {
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        let Some(buffer) = info.buffer() else {
            return gst::PadProbeReturn::Ok;
        };
        if asked.swap(false, Ordering::Relaxed)
            && let Some(caps) = pad.current_caps()
        {
            let sample = gst::Sample::builder().buffer(buffer).caps(&caps).build();
            // If the last one was not fetched, this one is not wanted either.
            let _ = sender.try_send(sample);
        }
        gst::PadProbeReturn::Ok
    });
}

impl Frames {
    fn code(&mut self, sample: &gst::Sample) -> Option<Vec<u8>> {
        if self.coder.is_none() {
            self.coder = Coder::new().ok();
        }
        let coded = self.coder.as_ref()?.code(sample);
        if coded.is_none() {
            // It may have failed for good; the next picture has a new one.
            self.coder = None;
        }
        coded
    }
}

/// A pipeline that makes a JPEG of each frame.
struct Coder {
    pipeline: gst::Element,
    source: gst_app::AppSrc,
    size: gst::Element,
    sink: gst_app::AppSink,
}

impl Coder {
    fn new() -> Result<Self, glib::Error> {
        let line = "appsrc name=in format=time ! wgpudownload ! videoconvert ! videoscale ! \
                    capsfilter name=size ! jpegenc ! appsink name=out sync=false";
        let pipeline = gst::parse::launch(line)?;
        let find = |name| {
            let bin = pipeline.downcast_ref::<gst::Bin>();
            bin.and_then(|bin| bin.by_name(name))
        };
        let missing = || glib::Error::new(gst::CoreError::Failed, "a part of the coder is missing");
        let source = find("in").and_then(|source| source.downcast().ok());
        let sink = find("out").and_then(|sink| sink.downcast().ok());
        let coder = Self {
            source: source.ok_or_else(missing)?,
            size: find("size").ok_or_else(missing)?,
            sink: sink.ok_or_else(missing)?,
            pipeline,
        };
        let _ = coder.pipeline.set_state(gst::State::Playing);
        Ok(coder)
    }

    fn code(&self, sample: &gst::Sample) -> Option<Vec<u8>> {
        self.size.set_property("caps", small(sample.caps()?)?);
        self.source.push_sample(sample).ok()?;
        let patience = gst::ClockTime::try_from(PATIENCE).ok();
        let coded = self.sink.try_pull_sample(patience)?;
        let map = coded.buffer()?.map_readable().ok()?;
        Some(map.as_slice().to_vec())
    }
}

impl Drop for Coder {
    fn drop(&mut self) {
        let _ = self.pipeline.set_state(gst::State::Null);
    }
}

/// Caps of a picture of the same shape that is no wider than [`WIDEST`].
fn small(caps: &gst::CapsRef) -> Option<gst::Caps> {
    let picture = caps.structure(0)?;
    let (width, height): (i32, i32) = (picture.get("width").ok()?, picture.get("height").ok()?);
    let scaled = width.clamp(1, WIDEST);
    let lines = (i64::from(height) * i64::from(scaled) / i64::from(width.max(1))).max(1);
    let caps = gst::Caps::builder("video/x-raw")
        .field("width", scaled)
        .field("height", i32::try_from(lines).ok()?);
    Some(caps.build())
}
