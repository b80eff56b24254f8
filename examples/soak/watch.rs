//! What a pipeline says, and how much memory the process has.

use gst::prelude::*;

/// Resident memory of the process in MiB; 0 where nobody says.
pub fn resident() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0.0) * 4096.0 / 1_048_576.0
}

/// The errors that have come since the last call.
pub fn errors(pipeline: &gst::Element) -> Vec<String> {
    let Some(bus) = pipeline.bus() else {
        return Vec::new();
    };
    let messages = std::iter::from_fn(|| bus.pop_filtered(&[gst::MessageType::Error]));
    messages
        .filter_map(|message| match message.view() {
            gst::MessageView::Error(error) => {
                Some(format!("{} {:?}", error.error(), error.debug()))
            }
            _ => None,
        })
        .collect()
}

/// Starts a pipeline and waits until it has a frame.
pub fn start(line: &str) -> Result<gst::Element, String> {
    let pipeline = gst::parse::launch(line).map_err(|error| error.to_string())?;
    let started = pipeline.set_state(gst::State::Playing).is_ok();
    let (reached, ..) = pipeline.state(gst::ClockTime::from_seconds(60));
    match started && reached.is_ok() {
        true => Ok(pipeline),
        false => {
            let errors = errors(&pipeline);
            stop(&pipeline);
            Err(format!("{line} does not start: {errors:?}"))
        }
    }
}

/// Stops a pipeline; a fault if it does not stop.
pub fn stop(pipeline: &gst::Element) -> Option<String> {
    let stopped = pipeline.set_state(gst::State::Null);
    stopped.err().map(|_| "a pipeline does not stop".to_owned())
}

/// Buffers that the element `sink` has had.
pub fn shown(pipeline: &gst::Element) -> u64 {
    let bin = pipeline.downcast_ref::<gst::Bin>();
    let sink = bin.and_then(|bin| bin.by_name("sink"));
    let stats = sink.map(|sink| sink.property::<gst::Structure>("stats"));
    stats
        .and_then(|stats| stats.get("rendered").ok())
        .unwrap_or(0)
}
