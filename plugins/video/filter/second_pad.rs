//! The request pad for the second stream of a filter: what is the same in each that has one.

use std::sync::Arc;

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::imp::CAT;
use super::{WgpuFilter, allocation};
use crate::video::context::{CONTEXT_TYPE, new_context};

/// Where the buffers of a second stream wait for the first.
pub trait SecondStream {
    /// Whether the stream is live; `None` if not known yet.
    fn is_live(&self) -> Option<bool>;

    /// Sets whether the stream is live.
    fn set_live(&self, live: bool);

    /// Takes a buffer.
    ///
    /// # Errors
    /// The flow to return from the pad.
    fn push(&self, buffer: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError>;

    /// Sets a new segment.
    fn set_segment(&self, segment: gst::FormattedSegment<gst::ClockTime>);

    /// Notes the start or the end of the stream.
    fn set_ended(&self, ended: bool);

    /// Rejects buffers and ends all waiting from now on, or takes them again.
    fn close(&self, closed: bool);
}

/// A filter with a pad for a second stream.
pub trait SecondPad: ElementImpl {
    /// Buffers of upstream's pool that the filter asks for: as many as may wait in it.
    const WAITING: u32;
    /// Where they wait.
    type Stream: SecondStream;

    /// The second stream; `None` without the pad.
    fn second_stream(&self) -> Option<Arc<Self::Stream>>;

    /// Takes caps that the second stream is going to have; false if they are refused.
    fn take_caps(&self, pad: &gst::Pad, stream: &Self::Stream, caps: &gst::CapsRef) -> bool;

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
            T::catch_panic_pad_function(parent, failed, |this| take(this, pad, buffer))
        })
        .event_function(|pad, parent, event| {
            let refused = || false;
            T::catch_panic_pad_function(parent, refused, |this| hear(this, pad, &event))
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

fn take<T: SecondPad>(
    filter: &T,
    pad: &gst::Pad,
    buffer: gst::Buffer,
) -> Result<gst::FlowSuccess, gst::FlowError> {
    // A buffer without memory stands for a gap.
    if buffer.n_memory() == 0 {
        return Ok(gst::FlowSuccess::Ok);
    }
    let stream = filter.second_stream().ok_or(gst::FlowError::Flushing)?;
    // Not queried earlier: a live source that is just pushing its caps must not be queried.
    if stream.is_live().is_none() {
        let mut latency = gst::query::Latency::new();
        stream.set_live(pad.peer_query(&mut latency) && latency.result().0);
    }
    stream.push(buffer)
}

/// Handles an event of the second stream. None is forwarded to the first.
fn hear<T: SecondPad>(filter: &T, pad: &gst::Pad, event: &gst::Event) -> bool {
    use gst::EventView as E;
    let Some(stream) = filter.second_stream() else {
        return false;
    };
    match event.view() {
        E::Caps(caps) => return filter.take_caps(pad, &stream, caps.caps()),
        E::Segment(segment) => match segment.segment().clone().downcast() {
            Ok(segment) => stream.set_segment(segment),
            Err(other) => {
                gst::warning!(CAT, obj = pad, "segment in {:?}, not time", other.format());
                return false;
            }
        },
        E::StreamStart(_) => stream.set_ended(false),
        E::Eos(_) => stream.set_ended(true),
        E::FlushStart(_) => stream.close(true),
        E::FlushStop(_) => {
            stream.set_ended(false);
            stream.close(false);
        }
        _ => {}
    }
    true
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
