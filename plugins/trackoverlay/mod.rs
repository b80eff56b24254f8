//! `wgputrackoverlay`: pins a picture or a second live stream to a plane in the picture.
//!
//! The user marks the four corners of a plane once: a poster, a wall, a screen. The element tracks it with
//! sub-pixel accuracy, without delay, and composites in the frame's own planes on the GPU:
//!
//! ```text
//! gst-launch-1.0 filesrc location=street.mp4 ! decodebin ! videoconvert ! \
//!     wgputrackoverlay points="412,180 868,204 860,520 405,488" location=advert.png ! \
//!     videoconvert ! x264enc ! mp4mux ! filesink location=placed.mp4
//! ```
//! With a second stream instead of a picture; neither stream waits for the other:
//!
//! ```text
//! gst-launch-1.0 v4l2src ! videoconvert ! queue ! wgputrackoverlay name=t \
//!     points="412,180 868,204 860,520 405,488" ! videoconvert ! autovideosink \
//!     srtsrc uri="srt://:7002?mode=listener" ! decodebin ! videoconvert ! queue ! t.overlay_0
//! ```
//! Tracking only, without a placement; frames pass through unchanged:
//!
//! ```text
//! gst-launch-1.0 videotestsrc num-buffers=100 pattern=smpte ! video/x-raw,width=640,height=360 ! \
//!     wgputrackoverlay points="100,60 300,80 290,200 95,190" track-location=track.jsonl ! fakesink
//! ```
//! While playing, the property `points` and the action signals `arm`, `correct`, `release` and `arm-at` say
//! what to track. Each change of state posts the element message `wgputrackoverlay-state` with `state`
//! (idle, tracking, degraded, lost), `previous`, `confidence`, `frame`, `timestamp`, `running-time` and
//! `quad`. Frames carry the tracked bounding box as `GstVideoRegionOfInterestMeta` of type
//! `wgputrackoverlay`, whose parameter structure of the same name has `state`, `confidence`, `quad` and
//! `age`, the age of that information in frames: 0 for frames in system memory, a few for frames on the GPU,
//! where nothing waits for it.
//!
//! With `interactive=true` the plane is marked in the window that shows the picture, by navigation events:
//!
//! ```text
//! gst-launch-1.0 videotestsrc ! video/x-raw,width=640,height=360 ! \
//!     wgputrackoverlay interactive=true location=advert.png ! videoconvert ! autovideosink
//! ```
//! With `placements` set, further planes of a JSON file are followed, each with a picture of its own; the messages and metas
//! about them have their name in `placement`. The file is described at [`placements`].
//!
//! With `exposure-location` set, each appearance of a placement posts `wgputrackoverlay-exposure`, as does the total
//! at the end of the stream; fields and units are in `docs/EXPOSURE.md`.
//!
//! If caps change while a plane is tracked, tracking continues in the first new frame at the last position,
//! scaled with the picture; if the plane is lost at that moment, points must be set again. After a flush or
//! a seek the plane is searched for. Frames with two interleaved fields are tracked as a whole; if buffers
//! are fields, each has its own line in the track, in coordinates of the picture.
//!
//! Since: 0.1
//!
//! The algorithm knows no GStreamer:
//!
//! * [`quad`]: the quad, its checks and its homography
//! * [`pose`]: position of the plane in one frame, on the GPU and on the host
//! * [`track`]: the [tracker](track::tracker) finds the plane on the GPU; [`track::grid`] sets sizes,
//!   [`track::passes`] has the kernels
//! * [`trail`]: the poses of all frames on the CPU in a [`journal`](trail::journal), written to a
//!   [`file`](trail::file), or read from one and [followed](trail::follow)
//! * [`source`]: the source that is placed, a [`picture`](source::picture) or a second stream, whose frames
//!   [`playout`](source::playout) chooses by time
//! * [`place`]: [`placement`](place::placement) draws the source into the frame's planes with a
//!   [`look`](place::look), behind the objects in the [`matte`](place::matte)
//! * [`colour`]: matrix, range and the coding of light, between which a source is
//!   [converted](source::convert); [`lines`]: the lines of the picture that a frame holds
//! * [`placements`]: the file of further planes and what is placed there
//! * [`marking`]: marking the plane by hand in the window that shows the picture
//! * [`exposure`]: the report of how long and how well a placement was seen
//! * [`settings`]: the user's settings

pub mod colour;
pub mod exposure;
mod imp;
pub mod lines;
pub mod marking;
pub mod place;
pub mod placements;
pub mod pose;
pub mod quad;
pub mod settings;
pub mod source;
pub mod track;
pub mod trail;

pub use imp::enums::{TrackBlendMode, TrackMotionModel, TrackOnLost, TrackOnStall, TrackSizing};

use glib::prelude::*;

use crate::gpu::KernelSpec;
use crate::video::WgpuFilter;

/// All kernels of this filter.
pub const KERNELS: &[&KernelSpec] = &[
    &trail::pose_set::POSE_SET,
    &source::passes::SOURCE_CONVERT,
    &source::passes::SOURCE_RGBA,
    &source::passes::SOURCE_YUV,
    &source::passes::SOURCE_HALVE,
    &place::passes::PLACE_SETUP,
    &place::passes::PLACE_NOISE,
    &place::passes::PLACE_GRAIN,
    &place::passes::PLACE_LUMA,
    &place::passes::PLACE_CHROMA,
    &exposure::measure::MEASURE,
    &marking::patch::PATCH,
    &marking::handles::HANDLES,
];

glib::wrapper! {
    /// The element `wgputrackoverlay`.
    pub struct WgpuTrackOverlay(ObjectSubclass<imp::WgpuTrackOverlay>)
        @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element.
///
/// # Errors
/// If GStreamer rejects the type.
pub fn register(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    #[cfg(feature = "doc")]
    {
        use gst::prelude::*;
        for choice in [
            TrackBlendMode::static_type(),
            TrackMotionModel::static_type(),
            TrackOnLost::static_type(),
            TrackOnStall::static_type(),
            TrackSizing::static_type(),
        ] {
            choice.mark_as_plugin_api(gst::PluginAPIFlags::empty());
        }
    }
    let type_ = WgpuTrackOverlay::static_type();
    gst::Element::register(Some(plugin), "wgputrackoverlay", gst::Rank::NONE, type_)
}
