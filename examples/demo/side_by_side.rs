//! A second video that shows each frame before and after, beside one another.

use crate::containers::Container;
use crate::streams::make;
use gst::prelude::*;
use std::path::Path;

/// The end of the second video's branch; its start is made with the first frame.
pub struct SideBySide {
    pipeline: gst::Pipeline,
    input: gst::Pad,
}

/// Frames wait here for those that the elements hold back, as with lookahead.
const WAITING: u32 = 64;

impl SideBySide {
    /// Muxer and file.
    pub fn new(
        pipeline: &gst::Pipeline,
        container: &Container,
        path: &Path,
    ) -> Result<Self, String> {
        let muxer = make(container.muxer)?;
        let file = make("filesink")?;
        file.set_property("location", path);
        pipeline
            .add_many([&muxer, &file])
            .and_then(|()| muxer.link(&file))
            .map_err(|error| error.to_string())?;
        let input = muxer.request_pad_simple("video_%u");
        let input = input.ok_or("the muxer takes no video")?;
        Ok(Self {
            pipeline: pipeline.clone(),
            input,
        })
    }

    /// Takes copies of the frames on these two links: before, and after.
    pub fn join(&self, encoder: &str, links: [[&gst::Element; 2]; 2]) -> Result<(), String> {
        let refuse = |error: gst::glib::BoolError| error.to_string();
        let encoder = gst::parse::bin_from_description(
            &format!("queue ! videoconvert ! {encoder} ! queue"),
            true,
        )
        .map_err(|error| error.to_string())?;
        self.start(encoder.upcast_ref())?;
        let output = encoder
            .static_pad("src")
            .ok_or("the encoder has no output")?;
        output
            .link(&self.input)
            .map_err(|error| error.to_string())?;
        let compositor = make("compositor")?;
        self.start(&compositor)?;
        compositor.link(&encoder).map_err(refuse)?;
        for (column, [from, to]) in links.into_iter().enumerate() {
            let tee = make("tee")?;
            let wait = make("queue")?;
            wait.set_property("max-size-buffers", WAITING);
            wait.set_property("max-size-bytes", 0u32);
            wait.set_property("max-size-time", 0u64);
            self.start(&wait)?;
            self.start(&tee)?;
            let half = compositor.request_pad_simple("sink_%u");
            place(&half.ok_or("the compositor takes no picture")?, column);
            wait.link(&compositor).map_err(refuse)?;
            from.unlink(to);
            tee.link(to).map_err(refuse)?;
            tee.link(&wait).map_err(refuse)?;
            from.link(&tee).map_err(refuse)?;
        }
        Ok(())
    }

    fn start(&self, element: &gst::Element) -> Result<(), String> {
        self.pipeline
            .add(element)
            .map_err(|error| error.to_string())?;
        // A failure comes with a message on the bus, which says more.
        let _ = element.sync_state_with_parent();
        Ok(())
    }
}

/// Gives a picture its column, in square pixels and of even size.
fn place(pad: &gst::Pad, column: usize) {
    pad.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, move |pad, info| {
        if let Some(gst::PadProbeData::Event(event)) = &info.data
            && let gst::EventView::Caps(caps) = event.view()
            && let Ok(info) = gst_video::VideoInfo::from_caps(caps.caps())
        {
            let par = info.par();
            let square = f64::from(info.width()) * f64::from(par.numer()) / f64::from(par.denom());
            let width = ((square / 2.0).round() as i32 * 2).max(2);
            let height = (info.height() as i32 / 2 * 2).max(2);
            pad.set_property("width", width);
            pad.set_property("height", height);
            pad.set_property("xpos", column as i32 * width);
        }
        gst::PadProbeReturn::Ok
    });
}
