//! The pipeline's branches, one for each stream that the decoder finds.

use crate::capture::Capture;
use crate::containers::Container;
use crate::options::Options;
use crate::side_by_side::SideBySide;
use crate::source::{self, Source};
use crate::timestamps;
use crate::tracks::{self, Tracks};
use gst::prelude::*;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The parts that the callbacks of the decoder work on.
pub struct Builder {
    /// All of it.
    pub pipeline: gst::Pipeline,
    /// What passed the elements.
    pub capture: Capture,
    /// What came of the other tracks.
    pub tracks: Tracks,
    /// What the input told.
    pub source: Arc<Source>,
    decoder: gst::Element,
    muxer: gst::Element,
    container: &'static Container,
    options: Options,
    side_by_side: Option<SideBySide>,
    linked: Mutex<Linked>,
}

#[derive(Default)]
struct Linked {
    video: bool,
    /// Bits a second of all copied tracks.
    copied: u64,
    allowance: u64,
    failure: Option<String>,
}

impl Builder {
    /// The fixed parts: decoder, muxer and file.
    pub fn new(options: &Options, container: &'static Container) -> Result<Arc<Self>, String> {
        let pipeline = gst::Pipeline::new();
        let muxer = make(container.muxer)?;
        let file = make("filesink")?;
        file.set_property("location", &options.output);
        let decoder = make("uridecodebin")?;
        decoder.set_property("uri", options.uri()?);
        pipeline
            .add_many([&decoder, &muxer, &file])
            .and_then(|()| muxer.link(&file))
            .map_err(|error| error.to_string())?;
        let side_by_side = options
            .compare()
            .map(|path| SideBySide::new(&pipeline, container, &path))
            .transpose()?;
        let builder = Arc::new(Self {
            pipeline,
            capture: Capture::default(),
            tracks: Tracks::default(),
            source: Arc::default(),
            decoder,
            muxer,
            container,
            options: options.clone(),
            side_by_side,
            linked: Mutex::default(),
        });
        builder.connect();
        Ok(builder)
    }

    /// What decodes the input.
    pub fn decoder(&self) -> &gst::Element {
        &self.decoder
    }

    /// Whether the decoder has found any stream.
    pub fn found_any(&self) -> bool {
        !self.decoder.src_pads().is_empty()
    }

    /// What went wrong while branches were made.
    pub fn failure(&self) -> Option<String> {
        self.lock().failure.clone()
    }

    /// Bits a second that the new video may take.
    pub fn allowance(&self) -> u64 {
        self.lock().allowance
    }

    fn lock(&self) -> MutexGuard<'_, Linked> {
        self.linked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fail(&self, result: Result<(), String>) {
        if let Err(message) = result {
            self.lock().failure.get_or_insert(message);
        }
    }

    fn connect(self: &Arc<Self>) {
        let weak = Arc::downgrade(self);
        self.decoder
            .connect("autoplug-continue", false, move |values| {
                let builder = weak.upgrade()?;
                let caps = values.get(2)?.get::<gst::Caps>().ok()?;
                builder.source.note(&caps);
                Some(tracks::goes_on(&caps, &builder.muxer).to_value())
            });
        let weak = Arc::downgrade(self);
        self.decoder.connect_pad_added(move |_, pad| {
            if let Some(builder) = weak.upgrade() {
                builder.stream_found(pad);
            }
        });
        let weak = Arc::downgrade(self);
        self.decoder.connect_no_more_pads(move |_| {
            if let Some(builder) = weak.upgrade()
                && !builder.lock().video
            {
                builder.fail(Err("holds no video; name a video file".to_owned()));
            }
        });
        let source = self.source.clone();
        self.pipeline
            .connect_deep_element_added(move |_, _, element| source.count(element));
    }

    fn stream_found(self: &Arc<Self>, pad: &gst::Pad) {
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let name = tracks::name(&caps).to_owned();
        let is_video = name.starts_with("video/");
        let first_video = is_video && !std::mem::replace(&mut self.lock().video, true);
        let result = if first_video {
            self.expect_video(pad)
        } else if name.starts_with("audio/") {
            self.add_audio(pad, &caps)
        } else if tracks::is_subtitle(&caps) {
            self.add_subtitles(pad, &caps)
        } else {
            self.leave_out(pad, &format!("another track of {name}"))
        };
        self.fail(result);
    }

