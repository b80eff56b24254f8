//! Runs elements between a source of ready buffers and a sink that does nothing.

use crate::clock::{Effort, median, milliseconds, process_cpu, thread_cpu};
use crate::pictures::Size;
use gst::prelude::*;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Frames before the clock starts.
pub const WARM_UP: usize = 5;
/// The streaming thread's clock is read once in so many frames: reading it costs time, too.
const READ_EVERY: usize = 5;
/// How long a pipeline may take to end.
const PATIENCE: gst::ClockTime = gst::ClockTime::from_seconds(60);

/// Buffers to push, again and again.
#[derive(Debug, Clone)]
pub struct Feed {
    /// What they are.
    pub caps: gst::Caps,
    /// Their contents.
    pub frames: Vec<Arc<[u8]>>,
}

/// Frames a second of most pipelines: each runs as fast as it can.
pub const RATE: u32 = 25;

/// I420 at so many frames a second.
pub fn raw_caps(size: Size, rate: u32) -> gst::Caps {
    gst_video::VideoCapsBuilder::new()
        .format(gst_video::VideoFormat::I420)
        .width(size.0 as i32)
        .height(size.1 as i32)
        .framerate(gst::Fraction::new(rate as i32, 1))
        .build()
}

/// What a run gave.
#[derive(Debug)]
pub struct Ran {
    /// Milliseconds between frames at the sink.
    pub intervals: Vec<f64>,
    /// Frames a second over the whole measured run.
    pub fps: f64,
    /// Milliseconds of processor time per frame, of the thread that gives the frames of `filter`.
    pub thread: Option<f64>,
    /// Milliseconds of processor time per frame, of the process.
    pub process: Option<f64>,
    /// The property `stats` of our elements, in order from source to sink.
    pub stats: Vec<gst::Structure>,
}

/// Times taken by the probes.
#[derive(Debug, Default)]
struct Marks {
    sink: Vec<Instant>,
    /// Frame and processor time of the streaming thread.
    thread: Vec<(usize, f64)>,
    seen: usize,
    process: Option<f64>,
}

fn lock(marks: &Mutex<Marks>) -> MutexGuard<'_, Marks> {
    marks.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An owner of shared bytes that a buffer can wrap without a copy.
struct Bytes(Arc<[u8]>);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Runs `elements`, one of which is named `filter`.
pub fn run(feed: &Feed, elements: &str, effort: Effort) -> Result<Ran, String> {
    let pipeline = launch(feed, elements)?;
    let marks: Arc<Mutex<Marks>> = Arc::default();
    watch(&pipeline, &marks)?;
    let result = play(&pipeline, feed, &marks, effort);
    let stats = stats(&pipeline);
    let _ = pipeline.set_state(gst::State::Null);
    result.map_err(|error| format!("{elements}: {error}"))?;
    ran(&lock(&marks), stats).ok_or_else(|| format!("{elements}: too few frames came out"))
}

/// The pipeline, not yet started.
pub fn launch(feed: &Feed, elements: &str) -> Result<gst::Pipeline, String> {
    let line = format!(
        "appsrc name=source format=time block=true max-buffers=4 ! {elements} ! \
         fakesink name=sink sync=false"
    );
    let pipeline = gst::parse::launch(&line).map_err(|error| format!("{line}: {error}"))?;
    let pipeline = pipeline
        .downcast::<gst::Pipeline>()
        .map_err(|_| format!("{line}: not a pipeline"))?;
    source(&pipeline)?.set_caps(Some(&feed.caps));
    Ok(pipeline)
}

/// Where the pipeline gets its buffers.
pub fn source(pipeline: &gst::Pipeline) -> Result<gst_app::AppSrc, String> {
    let source = pipeline.by_name("source");
    source
        .and_then(|source| source.downcast().ok())
        .ok_or_else(|| "the pipeline has no source".into())
}

/// The pad of an element of the pipeline.
pub fn pad(pipeline: &gst::Pipeline, element: &str, pad: &str) -> Result<gst::Pad, String> {
    let found = pipeline.by_name(element);
    found
        .and_then(|element| element.static_pad(pad))
        .ok_or_else(|| format!("no pad '{pad}' on '{element}'"))
}

fn watch(pipeline: &gst::Pipeline, marks: &Arc<Mutex<Marks>>) -> Result<(), String> {
    let at_sink = marks.clone();
    pad(pipeline, "sink", "sink")?.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
        let mut marks = lock(&at_sink);
        marks.sink.push(Instant::now());
        if marks.sink.len() == WARM_UP {
            marks.process = process_cpu();
        }
        gst::PadProbeReturn::Ok
    });
    let at_filter = marks.clone();
    pad(pipeline, "filter", "src")?.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
        let mut marks = lock(&at_filter);
        marks.seen += 1;
        let seen = marks.seen;
        if seen >= WARM_UP && (seen - WARM_UP).is_multiple_of(READ_EVERY) {
            marks.thread.extend(thread_cpu().map(|time| (seen, time)));
        }
        gst::PadProbeReturn::Ok
    });
    Ok(())
}

