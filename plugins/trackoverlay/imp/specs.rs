//! Declarations of the properties.

use gst::prelude::*;

use super::properties::Knobs;
use crate::trackoverlay::{
    TrackBlendMode, TrackMotionModel, TrackOnLost, TrackOnStall, TrackSizing,
};
use crate::video::filter::properties::{choice, file, milliseconds, number, switch};

/// All properties except those of the base class.
pub fn all() -> Vec<glib::ParamSpec> {
    let mut all = texts();
    all.extend(numbers());
    all.extend(times());
    all.extend(choices());
    all.push(switch(
        "occlusion",
        "Occlusion",
        "Keep objects that move in front of the plane, such as a hand or a player, in front of the \
         placement. Switch it off if the plane itself changes, as a screen does",
        Knobs::default().occlusion,
    ));
    all.push(switch(
        "interactive",
        "Interactive",
        "Mark the plane in the window that shows the picture: four clicks, the first on its top-left corner; drag a \
         corner to move it; Enter or a double click tracks it, Escape forgets it, a right click stops tracking. \
         Corners go to the nearest corner in the picture within 12 pixels, unless Alt is held. Costs nothing \
         but while marks are drawn, which is into the picture: do not use it on a programme's way out",
        Knobs::default().interactive,
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

fn texts() -> Vec<glib::ParamSpec> {
    vec![
        text(
            "points",
            "Points",
            "Corners of the plane to track: \"x0,y0 x1,y1 x2,y2 x3,y3\" in pixels of the input frame, \
             in the order top-left, top-right, bottom-right, bottom-left of the plane. (0,0) is the \
             centre of the top-left pixel; corners may lie outside the frame. They apply to the \
             first frame or, if set while playing, to the next one. Without points, frames pass \
             through unchanged until the signal arm",
        ),
        text(
            "anchor",
            "Anchor",
            "What to track the plane by, besides points: roi:TYPE is the largest region of interest of that type \
             (GstVideoRegionOfInterestMeta) which a detector in front has found in a frame. It is taken in that frame, \
             tracked from then on without the detector, and taken anew where the detector sees it after \
             it was lost. After a release nothing is taken until this is set again. Costs nothing",
        ),
        text(
            "location",
            "Location",
            "Picture file to place on the plane (PNG, JPEG or WebP of up to 67 million pixels; alpha is \
             kept). Can be changed while playing: it is read on a thread of its own, the old picture is \
             shown until then, and the message wgputrackoverlay-picture says when it changes. Without a picture and a second stream, frames pass through unchanged \
             but are still tracked",
        ),
        text(
            "arm-mask",
            "Arm mask",
            "Picture file (PNG, JPEG or WebP) that is white where something stands in front of the plane in the frame in \
             which it is armed, and black elsewhere: a still of that frame, painted over in any program; of any size, \
             it is stretched to the frame. What is white stays in front; once it has moved away, and the plane behind \
             it was seen for half a second, the placement is there too. It counts each time that a plane is armed: \
             clear it for the next one. Costs nothing",
        ),
        file(
            "placements",
            "Placements",
            "JSON file of further planes and what to place there: an array of up to 16 objects with name, points, time \
             (seconds of running time at which points are right; the first frame if missing), location (a picture, \
             relative to the file) and any of this element's properties that say how it is placed or tracked, such as \
             opacity, feather, blend-mode, on-lost. Each has its name in messages, statistics and files. \
             Each costs the tracking of a plane",
        ),
        file(
            "track-location",
            "Track location",
            "File to write the track to: JSON lines, one object for each frame with frame, pts in \
             ns, state (tracking, degraded, lost), confidence 0 to 1, and quad: four corners in \
             pixels, null if lost. Complete at the end of the stream",
        ),
        file(
            "exposure-location",
            "Exposure location",
            "File to write the exposure report to: a line of JSON for each appearance of a placement, when it has \
             ended, and a total at the end of the stream: times, seconds, share of the picture, share hidden, \
             tilt, brightness. The message wgputrackoverlay-exposure has the same. Costs one small pass for \
             each frame with a placement",
        ),
        file(
            "track-import",
            "Track import",
            "Track file, written by track-location, that gives the position of the plane instead of \
             tracking. Frames are matched by pts, or by number if there is none. points and the \
             signals are then ignored, and there is no relighting or occlusion",
        ),
    ]
}

fn numbers() -> Vec<glib::ParamSpec> {
    let defaults = Knobs::default();
    vec![
        number(
            "opacity",
            "Opacity",
            "Opacity of the placement, from 0 (frames pass through unchanged) to 1",
            (0.0, 1.0, defaults.opacity),
        ),
        number(
            "feather",
            "Feather",
            "Width of a soft edge in pixels of the frame, inside the placement. Raise it if the edge \
             looks cut out; 0 gives a sharp, anti-aliased edge",
            (0.0, 200.0, defaults.feather),
        ),
        number(
            "relight",
            "Relight",
            "Strength with which the placement follows changes of light on the plane since it was \
             armed: 0 none, 1 as measured. Lower it if the placement flickers",
            (0.0, 1.0, defaults.relight),
        ),
        number(
            "match-grain",
            "Match grain",
            "Strength with which the placement gets the grain of the picture around it, as measured there: 0 none, 1 \
             as much. Lower it if the placement has grain of its own. Costs one small pass in every fourth frame, and \
             nothing more while the picture is clean",
            (0.0, 1.0, defaults.match_grain),
        ),
        number(
            "motion-blur",
            "Motion blur",
            "Motion blur of the placement, as a share of the plane's: 0 none, 1 as measured. Raise it \
             if the placement looks too sharp while the camera moves",
            (0.0, 1.0, defaults.motion_blur),
        ),
        number(
            "plane-aspect",
            "Plane aspect",
            "Width of the real plane divided by its height, for sizing=contain and cover. 0 uses that \
             of the armed quad, which is right for a plane seen from the front",
            (0.0, 100.0, defaults.plane_aspect),
        ),
        number(
            "graphics-white",
            "Graphics white",
            "Brightness in cd/m2 (nits) of a standard picture's white on HLG and PQ video, and of the part \
             of an HLG or PQ second stream that becomes white on standard video. Lower it if placements \
             glow, raise it if they look dull; 203 is the reference of ITU-R BT.2408. Costs nothing",
            (50.0, 1000.0, defaults.graphics_white),
        ),
        number(
            "field-of-view",
            "Field of view",
            "Horizontal angle of view of the camera in degrees, for the tilt in the exposure report: about 65 for \
             a telephone, 40 for the eye's own view, 10 and less for sports. Costs nothing",
            (1.0, 170.0, defaults.field_of_view),
        ),
    ]
}

fn times() -> Vec<glib::ParamSpec> {
    let defaults = Knobs::default();
    vec![
        milliseconds(
            "fade-out",
            "Fade out",
            "Milliseconds for the placement to fade out once the plane is lost, with on-lost=fade",
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
            "How the placement is combined with the picture below it",
        ),
        choice::<TrackSizing>(
            "sizing",
            "Sizing",
            "How a placement of another aspect than the plane fills it",
        ),
        choice::<TrackOnLost>(
            "on-lost",
            "On lost",
            "What happens to the placement while the plane is lost",
        ),
        choice::<TrackMotionModel>(
            "motion-model",
            "Motion model",
            "How the plane may move relative to the armed quad. With fewer parameters, a plane with \
             little texture is tracked more steadily; motion that the model lacks becomes error",
        ),
        choice::<TrackOnStall>(
            "on-stall",
            "On stall",
            "What happens to the placement while the second stream stalls or after its end",
        ),
    ]
}
