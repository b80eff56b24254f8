//! Decoder, elements, encoder: built as the streams show up, and run to their end.

use crate::capture::Capture;
use crate::containers::{self, Container};
use crate::interrupt;
use crate::options::{Input, Options};
use crate::progress::Progress;
use crate::timestamps;
use gst::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What a finished run leaves to tell.
pub struct Done {
    /// The frames that passed.
    pub capture: Capture,
    /// From the first frame to the end, decoding and encoding included.
    pub time: Duration,
    /// Statistics of each element that has some, with the element's name.
    pub stats: Vec<(String, gst::Structure)>,
}

/// Refuses a wrong `--elements` before anything else is done.
pub fn check_elements(elements: &str) -> Result<(), String> {
    parse_elements(elements).map(|_| ())
}

fn parse_elements(elements: &str) -> Result<gst::Bin, String> {
    let bin = gst::parse::bin_from_description_with_name(elements, true, "elements")
        .map_err(|error| format!("--elements \"{elements}\": {error}"))?;
    match (bin.static_pad("sink"), bin.static_pad("src")) {
        (Some(_), Some(_)) => Ok(bin),
        _ => Err(format!(
            "--elements \"{elements}\": needs one input and one output, as \"wgpudenoise\" has"
        )),
    }
}

/// The parts that the callbacks of the decoder work on.
struct Builder {
    pipeline: gst::Pipeline,
    muxer: gst::Element,
    container: &'static Container,
    elements: String,
    capture: Capture,
    linked: Mutex<Linked>,
}

#[derive(Default)]
struct Linked {
    video: bool,
    audio: bool,
    failure: Option<String>,
}

