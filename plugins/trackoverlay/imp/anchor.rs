//! Arming by what a detector in front of the element sees: regions of interest of one type.

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_video::VideoRegionOfInterestMeta;

use super::commands::Command;
use super::{CAT, WgpuTrackOverlay, lock};
use crate::trackoverlay::pose::TrackState;
use crate::trackoverlay::quad::Quad;

/// How a type of regions is named.
const ROI: &str = "roi:";

/// What the plane is armed by.
#[derive(Debug, Default)]
pub struct Anchor {
    /// The property's text, as last accepted.
    text: Option<String>,
    /// Number of the frame that was armed last: what earlier frames say of the plane is about another one.
    armed: Option<u32>,
    /// The operator has released the plane: it stays so until the property is set again.
    resting: bool,
}

impl Anchor {
    /// The property.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    fn type_(&self) -> Option<&str> {
        let text = self.text.as_deref().filter(|_| !self.resting)?;
        text.strip_prefix(ROI)
    }

    /// The operator has released the plane.
    pub fn rest(&mut self) {
        self.resting = true;
    }

    /// Forgets what was armed, for the next start.
    pub fn restart(&mut self) {
        (self.armed, self.resting) = (None, false);
    }
}

/// Why a text is refused.
pub fn check(text: &str) -> Result<(), &'static str> {
    match text
        .strip_prefix(ROI)
        .is_some_and(|type_| !type_.is_empty())
    {
        true => Ok(()),
        false => Err("accepted is roi:TYPE, where TYPE is that of the regions of interest"),
    }
}

impl WgpuTrackOverlay {
    /// Sets the property `anchor`. What is wrong changes nothing while the element runs; before that, it makes the
    /// start fail.
    pub(super) fn set_anchor(&self, text: Option<String>) {
        let text = text.filter(|text| !text.is_empty());
        let refused = text.as_deref().and_then(|text| check(text).err());
        if let (Some(reason), true) = (refused, lock(&self.files).open) {
            let text = text.unwrap_or_default();
            self.warn(&format!(
                "The property `anchor` keeps its value; \"{text}\" was rejected: {reason}"
            ));
            return;
        }
        let mut anchor = lock(&self.anchor);
        (anchor.text, anchor.resting) = (text, false);
    }

    pub(super) fn open_anchor(&self) -> Result<(), gst::ErrorMessage> {
        let mut anchor = lock(&self.anchor);
        anchor.restart();
        let text = anchor.text.as_deref().unwrap_or_default();
        match check(text) {
            Err(reason) if !text.is_empty() => Err(gst::error_msg!(
                gst::ResourceError::Settings,
                ("The property `anchor` is \"{text}\": {reason}")
            )),
            _ => Ok(()),
        }
    }

    /// Arms the plane in this frame, the next to be processed, if a detector sees it and the tracker does not.
    pub(super) fn anchor_in(&self, buffer: &gst::BufferRef) {
        let mut anchor = lock(&self.anchor);
        let Some(type_) = anchor.type_() else { return };
        let is_idle = lock(&self.commands).is_idle();
        if !(is_idle || self.has_lost_since(anchor.armed)) || lock(&self.track).is_some() {
            return;
        }
        let size = lock(&self.info)
            .as_ref()
            .map(|info| (info.width(), info.height()));
        let Some((width, height)) = size else { return };
        let fits = |quad: &Quad| quad.check_in(width, height).is_ok();
        let regions = buffer.iter_meta::<VideoRegionOfInterestMeta>();
        let quads = regions
            .filter(|meta| meta.roi_type() == type_)
            .map(|meta| quad_of(&meta));
        let largest = quads
            .filter(fits)
            .max_by(|a, b| a.area().total_cmp(&b.area()));
        let Some(quad) = largest else { return };
        gst::info!(CAT, imp = self, "armed by a region {type_}: {quad}");
        anchor.armed = Some(self.next_frame.load(std::sync::atomic::Ordering::Relaxed));
        drop(anchor);
        lock(&self.files).points = Some(quad.to_string());
        lock(&self.commands).push(Command::Arm(quad));
        self.obj().notify("points");
    }

    /// True if the plane was lost in a frame after that one.
    fn has_lost_since(&self, armed: Option<u32>) -> bool {
        let report = lock(&self.report);
        let latest = report.latest();
        latest.is_some_and(|entry| {
            entry.state == TrackState::Lost && armed.is_none_or(|armed| entry.seen.frame > armed)
        })
    }
}

/// The quad of a region: the one in a parameter `quad`, as this element writes them, or its rectangle.
fn quad_of(meta: &VideoRegionOfInterestMeta) -> Quad {
    let texts = meta
        .params()
        .filter_map(|params| params.get::<String>("quad").ok());
    let quad = texts.filter_map(|text| text.parse::<Quad>().ok()).next();
    quad.unwrap_or_else(|| {
        let (x, y, width, height) = meta.rect();
        let [left, top] = [x, y].map(|v| f64::from(v) - 0.5);
        let (right, bottom) = (left + f64::from(width), top + f64::from(height));
        Quad::rectangle(left, top, right, bottom)
    })
}
