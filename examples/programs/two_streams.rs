//! Pins one video to a plane of another: `cargo run --example two_streams`, with `in.mp4` in this folder.

use gst::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    gst::init()?;
    let pipeline = gst::parse::launch(
        "wgputrackoverlay name=t points=\"412,180 868,204 860,520 405,488\" ! videoconvert ! x264enc ! \
         h264parse ! mp4mux ! filesink location=out.mp4 \
         filesrc location=in.mp4 ! decodebin ! videoconvert ! queue ! t.sink \
         filesrc location=in.mp4 ! decodebin ! videoconvert ! queue ! t.overlay_0",
    )?
    .downcast::<gst::Pipeline>()
    .map_err(|_| "not a pipeline")?;
    let overlay = pipeline.by_name("t").ok_or("the overlay is missing")?;
    let bus = pipeline.bus().ok_or("the pipeline has no bus")?;
    pipeline.set_state(gst::State::Playing)?;
    for message in bus.iter_timed(gst::ClockTime::NONE) {
        match message.view() {
            gst::MessageView::Element(element) => {
                let structure = element.structure();
                if let Some(structure) = structure.filter(|s| s.name() == "wgputrackoverlay-state")
                {
                    println!("{}", structure.get::<String>("state")?);
                }
            }
            gst::MessageView::Error(error) => return Err(error.error().into()),
            gst::MessageView::Eos(_) => break,
            _ => {}
        }
    }
    let stats = overlay.property::<gst::Structure>("stats");
    println!("{} frames tracked", stats.get::<u64>("frames-tracked")?);
    pipeline.set_state(gst::State::Null)?;
    Ok(())
}
