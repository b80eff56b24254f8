//! The request pad of the second stream.

use std::sync::{Arc, LazyLock};

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_video::{VideoFormat, VideoInfo};

use super::feed::{Arrival, Feed};
use super::{CAT, WgpuTrackOverlay, colour, lock};
use crate::gpu::{Gpu, GpuError, guarded};
use crate::trackoverlay::colour::{Encoding, StreamColour, Target};
use crate::trackoverlay::source::Source;
use crate::trackoverlay::source::convert::Conversion;
use crate::trackoverlay::source::format::{PackedOrder, SourceFormat};
use crate::trackoverlay::source::playout::MAX_WAITING;
use crate::video::WgpuFilter;
use crate::video::filter::caps::{self, Memories};
use crate::video::filter::incoming::Incoming;
use crate::video::filter::second_pad::{self, SecondPad, SecondStream};
use crate::video::memory::FrameStore;
use crate::video::{drm_format, format};

/// Supported formats of four bytes for each pixel.
const PACKED: [(VideoFormat, PackedOrder); 6] = [
    (VideoFormat::Rgba, PackedOrder::RGBA),
    (VideoFormat::Bgra, PackedOrder::BGRA),
    (VideoFormat::Argb, PackedOrder::ARGB),
    (VideoFormat::Abgr, PackedOrder::ABGR),
    (VideoFormat::Rgbx, PackedOrder::RGBX),
    (VideoFormat::Bgrx, PackedOrder::BGRX),
];

/// Template of the pad.
pub fn template() -> Option<gst::PadTemplate> {
    static TEMPLATE: LazyLock<Option<gst::PadTemplate>> = LazyLock::new(|| {
        let mut caps = caps::template_with_dmabuf(Memories::Both);
        let formats = PACKED.map(|(format, _)| format);
        let packed = gst_video::VideoCapsBuilder::new()
            .format_list(formats)
            .build();
        caps.merge(packed);
        let (direction, presence) = (gst::PadDirection::Sink, gst::PadPresence::Request);
        gst::PadTemplate::new("overlay_%u", direction, presence, &caps).ok()
    });
    TEMPLATE.clone()
}

/// Caps of a second stream and its source format; `None` if not supported.
fn understood(caps: &gst::CapsRef) -> Option<(VideoInfo, SourceFormat)> {
    let info = drm_format::info(caps).ok()?;
    let mut encoding = colour::encoding(&info.colorimetry());
    if let Some(brightest) = colour::mastered(caps) {
        encoding.mastered = brightest;
    }
    let format = source_format(&info, encoding)?;
    Some((info, format))
}

fn source_format(info: &VideoInfo, encoding: Encoding) -> Option<SourceFormat> {
    let packed = PACKED.iter().find(|(format, _)| *format == info.format());
    match packed {
        Some((_, order)) => Some(SourceFormat::Packed {
            width: info.width(),
            height: info.height(),
            order: *order,
            encoding,
        }),
        None => {
            let layout = format::layout(info)?;
            let colour = StreamColour {
                encoding,
                ..colour::of(info, &layout)
            };
            Some(SourceFormat::Yuv(layout, colour))
        }
    }
}

/// Compiles and allocates for a second stream.
fn arrival(gpu: &Arc<Gpu>, info: VideoInfo, format: &SourceFormat) -> Result<Arrival, GpuError> {
    let mut source = Source::for_stream(gpu, format)?;
    let aspect = info.par();
    source.set_pixel_aspect(aspect.numer() as f32 / aspect.denom() as f32);
    let layout = format.layout();
    let store = FrameStore::new(gpu, &info, layout)?;
    let incoming = Incoming::new(&store, layout, info);
    Ok(Arrival { incoming, source })
}

impl WgpuTrackOverlay {
    /// Adds the pad; there can be only one.
    pub(super) fn add_second_stream(
        &self,
        template: &gst::PadTemplate,
        name: Option<&str>,
    ) -> Option<gst::Pad> {
        let mut second = lock(&self.second);
        if let Some((pad, _)) = &*second {
            let text = format!(
                "No second pad overlay_%u: there is {} already, and only one is supported",
                pad.name()
            );
            drop(second);
            gst::element_imp_warning!(self, gst::CoreError::Pad, ("{text}"));
            return None;
        }
        let pad = second_pad::new_pad::<Self>(template, name.unwrap_or("overlay_0"));
        let feed = Arc::new(Feed::default());
        feed.close(!lock(&self.files).open);
        *second = Some((pad.clone(), feed));
        drop(second);
        if !second_pad::add(&*self.obj(), &pad) {
            *lock(&self.second) = None;
            return None;
        }
        Some(pad)
    }

