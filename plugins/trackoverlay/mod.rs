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
//! * [`tracker`]: follows the plane on the GPU; [`track_grid`] sizes it, [`track_passes`] are its kernels
//! * [`journal`]: the poses of all frames on the CPU; [`track_file`] writes them
//! * [`follow`]: placing by a file that [`track_import`] has read, with the [`fade`] of its gaps
//! * [`picture`], [`source`]: what is placed, from a file or a second stream
//! * [`placement`], [`look`]: puts it into the frame's planes; [`matte`] keeps what is in front there
//! * [`colour`]: what code values mean; [`lines`]: which lines of the picture a frame holds
//! * [`playout`]: which frame of the second stream is due
//! * [`settings`]: what an operator chooses

pub mod colour;
pub mod fade;
pub mod follow;
mod imp;
pub mod journal;
pub mod json;
pub mod lines;
pub mod look;
pub mod matte;
pub mod picture;
pub mod place_passes;
pub mod placement;
pub mod playout;
pub mod pose;
pub mod pose_set;
pub mod quad;
pub mod settings;
pub mod source;
pub mod source_format;
pub mod source_passes;
pub mod track_buffers;
pub mod track_file;
mod track_follow;
pub mod track_frame;
pub mod track_gates;
pub mod track_grid;
mod track_hunt;
pub mod track_import;
mod track_luma;
pub mod track_passes;
pub mod tracker;

pub use imp::enums::{TrackBlendMode, TrackMotionModel, TrackOnLost, TrackOnStall, TrackSizing};

use glib::prelude::*;

use crate::gpu::KernelSpec;
use crate::video::WgpuFilter;

/// All kernels of this filter.
pub const KERNELS: &[&KernelSpec] = &[
    &pose_set::POSE_SET,
    &source_passes::SOURCE_RGBA,
    &source_passes::SOURCE_YUV,
    &source_passes::SOURCE_HALVE,
    &place_passes::PLACE_SETUP,
    &place_passes::PLACE_LUMA,
    &place_passes::PLACE_CHROMA,
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
