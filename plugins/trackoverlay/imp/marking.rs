//! Marking the plane by hand, in the window that shows the picture.

use std::time::Instant;

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_video::{NavigationEvent, NavigationModifierType};

use super::commands::Command;
use super::running::{Marked, Running};
use super::{CAT, WgpuTrackOverlay, lock};
use crate::gpu::GpuError;
use crate::trackoverlay::marking::handles::radius;
use crate::trackoverlay::marking::marks::Marks;
use crate::trackoverlay::quad::Quad;

/// Mouse buttons as GStreamer numbers them.
const LEFT: i32 = 1;
const RIGHT: i32 = 3;
/// A mark is taken within so many radii of its ring.
const REACH: f64 = 1.5;

/// The marks, and the key that the window does not tell with clicks.
#[derive(Debug, Default)]
pub struct Hand {
    /// The marks.
    pub marks: Marks,
    /// Alt is held.
    alt: bool,
}

impl WgpuTrackOverlay {
    /// Carries out a navigation event. Returns false if it is for somebody else.
    pub(super) fn navigate(&self, event: &gst::Event) -> bool {
        if !lock(&self.knobs).interactive || lock(&self.track).is_some() {
            return false;
        }
        let Ok(event) = NavigationEvent::parse(event) else {
            return false;
        };
        gst::trace!(CAT, imp = self, "{event:?}");
        match event {
            NavigationEvent::KeyPress { key, .. } => self.press_key(&key),
            NavigationEvent::KeyRelease { key, .. } => {
                if is_alt(&key) {
                    lock(&self.hand).alt = false;
                }
                false
            }
            NavigationEvent::MouseButtonPress {
                button: LEFT,
                x,
                y,
                modifier_state,
            } => self.press([x, y], modifier_state),
            NavigationEvent::MouseButtonRelease {
                button: LEFT,
                x,
                y,
                modifier_state,
            } => {
                let mut hand = lock(&self.hand);
                let free = hand.alt || has_alt(modifier_state);
                hand.marks.release([x, y], free);
                true
            }
            NavigationEvent::MouseMove { x, y, .. } => lock(&self.hand).marks.move_to([x, y]),
            NavigationEvent::MouseButtonPress { button: RIGHT, .. } => {
                lock(&self.hand).marks.forget();
                self.order_release()
            }
            NavigationEvent::MouseButtonRelease { button: RIGHT, .. } => true,
            _ => false,
        }
    }

    fn press(&self, at: [f64; 2], modifiers: NavigationModifierType) -> bool {
        let size = lock(&self.info)
            .as_ref()
            .map(|info| (info.width(), info.height()));
        let Some(size) = size else { return false };
        let mut hand = lock(&self.hand);
        let free = hand.alt || has_alt(modifiers);
        hand.marks
            .press(at, Instant::now(), REACH * radius(size), free);
        true
    }

    fn press_key(&self, key: &str) -> bool {
        let mut hand = lock(&self.hand);
        hand.alt |= is_alt(key);
        let is_marking = hand.marks.is_marking();
        match key {
            "Return" | "KP_Enter" if is_marking => hand.marks.confirm(),
            "Escape" if is_marking => hand.marks.forget(),
            _ => return false,
        }
        true
    }

    /// What the next frame needs of the marks.
    pub(super) fn marked(&self, white: f32) -> Marked {
        let marks = &mut lock(&self.hand).marks;
        Marked {
            places: marks.places(),
            due: marks.due(),
            white,
        }
    }

    /// Moves marks to the corners that were found, and arms the quad once it was confirmed.
    pub(super) fn follow_hand(&self, running: &mut Running) -> Result<(), GpuError> {
        while let Some((id, corner)) = running.next_corner()? {
            gst::debug!(CAT, imp = self, "mark {id}: corner at {corner:?}");
            lock(&self.hand).marks.answer(id, corner);
        }
        let confirmed = lock(&self.hand).marks.take_confirmed();
        if let Some(quad) = confirmed {
            self.arm_marked(&quad);
        }
        Ok(())
    }

    fn arm_marked(&self, quad: &Quad) {
        let hundredths = |v: f64| (v * 100.0).round() / 100.0;
        let text = Quad(quad.0.map(|corner| corner.map(hundredths))).to_string();
        match self.quad(&text) {
            Ok(quad) => {
                gst::info!(CAT, imp = self, "armed by hand: {quad}");
                lock(&self.hand).marks.forget();
                lock(&self.files).points = Some(text);
                lock(&self.commands).push(Command::Arm(quad));
                self.obj().notify("points");
            }
            Err(error) => self.warn(&format!(
                "The marked corners \"{text}\" were rejected: {error}"
            )),
        }
    }
}

fn is_alt(key: &str) -> bool {
    matches!(key, "Alt_L" | "Alt_R")
}

fn has_alt(modifiers: NavigationModifierType) -> bool {
    modifiers.contains(NavigationModifierType::MOD1_MASK)
}
