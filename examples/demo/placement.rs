//! `--place`: a picture on a plane, whose corners are given, or marked with the mouse in the first frame.

use crate::options::Options;
use gst::prelude::*;
use std::path::Path;

/// The element, as `gst-launch-1.0` takes it.
pub fn line(picture: &Path, points: Option<&str>) -> String {
    let quoted = |text: &str| {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{text}\"")
    };
    let picture = quoted(&picture.to_string_lossy());
    let points = points.map_or_else(String::new, |points| format!(" points={}", quoted(points)));
    format!("wgputrackoverlay location={picture}{points}")
}

/// Shows the first frame in a window until its four corners are marked, and returns them. `opened` is given
/// the window before it opens.
pub fn marked(
    options: &Options,
    sink: &str,
    opened: &dyn Fn(&gst::Element),
) -> Result<String, String> {
    let picture = options.place.as_deref().ok_or("no picture to place")?;
    // The frame stands still, and upright as the video will be.
    let text = format!(
        "uridecodebin name=decoder ! videoconvert ! \
         videoflip video-direction=auto ! imagefreeze ! video/x-raw,framerate=25/1 ! {} name=overlay \
         interactive=true ! queue max-size-buffers=2 ! videoconvert ! {sink} name=window",
        line(picture, None)
    );
    let pipeline = gst::parse::launch(&text).map_err(|error| error.to_string())?;
    let pipeline = pipeline
        .downcast::<gst::Pipeline>()
        .map_err(|_| "not a pipeline".to_owned())?;
    let element = |name| pipeline.by_name(name).ok_or("an element is missing");
    element("decoder")?.set_property("uri", options.uri()?);
    let overlay = element("overlay")?;
    opened(&element("window")?);
    eprintln!(
        "in the window: click the plane's four corners, its top-left one first; drag them; Enter when they fit"
    );
    // A refusal comes with a message on the bus, which says more.
    let _ = pipeline.set_state(gst::State::Playing);
    let points = wait(&pipeline, &overlay);
    let _ = pipeline.set_state(gst::State::Null);
    points
}

fn wait(pipeline: &gst::Pipeline, overlay: &gst::Element) -> Result<String, String> {
    let bus = pipeline.bus().ok_or("the pipeline has no bus")?;
    let kinds = [gst::MessageType::Error, gst::MessageType::Eos];
    crate::interrupt::watch();
    loop {
        let points: Option<String> = overlay.property("points");
        if let Some(points) = points {
            return Ok(points);
        }
        let message = bus.timed_pop_filtered(gst::ClockTime::from_mseconds(50), &kinds);
        if let Some(gst::MessageView::Error(error)) = message.as_ref().map(|m| m.view()) {
            return Err(format!(
                "no plane was marked: {}; give its corners with --points \"X,Y X,Y X,Y X,Y\"",
                error.error()
            ));
        }
        if message.is_some() || crate::interrupt::asked() {
            return Err("no plane was marked; give its corners with --points".to_owned());
        }
    }
}