fn play(
    pipeline: &gst::Pipeline,
    feed: &Feed,
    marks: &Mutex<Marks>,
    effort: Effort,
) -> Result<(), String> {
    let source = source(pipeline)?;
    let started = pipeline.set_state(gst::State::Playing);
    started.map_err(|error| failure(pipeline).unwrap_or(error.to_string()))?;
    for (number, frame) in feed.frames.iter().cycle().enumerate() {
        let (done, since) = {
            let marks = lock(marks);
            let since = marks.sink.get(WARM_UP - 1).copied();
            (
                number.saturating_sub(WARM_UP),
                since.unwrap_or_else(Instant::now),
            )
        };
        // One more than the intervals between them.
        if done > READ_EVERY && !effort.goes_on(done - 1, since) {
            break;
        }
        if let Err(flow) = source.push_buffer(buffer(frame, number as u64, RATE)) {
            return Err(failure(pipeline).unwrap_or_else(|| flow.to_string()));
        }
    }
    let ended = source.end_of_stream();
    ended.map_err(|flow| failure(pipeline).unwrap_or_else(|| flow.to_string()))?;
    let result = wait(pipeline);
    let mut marks = lock(marks);
    let spent = process_cpu()
        .zip(marks.process)
        .map(|(now, then)| now - then);
    marks.process = spent;
    result
}

/// A buffer of the feed with the time of its place in the stream.
pub fn buffer(frame: &Arc<[u8]>, number: u64, rate: u32) -> gst::Buffer {
    let mut buffer = gst::Buffer::from_slice(Bytes(frame.clone()));
    if let Some(buffer) = buffer.get_mut() {
        let rate = u64::from(rate);
        buffer.set_pts(gst::ClockTime::SECOND * number / rate);
        buffer.set_duration(gst::ClockTime::SECOND / rate);
    }
    buffer
}

/// The error on the bus, if any comes soon.
pub fn failure(pipeline: &gst::Pipeline) -> Option<String> {
    let soon = gst::ClockTime::from_seconds(1);
    let message = pipeline.bus()?.timed_pop_filtered(soon, ERRORS)?;
    error_of(&message)
}

/// The error on the bus, if it is there by now.
pub fn failure_by_now(pipeline: &gst::Pipeline) -> Option<String> {
    let message = pipeline.bus()?.pop_filtered(ERRORS)?;
    error_of(&message)
}

const ERRORS: &[gst::MessageType] = &[gst::MessageType::Error];

fn error_of(message: &gst::Message) -> Option<String> {
    match message.view() {
        gst::MessageView::Error(error) => Some(error.error().to_string()),
        _ => None,
    }
}

/// Waits for the end of the stream.
pub fn wait(pipeline: &gst::Pipeline) -> Result<(), String> {
    let bus = pipeline.bus().ok_or("the pipeline has no bus")?;
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let message = bus.timed_pop_filtered(PATIENCE, &kinds);
    match message.as_ref().map(|message| message.view()) {
        Some(gst::MessageView::Error(error)) => Err(error.error().to_string()),
        Some(_) => Ok(()),
        None => Err("the pipeline did not end".into()),
    }
}

/// The statistics of our elements. Bins give the element nearest to the sink first.
pub fn stats(pipeline: &gst::Pipeline) -> Vec<gst::Structure> {
    let mut elements: Vec<gst::Element> = pipeline.iterate_sorted().into_iter().flatten().collect();
    elements.reverse();
    let ours = elements.into_iter().filter(|element| {
        let factory = element.factory();
        factory.is_some_and(|factory| factory.name().starts_with("wgpu"))
    });
    ours.map(|element| element.property("stats")).collect()
}

fn ran(marks: &Marks, stats: Vec<gst::Structure>) -> Option<Ran> {
    let measured = marks.sink.get(WARM_UP - 1..)?;
    let (first, last) = (measured.first()?, measured.last()?);
    let intervals = measured
        .windows(2)
        .map(|pair| milliseconds(pair[1] - pair[0]));
    let intervals: Vec<f64> = intervals.collect();
    let frames = intervals.len() as f64;
    let whole: Duration = *last - *first;
    let thread = marks.thread.first().zip(marks.thread.last());
    let thread = thread.filter(|(first, last)| last.0 > first.0);
    median(&intervals).is_finite().then(|| Ran {
        fps: frames / whole.as_secs_f64(),
        thread: thread.map(|(first, last)| (last.1 - first.1) / (last.0 - first.0) as f64),
        process: marks.process.map(|spent| spent / frames),
        intervals,
        stats,
    })
}