/// Runs the whole file through the elements.
pub fn run(options: &Options) -> Result<Done, String> {
    avoid_hardware_decoders();
    let (builder, decoder) = build(options)?;
    let result = play(&builder, &decoder, options);
    let stats = read_stats(&builder.pipeline);
    let _ = builder.pipeline.set_state(gst::State::Null);
    let time = result?;
    if builder.capture.frames() == 0 {
        return Err(format!(
            "{} holds no frame; name another file",
            named(options)
        ));
    }
    Ok(Done {
        capture: builder.capture.clone(),
        time,
        stats,
    })
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

fn build(options: &Options) -> Result<(Arc<Builder>, gst::Element), String> {
    let container = containers::of(&options.output)?;
    let pipeline = gst::Pipeline::new();
    let muxer = make(container.muxer)?;
    let file = make("filesink")?;
    file.set_property("location", &options.output);
    let decoder = make("uridecodebin")?;
    decoder.set_property("uri", options.uri()?);
    let builder = Arc::new(Builder {
        pipeline,
        muxer,
        container,
        elements: options.elements.clone(),
        capture: Capture::default(),
        linked: Mutex::default(),
    });
    builder
        .pipeline
        .add_many([&decoder, &builder.muxer, &file])
        .and_then(|()| builder.muxer.link(&file))
        .map_err(|error| error.to_string())?;
    connect(&builder, &decoder);
    Ok((builder, decoder))
}

fn connect(builder: &Arc<Builder>, decoder: &gst::Element) {
    let weak = Arc::downgrade(builder);
    decoder.connect_pad_added(move |_, pad| {
        if let Some(builder) = weak.upgrade() {
            builder.stream_found(pad);
        }
    });
    let weak = Arc::downgrade(builder);
    decoder.connect_no_more_pads(move |_| {
        if let Some(builder) = weak.upgrade() {
            builder.all_found();
        }
    });
}

fn make(name: &str) -> Result<gst::Element, String> {
    gst::ElementFactory::make(name).build().map_err(|_| {
        format!(
            "GStreamer's element '{name}' is missing; run `cargo xtask demo` without --no-install"
        )
    })
}

impl Builder {
    fn stream_found(&self, pad: &gst::Pad) {
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let name = caps
            .structure(0)
            .map_or("", |structure| structure.name().as_str());
        let mut linked = self.linked.lock().unwrap_or_else(PoisonError::into_inner);
        let result = if name.starts_with("video/") && !linked.video {
            linked.video = true;
            self.add_video(pad)
        } else if name.starts_with("audio/") && !linked.audio {
            linked.audio = true;
            self.add_audio(pad)
        } else {
            self.add_branch("fakesink sync=false async=false", pad)
                .map(|_| ())
        };
        if let Err(message) = result {
            linked.failure.get_or_insert(message);
        }
    }

    fn all_found(&self) {
        let mut linked = self.linked.lock().unwrap_or_else(PoisonError::into_inner);
        if !linked.video {
            linked
                .failure
                .get_or_insert_with(|| "holds no video; name a video file".to_owned());
        }
    }

    fn add_video(&self, pad: &gst::Pad) -> Result<(), String> {
        let encoder = self.container.video_encoder()?;
        let elements = parse_elements(&self.elements)?;
        let tail = format!(
            "capsfilter caps=video/x-raw ! queue max-size-buffers=8 ! videoconvert ! {encoder} ! queue"
        );
        // From the end to the start: what is linked last starts the data.
        let tail = self.add_bin(&parse(&tail)?)?;
        tail.link(&self.muxer).map_err(|error| error.to_string())?;
        let elements = self.add_bin(&elements)?;
        elements.link(&tail).map_err(|error| error.to_string())?;
        if let (Some(sink), Some(src)) = (elements.static_pad("sink"), elements.static_pad("src")) {
            self.capture.attach(&sink, &src);
        }
        let head = "queue max-size-buffers=8 ! videoconvert ! capsfilter caps=video/x-raw";
        let head = self.add_bin(&parse(head)?)?;
        if let Some(src) = head.static_pad("src") {
            timestamps::fill(&src);
        }
        head.link(&elements).map_err(|error| error.to_string())?;
        link_pad(pad, &head)
    }

    fn add_audio(&self, pad: &gst::Pad) -> Result<(), String> {
        let Some(encoder) = self.container.audio_encoder() else {
            eprintln!("note: no audio encoder for this OUTPUT, so the sound is dropped");
            return self
                .add_branch("fakesink sync=false async=false", pad)
                .map(|_| ());
        };
        let line = format!("queue ! audioconvert ! audioresample ! {encoder} ! queue");
        let branch = self.add_branch(&line, pad)?;
        branch.link(&self.muxer).map_err(|error| error.to_string())
    }

    fn add_branch(&self, line: &str, pad: &gst::Pad) -> Result<gst::Element, String> {
        let branch = self.add_bin(&parse(line)?)?;
        link_pad(pad, &branch)?;
        Ok(branch)
    }

    fn add_bin(&self, bin: &gst::Bin) -> Result<gst::Element, String> {
        let element = bin.upcast_ref::<gst::Element>();
        self.pipeline
            .add(element)
            .map_err(|error| error.to_string())?;
        // A failure here comes with a message of its own on the bus, which says more.
        let _ = element.sync_state_with_parent();
        Ok(element.clone())
    }
}

fn parse(line: &str) -> Result<gst::Bin, String> {
    gst::parse::bin_from_description(line, true).map_err(|error| error.to_string())
}

fn link_pad(pad: &gst::Pad, element: &gst::Element) -> Result<(), String> {
    let sink = element.static_pad("sink").ok_or("a branch has no input")?;
    pad.link(&sink)
        .map(|_| ())
        .map_err(|error| error.to_string())
}

fn play(builder: &Builder, decoder: &gst::Element, options: &Options) -> Result<Duration, String> {
    let bus = builder.pipeline.bus().ok_or("the pipeline has no bus")?;
    // A refusal comes with a message on the bus, which says more.
    let _ = builder.pipeline.set_state(gst::State::Playing);
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let mut progress = Progress::new();
    interrupt::watch();
    let result = loop {
        let message = bus.timed_pop_filtered(gst::ClockTime::from_mseconds(50), &kinds);
        if let Some(message) = message {
            break match message.view() {
                gst::MessageView::Error(error) => Err(explain(builder, decoder, error, options)),
                _ => Ok(progress.elapsed()),
            };
        }
        if interrupt::asked() {
            eprintln!("ending the video here; Ctrl-C once more ends at once");
            builder.pipeline.send_event(gst::event::Eos::new());
        }
        let linked = builder
            .linked
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(failure) = &linked.failure {
            break Err(format!("{}: {failure}", named(options)));
        }
        drop(linked);
        builder
            .capture
            .set_duration(decoder.query_duration::<gst::ClockTime>());
        progress.show(builder.capture.frames(), builder.capture.fraction());
    };
    progress.finish();
    result
}

/// Which part failed decides what the user can change.
fn explain(
    builder: &Builder,
    decoder: &gst::Element,
    error: &gst::message::Error,
    options: &Options,
) -> String {
    let text = error.error().to_string();
    let from = |parent: &gst::Object| {
        error
            .src()
            .is_some_and(|source| source == parent || source.has_as_ancestor(parent))
    };
    let elements = builder.pipeline.by_name("elements");
    if from(decoder.upcast_ref()) {
        return format!(
            "{} cannot be decoded: {text} Name a video that `gst-discoverer-1.0` understands.",
            named(options)
        );
    }
    if elements.is_some_and(|elements| from(elements.upcast_ref())) {
        return format!("--elements \"{}\": {text}", options.elements);
    }
    format!("OUTPUT '{}': {text}", options.output.display())
}

fn named(options: &Options) -> String {
    match &options.input {
        Input::File(path) | Input::Clip(path) => format!("INPUT '{}'", path.display()),
        Input::Uri(uri) => format!("INPUT '{uri}'"),
    }
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
