//! How the properties are declared.

use gst::prelude::*;

use super::properties::Knobs;
use crate::trackoverlay::{
    TrackBlendMode, TrackMotionModel, TrackOnLost, TrackOnStall, TrackSizing,
};
use crate::video::filter::properties::{choice, milliseconds, number, switch};

/// All properties beside those of the base class.
pub fn all() -> Vec<glib::ParamSpec> {
    let mut all = texts();
    all.extend(numbers());
    all.extend(times());
    all.extend(choices());
    all.push(switch(
        "occlusion",
        "Occlusion",
        "Keep what moves in front of the plane, a hand or a player, in front of the placement. \
         Where the plane itself changes its looks, as a screen does, switch it off",
        Knobs::default().occlusion,
    ));
    all
}

fn text(name: &'static str, nick: &'static str, blurb: &'static str) -> glib::ParamSpec {
    glib::ParamSpecString::builder(name)
        .nick(nick)
        .blurb(blurb)
        .mutable_playing()
        .build()
}

fn file(name: &'static str, nick: &'static str, blurb: &'static str) -> glib::ParamSpec {
    glib::ParamSpecString::builder(name)
        .nick(nick)
        .blurb(blurb)
        .mutable_ready()
        .build()
}

fn texts() -> Vec<glib::ParamSpec> {
    vec![
        text(
            "points",
            "Points",
            "The plane to follow: \"x0,y0 x1,y1 x2,y2 x3,y3\" in pixels of the input frame, (0,0) \
             being the centre of the top-left pixel; corners top-left, top-right, bottom-right, \
             bottom-left of the plane, which may reach beyond the frame. Taken from the first \
             frame, or set while playing from the next one. Without points frames pass until the \
             signal arm",
        ),
        text(
            "location",
            "Location",
            "Picture file to pin to the plane (PNG, JPEG or WebP; alpha is kept). May be changed \
             while playing. Without a picture and a second stream frames pass bit for bit, and \
             are tracked all the same",
        ),
        file(
            "track-location",
            "Track location",
            "File to write the track to: JSON lines, one object for each frame with frame, pts in \
             ns, state (tracking, degraded, lost), confidence 0 to 1, and quad: four corners in \
             pixels, null when lost. Complete at the end of the stream",
        ),
        file(
            "track-import",
            "Track import",
            "File written by track-location to place by, instead of tracking: frames are found by \
             their pts, or by number where there is none. points and the signals do nothing then, \
             and nothing is known of light or occlusion",
        ),
    ]
}

fn numbers() -> Vec<glib::ParamSpec> {
    let defaults = Knobs::default();
    vec![
        number(
            "opacity",
            "Opacity",
            "How much of the placement shows, from 0 (frames pass bit for bit) to 1",
            (0.0, 1.0, defaults.opacity),
        ),
        number(
            "feather",
            "Feather",
            "Width of a soft edge in pixels of the frame, inwards from the edge of the placement. \
             0 gives a sharp, anti-aliased edge",
            (0.0, 200.0, defaults.feather),
        ),
        number(
            "relight",
            "Relight",
            "How far the placement follows the light on the plane since it was armed: 0 not at \
             all, 1 as measured",
            (0.0, 1.0, defaults.relight),
        ),
        number(
            "motion-blur",
            "Motion blur",
            "How much of the plane's motion blur the placement gets: 0 none, 1 as measured",
            (0.0, 1.0, defaults.motion_blur),
        ),
        number(
            "plane-aspect",
            "Plane aspect",
            "Width of the real plane divided by its height, for sizing=contain and cover. 0 takes that \
             of the armed quad, which is right for a plane seen from the front",
            (0.0, 100.0, defaults.plane_aspect),
        ),
    ]
}

fn times() -> Vec<glib::ParamSpec> {
    let defaults = Knobs::default();
    vec![
        milliseconds(
            "fade-out",
            "Fade out",
            "Milliseconds for the placement to fade away once the plane is lost, with \
             on-lost=fade",
            defaults.fade_out,
        ),
        milliseconds(
            "fade-in",
            "Fade in",
            "Milliseconds for the placement to fade in once the plane is found again, with \
             on-lost=fade",
            defaults.fade_in,
        ),
        milliseconds(
            "stall-timeout",
            "Stall timeout",
            "Milliseconds without a new frame after which the second stream counts as stalled, \
             for on-stall=hide",
            defaults.stall_timeout,
        ),
    ]
}

fn choices() -> Vec<glib::ParamSpec> {
    vec![
        choice::<TrackBlendMode>(
            "blend-mode",
            "Blend mode",
            "How the placement mixes with the picture under it",
        ),
        choice::<TrackSizing>(
            "sizing",
            "Sizing",
            "How a placement of another shape than the plane fills it",
        ),
        choice::<TrackOnLost>(
            "on-lost",
            "On lost",
            "What becomes of the placement while the plane is lost",
        ),
        choice::<TrackMotionModel>(
            "motion-model",
            "Motion model",
            "How the plane may move from the armed quad. The fewer ways, the steadier a plane \
             with little texture is followed; what the model lacks becomes error",
        ),
        choice::<TrackOnStall>(
            "on-stall",
            "On stall",
            "What becomes of the placement while the second stream stalls or has ended",
        ),
    ]
}
