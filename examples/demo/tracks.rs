//! Which tracks go into the new file as they are, and which must be encoded anew or left out.

use gst::prelude::*;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Kinds of sound whose streams only fit after a parser, which is also what a muxer may want in another form.
const PARSED: [(&str, &str); 5] = [
    ("audio/x-ac3", "ac3parse"),
    ("audio/x-eac3", "ac3parse"),
    ("audio/x-dts", "dcaparse"),
    ("audio/x-flac", "flacparse"),
    ("audio/mpeg", ""),
];

/// What came of the tracks that are not the picture.
#[derive(Clone, Default)]
pub struct Tracks(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    copied: usize,
    encoded: usize,
    subtitles: usize,
    chapters: usize,
    left_out: Vec<String>,
    end: Option<gst::ClockTime>,
}

impl Tracks {
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts sound that is copied.
    pub fn copied(&self) {
        self.lock().copied += 1;
    }

    /// Counts sound that is encoded anew.
    pub fn encoded(&self) {
        self.lock().encoded += 1;
    }

    /// Counts subtitles that are copied.
    pub fn subtitles(&self) {
        self.lock().subtitles += 1;
    }

    /// Notes chapters that are kept.
    pub fn chapters(&self, count: usize) {
        self.lock().chapters = count;
    }

    /// Notes what does not fit into the new file.
    pub fn left_out(&self, what: String) {
        eprintln!("note: left out: {what}");
        self.lock().left_out.push(what);
    }

    /// Watches how far the track goes.
    pub fn watch(&self, pad: &gst::Pad) {
        let tracks = self.clone();
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
            let end = info
                .buffer()
                .and_then(|buffer| Some(buffer.pts()? + buffer.duration().unwrap_or_default()));
            let mut counts = tracks.lock();
            counts.end = counts.end.max(end);
            gst::PadProbeReturn::Ok
        });
    }

    /// Where the longest track ended.
    pub fn end(&self) -> Option<gst::ClockTime> {
        self.lock().end
    }

    /// What was kept, in words.
    pub fn kept(&self) -> Option<String> {
        let counts = self.lock();
        let parts = [
            (counts.copied, "sound copied"),
            (counts.encoded, "sound encoded anew"),
            (counts.subtitles, "subtitles copied"),
            (counts.chapters, "chapters"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let mut parts: Vec<String> = parts
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        parts.extend(counts.left_out.iter().map(|what| format!("no {what}")));
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Text, pictures of text, and captions.
pub fn is_subtitle(caps: &gst::CapsRef) -> bool {
    let name = name(caps);
    let families = [
        "text/",
        "subtitle/",
        "subpicture/",
        "closedcaption/",
        "application/x-ssa",
        "application/x-ass",
        "application/x-usf",
    ];
    families.iter().any(|family| name.starts_with(family))
}

/// Whether a decoder is to go on with this stream. What the muxer takes as it is, it is given.
pub fn goes_on(caps: &gst::CapsRef, muxer: &gst::Element) -> bool {
    if is_subtitle(caps) {
        return false;
    }
    !(name(caps).starts_with("audio/") && is_parsed(caps) && fits(caps, muxer))
}

/// Whether the muxer has inputs for such a stream, apart from the form that a parser changes.
pub fn fits(caps: &gst::CapsRef, muxer: &gst::Element) -> bool {
    let mut wanted = caps.to_owned();
    for structure in wanted.make_mut().iter_mut() {
        structure.remove_fields(["stream-format", "alignment"]);
        if structure.name() == "text/x-raw" {
            // Markup is taken out on the way.
            structure.set("format", "utf8");
        }
    }
    let templates = muxer.pad_template_list();
    let mut inputs = templates
        .iter()
        .filter(|template| template.direction() == gst::PadDirection::Sink);
    inputs.any(|template| template.caps().can_intersect(&wanted))
}

/// The parser that gives sound the form that muxers want, as `gst-launch-1.0` takes it.
pub fn parser(caps: &gst::CapsRef) -> &'static str {
    let version = caps
        .structure(0)
        .and_then(|structure| structure.get::<i32>("mpegversion").ok());
    match (name(caps), version) {
        ("audio/mpeg", Some(1)) => "mpegaudioparse",
        ("audio/mpeg", _) => "aacparse",
        (name, _) => {
            let known = PARSED.iter().find(|(kind, _)| *kind == name);
            known.map_or("identity", |(_, parser)| parser)
        }
    }
}

fn is_parsed(caps: &gst::CapsRef) -> bool {
    if !PARSED.iter().any(|(kind, _)| *kind == name(caps)) {
        return true;
    }
    let flag = |field| {
        caps.structure(0)
            .and_then(|structure| structure.get::<bool>(field).ok())
            == Some(true)
    };
    flag("framed") || flag("parsed")
}

/// The kind of stream, as its caps name it.
pub fn name(caps: &gst::CapsRef) -> &str {
    caps.structure(0)
        .map_or("", |structure| structure.name().as_str())
}

/// Makes text of the markup that demuxers give out: muxers store it as text, and put no entities into it.
pub fn without_markup(pad: &gst::Pad) {
    pad.add_probe(gst::PadProbeType::BUFFER, |_, info| {
        if let Some(buffer) = info.buffer_mut()
            && let Some(text) = plain(buffer)
        {
            let mut new = gst::Buffer::from_mut_slice(text.into_bytes());
            if let Some(new) = new.get_mut() {
                // Of the times nothing changes.
                let _ = buffer.copy_into(new, gst::BufferCopyFlags::TIMESTAMPS, ..);
            }
            *buffer = new;
        }
        gst::PadProbeReturn::Ok
    });
}

fn plain(buffer: &gst::BufferRef) -> Option<String> {
    let map = buffer.map_readable().ok()?;
    let text = std::str::from_utf8(&map).ok()?;
    // The ampersand last, so that nothing is read twice.
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ];
    let plain = entities
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    Some(plain)
}
