//! `wgputrackoverlay`: pins a picture or a second live stream to a plane in the picture.
//!
//! An operator marks the four corners of a plane once: a poster, a wall, a screen. The element
//! follows it with sub-pixel accuracy, in the same frame and without delay, and composites into
//! the frame's own planes on the GPU:
//!
//! ```text
//! gst-launch-1.0 filesrc location=street.mp4 ! decodebin ! videoconvert ! \
//!     wgputrackoverlay points="412,180 868,204 860,520 405,488" location=advert.png ! \
//!     videoconvert ! x264enc ! mp4mux ! filesink location=placed.mp4
//! ```
//! A second stream in place of the picture; neither stream waits for the other:
//!
//! ```text
//! gst-launch-1.0 v4l2src ! videoconvert ! queue ! wgputrackoverlay name=t \
//!     points="412,180 868,204 860,520 405,488" ! videoconvert ! autovideosink \
//!     srtsrc uri="srt://:7002?mode=listener" ! decodebin ! videoconvert ! queue ! t.overlay_0
//! ```
//! Only tracking, with nothing placed; frames pass bit for bit:
//!
//! ```text
//! gst-launch-1.0 videotestsrc num-buffers=100 pattern=smpte ! video/x-raw,width=640,height=360 ! \
//!     wgputrackoverlay points="100,60 300,80 290,200 95,190" track-location=track.jsonl ! fakesink
//! ```
//! While it plays, `points` and the action signals `arm`, `correct`, `release` and `arm-at` say what
//! to follow. Each change of state posts the element message `wgputrackoverlay-state` with `state`
//! (idle, tracking, degraded, lost), `previous`, `confidence`, `frame`, `timestamp`,
//! `running-time` and `quad`. Frames carry the tracked box as `GstVideoRegionOfInterestMeta` of
//! type `wgputrackoverlay`, whose parameter of the same name has `state`, `confidence`, `quad` and
//! `age`: 0 frames where frames go into system memory, a few where they stay on the GPU, for
//! nobody waits for it there.
//!
//! Where caps change while a plane is followed it is taken up again in the first new frame, where
//! it was last, scaled as the picture is; if it is lost just then, points must be given again. A
//! flush or a seek keeps the plane: it is looked for. Frames of two interleaved fields are followed
//! as a whole; where each buffer is a field, each has its own line in the track, in coordinates of
//! the picture.
//!
//! Since: 0.1
//!
//! The algorithm knows no GStreamer:
//!
//! * [`quad`]: the quad, its checks and its homography
//! * [`pose`]: where the plane is in one frame, on the GPU and on the host
//! * [`track`]: the [tracker](track::tracker) follows the plane on the GPU; [`track::grid`] sizes it,
//!   [`track::passes`] are its kernels
//! * [`trail`]: the poses of all frames on the CPU in its [`journal`](trail::journal), written to a
//!   [`file`](trail::file), or read from one and [followed](trail::follow)
//! * [`source`]: what is placed, from a [`picture`](source::picture) or a second stream, of which
//!   [`playout`](source::playout) says which frame is due
//! * [`place`]: the [`placement`](place::placement) puts it into the frame's planes as
//!   [`look`](place::look) says, behind what the [`matte`](place::matte) knows in front
//! * [`colour`]: what code values mean; [`lines`]: which lines of the picture a frame holds
//! * [`settings`]: what an operator chooses

pub mod colour;
mod imp;
pub mod lines;
pub mod place;
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
    &source::passes::SOURCE_RGBA,
    &source::passes::SOURCE_YUV,
    &source::passes::SOURCE_HALVE,
    &place::passes::PLACE_SETUP,
    &place::passes::PLACE_LUMA,
    &place::passes::PLACE_CHROMA,
];

glib::wrapper! {
    /// The element `wgputrackoverlay`.
    pub struct WgpuTrackOverlay(ObjectSubclass<imp::WgpuTrackOverlay>)
        @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element.
///
/// # Errors
/// Where GStreamer refuses the type.
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
