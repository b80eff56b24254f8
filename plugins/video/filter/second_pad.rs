//! The request pad for the second stream of a filter: what is the same in each that has one.

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::imp::CAT;
use super::{WgpuFilter, allocation};
use crate::video::context::{CONTEXT_TYPE, new_context};

/// A filter with a pad for a second stream.
pub trait SecondPad: ElementImpl {
    /// Buffers of upstream's pool that the filter asks for: as many as may wait in it.
    const WAITING: u32;

    /// Takes a buffer of the second stream.
    ///
    /// # Errors
    /// What the pad returns to upstream.
    fn second_buffer(
        &self,
        pad: &gst::Pad,
        buffer: gst::Buffer,
    ) -> Result<gst::FlowSuccess, gst::FlowError>;

    /// Handles an event of the second stream; false if it is refused.
    fn second_event(&self, pad: &gst::Pad, event: gst::Event) -> bool;

    /// Caps that the pad takes just now.
    fn second_caps(&self, pad: &gst::Pad) -> gst::Caps {
        pad.pad_template_caps()
    }
}

/// Makes the pad.
pub fn new_pad<T: SecondPad>(template: &gst::PadTemplate, name: &str) -> gst::Pad
where
    T::Type: IsA<WgpuFilter> + IsA<gst::Element>,
{
    gst::Pad::builder_from_template(template)
        .name(name)
        .chain_function(|pad, parent, buffer| {
            let failed = || Err(gst::FlowError::Error);
            T::catch_panic_pad_function(parent, failed, |this| this.second_buffer(pad, buffer))
        })
        .event_function(|pad, parent, event| {
            let refused = || false;
            T::catch_panic_pad_function(parent, refused, |this| this.second_event(pad, event))
        })
        .query_function(|pad, parent, query| {
            T::catch_panic_pad_function(parent, || false, |this| answer(this, pad, query))
        })
        .build()
}

/// True if an element takes buffers now, or is about to.
pub fn runs(element: &impl IsA<gst::Element>) -> bool {
    element.current_state().max(element.pending_state()) >= gst::State::Paused
}

/// Adds the pad to its element; false if that refused it.
pub fn add(element: &impl IsA<gst::Element>, pad: &gst::Pad) -> bool {
    // In a running element, nobody else would activate the pad.
    if runs(element) && pad.set_active(true).is_err() {
        gst::warning!(CAT, obj = pad, "not activated");
    }
    let added = element.add_pad(pad);
    if let Err(error) = &added {
        gst::warning!(CAT, obj = element, "pad refused: {error}");
    }
    added.is_ok()
}

/// Removes the pad from its element.
pub fn remove(element: &impl IsA<gst::Element>, pad: &gst::Pad) {
    let _ = pad.set_active(false);
    if let Err(error) = element.remove_pad(pad) {
        gst::warning!(CAT, obj = element, "pad not removed: {error}");
    }
}

fn answer<T: SecondPad>(filter: &T, pad: &gst::Pad, query: &mut gst::QueryRef) -> bool
where
    T::Type: IsA<WgpuFilter> + IsA<gst::Element>,
{
    use gst::QueryViewMut as Q;
    let element = filter.obj();
    let gpu = element.upcast_ref::<WgpuFilter>().gpu();
    match query.view_mut() {
        Q::Caps(query) => {
            let caps = filter.second_caps(pad);
            let filtered = query
                .filter()
                .map(|filter| filter.intersect_with_mode(&caps, gst::CapsIntersectMode::First));
            query.set_result(&filtered.unwrap_or(caps));
            true
        }
        Q::Allocation(query) => {
            allocation::propose_for_waiting(gpu.as_ref(), T::WAITING, query).is_ok()
        }
        Q::Context(wanted) if wanted.context_type() == CONTEXT_TYPE => match gpu {
            Some(gpu) => {
                wanted.set_context(&new_context(&gpu, false));
                true
            }
            None => gst::Pad::query_default(pad, Some(&*element), query),
        },
        _ => gst::Pad::query_default(pad, Some(&*element), query),
    }
}
