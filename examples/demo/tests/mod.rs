//! Runs on small videos made here, whose new files are read again.

mod pictures;
mod placements;
mod tracks;

use crate::clean;
use crate::options::Options;
use gst::prelude::*;
use std::path::{Path, PathBuf};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        gst::init().unwrap();
        gstwgpu::plugin_register_static().unwrap();
        let name = format!("gstwgpu-demo-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Runs a pipeline that writes the file `name`; in it, `OUT` is its sink.
    fn make(&self, name: &str, line: &str) -> PathBuf {
        let path = self.file(name);
        play(&line.replace("OUT", &format!("filesink location=\"{}\"", path.display())));
        path
    }

    /// Runs the demo without any filter, and returns the new file.
    fn run(&self, input: &Path, output: &str, more: &[&str]) -> PathBuf {
        let output = self.file(output);
        let mut words = vec![input.display().to_string(), output.display().to_string()];
        words.extend(more.iter().map(ToString::to_string));
        if more.is_empty() {
            words.extend(["--elements".to_owned(), "identity".to_owned()]);
        }
        clean(Options::parse(&words).unwrap()).unwrap();
        output
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn play(line: &str) {
    let pipeline = gst::parse::launch(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    pipeline.set_state(gst::State::Playing).unwrap();
    ends(&pipeline, line);
}

/// Waits for the end, and stops the pipeline.
fn ends(pipeline: &gst::Element, name: &str) {
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let bus = pipeline.bus().unwrap();
    let end = bus.timed_pop_filtered(gst::ClockTime::from_seconds(30), &kinds);
    let end = end.unwrap_or_else(|| panic!("{name} does not end"));
    pipeline.set_state(gst::State::Null).unwrap();
    assert_eq!(end.type_(), gst::MessageType::Eos, "{name}: {end:?}");
}

/// The streams of a file: caps, tags, chapters, and what came out of each.
struct Stream {
    caps: gst::Caps,
    language: Option<String>,
    chapters: usize,
    bytes: Vec<u8>,
}

impl Stream {
    fn name(&self) -> String {
        self.caps.structure(0).unwrap().name().to_string()
    }
}

/// Reads a file: sound and text as they are stored, pictures decoded.
fn read(path: &Path) -> Vec<Stream> {
    let pipeline = gst::Pipeline::new();
    let decoder = gst::ElementFactory::make("uridecodebin").build().unwrap();
    decoder.set_property("uri", gst::glib::filename_to_uri(path, None).unwrap());
    decoder.connect("autoplug-continue", false, |values| {
        let caps = values[2].get::<gst::Caps>().unwrap();
        Some((!caps.to_string().starts_with("audio")).to_value())
    });
    pipeline.add(&decoder).unwrap();
    let weak = pipeline.downgrade();
    decoder.connect_pad_added(move |_, pad| {
        let pipeline = weak.upgrade().unwrap();
        let sink = gst::ElementFactory::make("appsink").build().unwrap();
        sink.set_property("sync", false);
        sink.set_property("wait-on-eos", false);
        pipeline.add(&sink).unwrap();
        sink.sync_state_with_parent().unwrap();
        pad.link(&sink.static_pad("sink").unwrap()).unwrap();
    });
    pipeline.set_state(gst::State::Playing).unwrap();
    let bus = pipeline.bus().unwrap();
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let end = bus.timed_pop_filtered(gst::ClockTime::from_seconds(30), &kinds);
    assert_eq!(
        end.unwrap().type_(),
        gst::MessageType::Eos,
        "{}",
        path.display()
    );
    let sinks = pipeline.iterate_sinks().into_iter().map(Result::unwrap);
    let streams = sinks
        .map(|sink| stream(&sink.downcast().unwrap()))
        .collect();
    pipeline.set_state(gst::State::Null).unwrap();
    streams
}

fn stream(sink: &gst_app::AppSink) -> Stream {
    let pad = sink.static_pad("sink").unwrap();
    let tags = (0..8).filter_map(|i| Some(pad.sticky_event::<gst::event::Tag>(i)?.tag_owned()));
    let language = tags
        .filter_map(|tags| Some(tags.get::<gst::tags::LanguageCode>()?.get().to_owned()))
        .next();
    let toc = pad.sticky_event::<gst::event::Toc>(0);
    let entries = toc.map_or(Vec::new(), |toc| toc.toc_owned().0.entries());
    let chapters = entries.iter().map(|entry| entry.sub_entries().len()).sum();
    let mut bytes = Vec::new();
    while let Ok(sample) = sink.pull_sample() {
        bytes.extend_from_slice(&sample.buffer().unwrap().map_readable().unwrap());
    }
    Stream {
        caps: pad.current_caps().unwrap(),
        language,
        chapters,
        bytes,
    }
}

fn of<'a>(streams: &'a [Stream], name: &str) -> Vec<&'a Stream> {
    streams
        .iter()
        .filter(|stream| stream.name() == name)
        .collect()
}

fn field<T: for<'a> gst::glib::value::FromValue<'a>>(stream: &Stream, name: &str) -> Option<T> {
    stream
        .caps
        .structure(0)
        .unwrap()
        .get_optional(name)
        .unwrap()
}

fn picture(streams: &[Stream]) -> &Stream {
    of(streams, "video/x-raw")[0]
}

const VIDEO: &str = "videotestsrc num-buffers=25 pattern=ball ! video/x-raw,format=I420,width=64,height=48,framerate=25/1";
const X264: &str = "x264enc speed-preset=ultrafast ! h264parse";
