//! Runs decoder, elements and encoder to their end, and says what went wrong.

use crate::capture::Capture;
use crate::containers;
use crate::interrupt;
use crate::options::Options;
use crate::progress::Progress;
use crate::source;
use crate::streams::Builder;
use crate::tracks::Tracks;
use gst::prelude::*;
use std::time::{Duration, Instant};

/// How much of a length that the input told may lack before its end counts as missing.
const SLACK: gst::ClockTime = gst::ClockTime::from_mseconds(500);
/// How long a pipeline may take to end after its input failed.
const ENDING: Duration = Duration::from_secs(10);

/// How long it may take until the first stream of a file is found: decodebin loses some errors.
const FINDING: Duration = Duration::from_secs(20);

/// What a finished run leaves to tell.
pub struct Done {
    /// The frames that passed.
    pub capture: Capture,
    /// From the first frame to the end, decoding and encoding included.
    pub time: Duration,
    /// Statistics of each element that has some, with the element's name.
    pub stats: Vec<(String, gst::Structure)>,
    /// What came of sound, subtitles and chapters.
    pub tracks: Tracks,
    /// Bits a second of the video, the source's and the new one's.
    pub rates: [u64; 2],
    /// What the new one was allowed.
    pub allowance: u64,
    /// Why the video is shorter than the input said, if it is.
    pub broken: Option<String>,
}

/// Runs the whole file through the elements.
pub fn run(options: &Options) -> Result<Done, String> {
    avoid_hardware_decoders();
    let builder = Builder::new(options, containers::of(&options.output)?)?;
    let result = play(&builder, options);
    let stats = read_stats(&builder.pipeline);
    let duration = builder.capture.duration();
    let _ = builder.pipeline.set_state(gst::State::Null);
    let end = result?;
    if builder.capture.frames() == 0 {
        return Err(format!(
            "{} holds no frame; name another file",
            options.named()
        ));
    }
    let played = builder.capture.length().unwrap_or_default();
    Ok(Done {
        time: end.time,
        stats,
        tracks: builder.tracks.clone(),
        rates: builder
            .source
            .bytes()
            .map(|bytes| source::rate(bytes, played)),
        allowance: builder.allowance(),
        broken: end
            .broken
            .or_else(|| missing(&builder, duration).filter(|_| !end.interrupted)),
        capture: builder.capture.clone(),
    })
}

/// How a run ended.
struct End {
    time: Duration,
    broken: Option<String>,
    interrupted: bool,
}

/// Says where the input ends, if it told of more.
fn missing(builder: &Builder, duration: Option<gst::ClockTime>) -> Option<String> {
    let end = builder.tracks.end().max(builder.capture.end())?;
    let duration = duration?;
    let short = end + SLACK + duration / 50 < duration;
    short.then(|| format!("it ends at {end:.1} of {duration:.1}, so it was cut off"))
}

/// Their drivers fail in more ways than a demo should depend on.
fn avoid_hardware_decoders() {
    let kind = gst::ElementFactoryType::DECODER;
    for factory in gst::ElementFactory::factories_with_type(kind, gst::Rank::MARGINAL) {
        if factory.klass().contains("Hardware") {
            factory.set_rank(gst::Rank::NONE);
        }
    }
}

fn play(builder: &Builder, options: &Options) -> Result<End, String> {
    let bus = builder.pipeline.bus().ok_or("the pipeline has no bus")?;
    // A refusal comes with a message on the bus, which says more.
    let _ = builder.pipeline.set_state(gst::State::Playing);
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let mut progress = Progress::new();
    let (mut broken, mut interrupted) = (None::<(String, Instant)>, false);
    interrupt::watch();
    let result = loop {
        let message = bus.timed_pop_filtered(gst::ClockTime::from_mseconds(50), &kinds);
        match message.as_ref().map(|message| message.view()) {
            Some(gst::MessageView::Error(error)) if broken.is_none() => {
                if !survives(builder, error) {
                    break Err(explain(builder, error, options));
                }
                // What came until then is a video; demuxers end their streams after an error.
                broken = Some((error.error().to_string(), Instant::now()));
            }
            Some(gst::MessageView::Eos(_)) => break Ok(progress.elapsed()),
            _ => {}
        }
        if let Some((reason, since)) = &broken
            && since.elapsed() > ENDING
        {
            break Err(format!("{} breaks off: {reason}", options.named()));
        }
        if interrupt::asked() {
            eprintln!("ending the video here; Ctrl-C once more ends at once");
            interrupted = true;
            builder.pipeline.send_event(gst::event::Eos::new());
        }
        if !builder.found_any() && progress.elapsed() > FINDING && options.is_file() {
            break Err(format!(
                "{} holds nothing that can be decoded",
                options.named()
            ));
        }
        if let Some(failure) = builder.failure() {
            break Err(format!("{}: {failure}", options.named()));
        }
        let decoder = builder.decoder();
        builder
            .capture
            .set_duration(decoder.query_duration::<gst::ClockTime>());
        progress.show(builder.capture.frames(), builder.capture.fraction());
    };
    progress.finish();
    let reason = |(reason, _)| format!("it breaks off: {reason}");
    result.map(|time| End {
        time,
        broken: broken.map(reason),
        interrupted,
    })
}

/// Whether the error only ends the input, after frames came of it.
fn survives(builder: &Builder, error: &gst::message::Error) -> bool {
    builder.capture.frames() > 0 && from(error, builder.decoder().upcast_ref())
}

fn from(error: &gst::message::Error, parent: &gst::Object) -> bool {
    error
        .src()
        .is_some_and(|source| source == parent || source.has_as_ancestor(parent))
}

/// Which part failed decides what the user can change.
fn explain(builder: &Builder, error: &gst::message::Error, options: &Options) -> String {
    let text = error.error().to_string();
    let elements = builder.pipeline.by_name("elements");
    if from(error, builder.decoder().upcast_ref()) {
        return format!(
            "{} cannot be decoded: {text} Name a video that `gst-discoverer-1.0` understands.",
            options.named()
        );
    }
    if elements.is_some_and(|elements| from(error, elements.upcast_ref())) {
        return format!("{}: {text}", options.elements_named());
    }
    format!("OUTPUT '{}': {text}", options.output.display())
}

fn read_stats(pipeline: &gst::Pipeline) -> Vec<(String, gst::Structure)> {
    let stats = |element: gst::Element| {
        let name = element.factory()?.name().to_string();
        let known = name.starts_with("wgpu") && element.find_property("stats").is_some();
        let stats = known.then(|| element.property::<Option<gst::Structure>>("stats"))??;
        Some((name, stats))
    };
    pipeline
        .iterate_recurse()
        .into_iter()
        .flatten()
        .filter_map(stats)
        .collect()
}