    /// Waits for the first frame: only then the stream has told how it is turned.
    fn expect_video(self: &Arc<Self>, pad: &gst::Pad) -> Result<(), String> {
        // Before any data, as a muxer writes its header for the inputs that it has then.
        let input = self.muxer.request_pad_simple("video_%u");
        let input = input.ok_or("the muxer takes no video")?;
        let weak = Arc::downgrade(self);
        let kinds = gst::PadProbeType::BLOCK | gst::PadProbeType::BUFFER;
        pad.add_probe(kinds, move |pad, _| {
            if let Some(builder) = weak.upgrade() {
                let result = builder.add_video(pad, &input);
                builder.fail(result);
            }
            gst::PadProbeReturn::Remove
        });
        let weak = Arc::downgrade(self);
        pad.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, move |pad, info| {
            let ended = info
                .event()
                .is_some_and(|event| event.type_() == gst::EventType::Eos);
            if ended
                && !pad.is_linked()
                && let Some(builder) = weak.upgrade()
            {
                builder.fail(Err("holds no frame; name another file".to_owned()));
            }
            gst::PadProbeReturn::Ok
        });
        Ok(())
    }

    fn add_video(&self, pad: &gst::Pad, input: &gst::Pad) -> Result<(), String> {
        let allowance = self.allow();
        let encoder = self.container.video_encoder(allowance)?;
        let elements = self.options.parse_elements()?;
        let tail = self.add_bin(&parse(&format!(
            "capsfilter caps=video/x-raw ! queue max-size-buffers=8 ! videoconvert ! {} ! {} ! queue",
            source::even(pad, encoder.any_size),
            encoder.line
        ))?)?;
        // From the end to the start: what is linked last starts the data.
        let encoded = tail.static_pad("src").ok_or("the encoder has no output")?;
        encoded.link(input).map_err(|error| error.to_string())?;
        self.source.count_written(&encoded);
        let elements = self.add_bin(&elements)?;
        elements.link(&tail).map_err(|error| error.to_string())?;
        let head = self.add_head(pad, &elements)?;
        if let (Some(sink), Some(src)) = (elements.static_pad("sink"), elements.static_pad("src")) {
            self.capture.attach(&sink, &src);
        }
        if let Some(side_by_side) = &self.side_by_side {
            let encoder = self.container.video_encoder(2 * allowance)?;
            side_by_side.join(&encoder.line, [[&head, &elements], [&elements, &tail]])?;
        }
        link_pad(pad, &head)
    }

    fn add_head(&self, pad: &gst::Pad, elements: &gst::Element) -> Result<gst::Element, String> {
        let turn = source::turn(pad);
        let flip = turn.map_or_else(String::new, |direction| {
            format!("videoflip video-direction={direction} ! ")
        });
        let head =
            format!("queue max-size-buffers=8 ! videoconvert ! {flip}capsfilter caps=video/x-raw");
        let head = self.add_bin(&parse(&head)?)?;
        if let Some(src) = head.static_pad("src") {
            timestamps::fill(&src);
            if turn.is_some() {
                source::forget_turn(&src);
            }
        }
        self.keep_chapters(pad);
        head.link(elements).map_err(|error| error.to_string())?;
        Ok(head)
    }

    fn allow(&self) -> u64 {
        let duration = self.decoder.query_duration::<gst::ClockTime>();
        self.capture.set_duration(duration);
        let mut linked = self.lock();
        linked.allowance = self
            .source
            .allowance(&self.options, duration, linked.copied);
        linked.allowance
    }

    fn keep_chapters(&self, pad: &gst::Pad) {
        let count = source::chapters(pad);
        if count == 0 || self.muxer.is::<gst::TocSetter>() {
            self.tracks.chapters(count);
        } else {
            self.tracks
                .left_out(format!("{count} chapters (an .mkv holds them)"));
        }
    }

    fn add_audio(&self, pad: &gst::Pad, caps: &gst::Caps) -> Result<(), String> {
        let line = if tracks::fits(caps, &self.muxer) {
            self.tracks.copied();
            self.lock().copied += source::tagged_rate(pad).unwrap_or(0);
            format!("{UNLIMITED} ! {}", tracks::parser(caps))
        } else {
            let Some(encoder) = self.container.audio_encoder() else {
                return self.leave_out(pad, "sound (no audio encoder for this OUTPUT)");
            };
            self.tracks.encoded();
            format!("{UNLIMITED} ! audioconvert ! audioresample ! {encoder} ! {UNLIMITED}")
        };
        self.add_track(&line, pad, "audio_%u")
    }

    fn add_subtitles(&self, pad: &gst::Pad, caps: &gst::Caps) -> Result<(), String> {
        if !tracks::fits(caps, &self.muxer) {
            let kind = tracks::name(caps);
            return self.leave_out(pad, &format!("subtitles of {kind} (an .mkv may hold them)"));
        }
        self.tracks.subtitles();
        let mut line = UNLIMITED.to_owned();
        if tracks::name(caps) == "text/x-raw" {
            tracks::without_markup(pad);
            line += " ! capssetter replace=true caps=text/x-raw,format=utf8";
        }
        self.add_track(&line, pad, "subtitle_%u")
    }

    fn add_track(&self, line: &str, pad: &gst::Pad, input: &str) -> Result<(), String> {
        let input = self.muxer.request_pad_simple(input);
        let input = input.ok_or("the muxer takes no more tracks")?;
        let branch = self.add_bin(&parse(line)?)?;
        let output = branch.static_pad("src").ok_or("a branch has no output")?;
        output.link(&input).map_err(|error| error.to_string())?;
        self.tracks.watch(&output);
        link_pad(pad, &branch)
    }

    fn leave_out(&self, pad: &gst::Pad, what: &str) -> Result<(), String> {
        self.tracks.left_out(what.to_owned());
        let sink = self.add_bin(&parse("fakesink sync=false async=false")?)?;
        link_pad(pad, &sink)
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

/// For tracks that are there long before the picture is encoded; the file's own order bounds it.
const UNLIMITED: &str = "queue max-size-buffers=0 max-size-bytes=0 max-size-time=0";

/// An element that the installation should have.
pub fn make(name: &str) -> Result<gst::Element, String> {
    gst::ElementFactory::make(name).build().map_err(|_| {
        format!(
            "GStreamer's element '{name}' is missing; run `cargo xtask demo` without --no-install"
        )
    })
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
