//! The request pad of the second stream.

use std::sync::{Arc, LazyLock};

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_video::VideoInfo;

use super::pairs::{Pairs, Side};
use super::{CAT, WgpuCompare};
use crate::gpu::GpuError;
use crate::video::WgpuFilter;
use crate::video::filter::caps::{self, Memories};
use crate::video::filter::incoming::Incoming;
use crate::video::filter::lock;
use crate::video::filter::second_pad::{self, SecondPad};
use crate::video::memory::FrameStore;
use crate::video::{drm_format, format};

/// Template of the pad.
pub fn template() -> Option<gst::PadTemplate> {
    static TEMPLATE: LazyLock<Option<gst::PadTemplate>> = LazyLock::new(|| {
        let caps = caps::template_with_dmabuf(Memories::Both);
        let (direction, presence) = (gst::PadDirection::Sink, gst::PadPresence::Request);
        gst::PadTemplate::new("second", direction, presence, &caps).ok()
    });
    TEMPLATE.clone()
}

impl WgpuCompare {
    /// Adds the pad; there can be only one.
    pub(super) fn add_second(&self, template: &gst::PadTemplate) -> Option<gst::Pad> {
        let mut second = lock(&self.second);
        if second.is_some() {
            drop(second);
            let text = "There is a pad second already, and only one is supported";
            gst::element_imp_warning!(self, gst::CoreError::Pad, ("{text}"));
            return None;
        }
        let pad = second_pad::new_pad::<Self>(template, "second");
        let pairs = Arc::new(Pairs::default());
        pairs.close_side(Side::Second, !second_pad::runs(&*self.obj()));
        if lock(&self.info).is_some() {
            pairs.set_ready();
        }
        *second = Some((pad.clone(), pairs));
        drop(second);
        if !second_pad::add(&*self.obj(), &pad) {
            *lock(&self.second) = None;
            return None;
        }
        Some(pad)
    }

    pub(super) fn remove_second(&self, pad: &gst::Pad) {
        let removed = lock(&self.second).take_if(|(own, _)| own == pad);
        let Some((pad, pairs)) = removed else { return };
        pairs.close_side(Side::Second, true);
        second_pad::remove(&*self.obj(), &pad);
    }

    /// The second stream, if something is linked.
    pub(super) fn linked_second(&self) -> Option<Arc<Pairs>> {
        let second = lock(&self.second);
        let linked = second.as_ref().filter(|(pad, _)| pad.is_linked());
        linked.map(|(_, pairs)| pairs.clone())
    }

    /// The second stream, linked or not.
    pub(super) fn pairs(&self) -> Option<Arc<Pairs>> {
        lock(&self.second).as_ref().map(|(_, pairs)| pairs.clone())
    }

    /// Forwards a seek to the second stream. A live one rejects it, which is fine.
    pub(super) fn seek_second(&self, event: &gst::Event) {
        let pad = lock(&self.second).as_ref().map(|(pad, _)| pad.clone());
        if let Some(pad) = pad {
            let accepted = pad.push_event(event.clone());
            gst::debug!(CAT, obj = pad, "seek accepted: {accepted}");
        }
    }

    /// Asks for the first stream's format, which is known now.
    pub(super) fn renegotiate_second(&self) {
        let pad = lock(&self.second).as_ref().map(|(pad, _)| pad.clone());
        if let Some(pad) = pad
            && pad.current_caps().is_some()
        {
            pad.push_event(gst::event::Reconfigure::new());
        }
    }

    /// What brings frames of these caps to the GPU, or keeps them until there is one.
    fn incoming(&self, caps: &gst::CapsRef) -> Result<Option<Incoming>, GpuError> {
        let Ok(info) = drm_format::info(caps) else {
            return Ok(None);
        };
        let Some(layout) = format::layout(&info) else {
            return Ok(None);
        };
        let store = match self.obj().upcast_ref::<WgpuFilter>().gpu() {
            Some(gpu) => FrameStore::new(&gpu, &info, layout)?,
            None => FrameStore::in_host_memory(&info, layout),
        };
        Ok(Some(Incoming::new(&store, layout, info)))
    }

    /// Brings the second stream to another device.
    pub(super) fn renew_second(&self) -> Result<(), GpuError> {
        let second = lock(&self.second).clone();
        if let Some((pad, pairs)) = second
            && let Some(caps) = pad.current_caps()
        {
            pairs.set_incoming(self.incoming(&caps)?);
        }
        Ok(())
    }
}

impl SecondPad for WgpuCompare {
    const WAITING: u32 = 18;

    type Stream = Pairs;

    fn second_stream(&self) -> Option<Arc<Pairs>> {
        self.pairs()
    }

    fn take_caps(&self, pad: &gst::Pad, pairs: &Pairs, caps: &gst::CapsRef) -> bool {
        match self.incoming(caps) {
            Ok(Some(incoming)) => {
                pairs.set_incoming(Some(incoming));
                true
            }
            Ok(None) => {
                gst::error!(CAT, obj = pad, "no frames of {caps}");
                false
            }
            Err(error) => {
                let filter = self.obj();
                filter.upcast_ref::<WgpuFilter>().post_error_once(error);
                false
            }
        }
    }

    /// Format and size of the first stream, once they are known, in all memories.
    fn second_caps(&self, pad: &gst::Pad) -> gst::Caps {
        let mut caps = pad.pad_template_caps();
        if let Some(info) = lock(&self.info).as_ref() {
            restrict(&mut caps, info);
        }
        caps
    }
}

fn restrict(caps: &mut gst::Caps, info: &VideoInfo) {
    let wanted = [("width", info.width()), ("height", info.height())];
    for structure in caps.make_mut().iter_mut() {
        for (field, value) in wanted {
            structure.set(field, value as i32);
        }
        // Those of DMABuf have it in another field.
        if structure.has_field("format") && !structure.has_field("drm-format") {
            structure.set("format", info.format().to_str());
        }
    }
}