    pub(super) fn remove_second_stream(&self, pad: &gst::Pad) {
        let removed = lock(&self.second).take_if(|(own, _)| own == pad);
        let Some((pad, feed)) = removed else { return };
        feed.close(true);
        second_pad::remove(&*self.obj(), &pad);
    }

    /// Accepts frames, or rejects them and wakes whoever waits to push one.
    pub(super) fn close_second_stream(&self, closed: bool) {
        if let Some(feed) = self.feed() {
            feed.close(closed);
        }
    }

    pub(super) fn forget_second_stream(&self) {
        if let Some(feed) = self.feed() {
            feed.forget();
        }
    }

    /// Forwards a seek to the second stream. A live one rejects it, which is fine.
    pub(super) fn seek_second_stream(&self, event: &gst::Event) {
        let pad = lock(&self.second).as_ref().map(|(pad, _)| pad.clone());
        if let Some(pad) = pad {
            let accepted = pad.push_event(event.clone());
            gst::debug!(CAT, obj = pad, "seek accepted: {accepted}");
        }
    }

    pub(super) fn feed(&self) -> Option<Arc<Feed>> {
        lock(&self.second).as_ref().map(|(_, feed)| feed.clone())
    }

    /// Compiles what brings colours of this coding into the main stream's, so that no frame waits for it.
    fn prepare_conversion(&self, gpu: &Gpu, from: &Encoding) -> Result<(), GpuError> {
        let to = lock(&self.info)
            .as_ref()
            .map(|info| Target::new(colour::encoding(&info.colorimetry())));
        if let Some(conversion) = to.and_then(|to| Conversion::between(from, &to)) {
            let (spec, switches) = conversion.kernel();
            gpu.variant(spec, switches)?;
        }
        Ok(())
    }

    /// As [`Self::prepare_conversion`], for a second stream that came before the main stream's caps.
    pub(super) fn prepare_second_stream(&self, gpu: &Gpu) -> Result<(), GpuError> {
        let pad = lock(&self.second).as_ref().map(|(pad, _)| pad.clone());
        match pad
            .and_then(|pad| pad.current_caps())
            .and_then(|caps| understood(&caps))
        {
            Some((_, format)) => self.prepare_conversion(gpu, &format.encoding()),
            None => Ok(()),
        }
    }

    /// Takes up the second stream on a device that came in place of a lost one.
    pub(super) fn renew_second_stream(&self, gpu: &Arc<Gpu>) -> Result<(), GpuError> {
        let second = lock(&self.second).clone();
        let Some((pad, feed)) = second.filter(|(_, feed)| feed.is_lost()) else {
            return Ok(());
        };
        if let Some((info, format)) = pad.current_caps().and_then(|caps| understood(&caps)) {
            feed.set_arrival(arrival(gpu, info, &format)?);
        }
        Ok(())
    }
}

impl SecondPad for WgpuTrackOverlay {
    const WAITING: u32 = MAX_WAITING as u32 + 2;

    type Stream = Feed;

    fn second_stream(&self) -> Option<Arc<Feed>> {
        self.feed()
    }

    /// Compiles and allocates here, on the second stream's thread.
    fn take_caps(&self, pad: &gst::Pad, feed: &Feed, caps: &gst::CapsRef) -> bool {
        let obj = self.obj();
        let Some((info, format)) = understood(caps) else {
            gst::error!(CAT, obj = pad, "no frames of {caps}");
            return false;
        };
        gst::info!(CAT, obj = pad, "second stream of {caps}");
        let filter = obj.upcast_ref::<WgpuFilter>();
        let Some(gpu) = filter.gpu() else {
            // There is no device just now. The next one takes it up: `renew_second_stream`.
            feed.lose();
            return true;
        };
        let made = guarded(|| {
            self.prepare_conversion(&gpu, &format.encoding())?;
            arrival(&gpu, info, &format)
        });
        match made.unwrap_or_else(|reason| Err(GpuError::Lost(reason))) {
            Ok(arrival) => {
                feed.set_arrival(arrival);
                true
            }
            Err(error) => {
                let is_loss = error.is_loss();
                filter.post_error_once(error);
                feed.lose();
                is_loss
            }
        }
    }
}
