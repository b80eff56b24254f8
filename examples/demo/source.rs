//! What the input tells of itself when its first frame comes: how it is turned, its size, its bit rate.

use crate::options::{Input, Options};
use gst::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What the picture is allowed where nobody knows how much the source took, in bits a second.
const UNKNOWN: u64 = 16_000_000;
/// Less is no video.
const LEAST: u64 = 64_000;
/// Rate that H.264 needs for the quality of a newer coder, in percent.
const NEWER: u64 = 150;

/// What decoders were seen to read.
#[derive(Default)]
pub struct Source {
    bytes: AtomicU64,
    written: AtomicU64,
    newer: AtomicBool,
}

impl Source {
    /// Notes the kind of video that is to be decoded.
    pub fn note(&self, caps: &gst::CapsRef) {
        let newer = ["video/x-h265", "video/x-av1", "video/x-vp9", "video/x-h266"];
        if newer.contains(&crate::tracks::name(caps)) {
            self.newer.store(true, Ordering::Relaxed);
        }
    }

    /// Counts the bytes that a decoder of video reads.
    pub fn count(self: &Arc<Self>, element: &gst::Element) {
        let factory = element.factory();
        let is_decoder = factory.is_some_and(|factory| {
            factory
                .has_type(gst::ElementFactoryType::DECODER | gst::ElementFactoryType::MEDIA_VIDEO)
        });
        let Some(sink) = element.static_pad("sink").filter(|_| is_decoder) else {
            return;
        };
        self.count_on(&sink, |source| &source.bytes);
    }

    /// Counts the bytes of new video.
    pub fn count_written(self: &Arc<Self>, pad: &gst::Pad) {
        self.count_on(pad, |source| &source.written);
    }

    fn count_on(self: &Arc<Self>, pad: &gst::Pad, counter: fn(&Self) -> &AtomicU64) {
        let source = self.clone();
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
            let size = info.buffer().map_or(0, |buffer| buffer.size() as u64);
            counter(&source).fetch_add(size, Ordering::Relaxed);
            gst::PadProbeReturn::Ok
        });
    }

    /// Bytes of coded video, read and written.
    pub fn bytes(&self) -> [u64; 2] {
        [&self.bytes, &self.written].map(|counter| counter.load(Ordering::Relaxed))
    }

    /// What the new video may take at most, in bits a second: as much as that of the source, so that files
    /// do not grow; `copied` is what goes to other tracks.
    pub fn allowance(
        &self,
        options: &Options,
        duration: Option<gst::ClockTime>,
        copied: u64,
    ) -> u64 {
        let Some(duration) = duration.filter(|duration| !duration.is_zero()) else {
            return UNKNOWN;
        };
        let (Input::File(path) | Input::Clip(path)) = &options.input else {
            return UNKNOWN;
        };
        let size = std::fs::metadata(path).map_or(0, |data| data.len());
        let whole = rate(size, duration);
        let video = whole.saturating_sub(copied).max(whole / 4);
        let share = if self.newer.load(Ordering::Relaxed) {
            NEWER
        } else {
            100
        };
        (video * share / 100).max(LEAST)
    }
}

/// Bits a second.
pub fn rate(bytes: u64, time: gst::ClockTime) -> u64 {
    let milliseconds = time.mseconds().max(1);
    bytes.saturating_mul(8 * 1000) / milliseconds
}

/// How to turn the picture so that it is upright, as the tags of the stream say.
pub fn turn(pad: &gst::Pad) -> Option<&'static str> {
    const WORDS: [(&str, &str); 7] = [
        ("rotate-90", "90r"),
        ("rotate-180", "180"),
        ("rotate-270", "90l"),
        ("flip-rotate-0", "horiz"),
        ("flip-rotate-90", "ul-lr"),
        ("flip-rotate-180", "vert"),
        ("flip-rotate-270", "ur-ll"),
    ];
    let tag = tags(pad).find_map(|tags| {
        let tag = tags.get::<gst::tags::ImageOrientation>()?;
        Some(tag.get().to_owned())
    })?;
    let known = WORDS.iter().find(|(word, _)| *word == tag);
    known.map(|(_, direction)| *direction)
}

/// Bits a second of a stream, where its tags tell.
pub fn tagged_rate(pad: &gst::Pad) -> Option<u64> {
    tags(pad).find_map(|tags| {
        let exact = tags.get::<gst::tags::Bitrate>().map(|tag| tag.get());
        let nominal = || tags.get::<gst::tags::NominalBitrate>().map(|tag| tag.get());
        exact.or_else(nominal).map(u64::from)
    })
}

fn tags(pad: &gst::Pad) -> impl Iterator<Item = gst::TagList> {
    let mut index = 0;
    std::iter::from_fn({
        let pad = pad.clone();
        move || {
            let event = pad.sticky_event::<gst::event::Tag>(index)?;
            index += 1;
            Some(event.tag_owned())
        }
    })
}

/// Chapters of the stream.
pub fn chapters(pad: &gst::Pad) -> usize {
    let Some(event) = pad.sticky_event::<gst::event::Toc>(0) else {
        return 0;
    };
    let (toc, _) = event.toc_owned();
    let count = |entry: &gst::TocEntry| entry.sub_entries().len().max(1);
    toc.entries().iter().map(count).sum()
}

/// The element that cuts off what makes a width or a height odd.
pub fn even(pad: &gst::Pad, any_size: bool) -> String {
    let caps = pad.current_caps();
    let size = caps.as_ref().and_then(|caps| caps.structure(0));
    let odd = |field| {
        let length = size.and_then(|size| size.get::<i32>(field).ok());
        length.map_or(0, |length| length % 2)
    };
    let (mut right, mut bottom) = (odd("width"), odd("height"));
    if any_size || right + bottom == 0 {
        return "identity".to_owned();
    }
    if turn(pad).is_some_and(|turn| ["90r", "90l", "ul-lr", "ur-ll"].contains(&turn)) {
        std::mem::swap(&mut right, &mut bottom);
    }
    eprintln!(
        "note: the size is odd, which H.264 has not: without the last {}",
        last(right, bottom)
    );
    format!("videocrop right={right} bottom={bottom}")
}

fn last(right: i32, bottom: i32) -> &'static str {
    match (right, bottom) {
        (0, _) => "row",
        (_, 0) => "column",
        _ => "column and row",
    }
}

/// The picture is upright now: takes the word that it is not out of what follows.
pub fn forget_turn(pad: &gst::Pad) {
    pad.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, |_, info| {
        if let Some(gst::PadProbeData::Event(event)) = &mut info.data
            && let gst::EventView::Tag(tag) = event.view()
        {
            let mut tags = tag.tag_owned();
            tags.make_mut().remove::<gst::tags::ImageOrientation>();
            *event = gst::event::Tag::new(tags);
        }
        gst::PadProbeReturn::Ok
    });
}
