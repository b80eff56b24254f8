//! No resources are leaked. `GSTWGPU_TEST_CYCLES=500` sets the full count, which takes minutes.

use super::QUAD;
use crate::video::errors::in_child;
use crate::video::init;
use crate::video::leaks::{count, cycle, resident};

#[cfg(target_os = "linux")]
#[test]
fn starting_and_stopping_keeps_memory_steady() {
    let test = "trackoverlay::element::leaks::starting_and_stopping_keeps_memory_steady";
    if let Some(output) = in_child(test, &[]) {
        assert!(output.status.success(), "{output:?}");
        return;
    }
    init();
    let line = format!(
        "videotestsrc num-buffers=3 ! video/x-raw,width=320,height=240 ! \
         wgputrackoverlay name=t points=\"{QUAD}\" ! fakesink \
         videotestsrc ! video/x-raw,width=160,height=120 ! t.overlay_0"
    );
    let pipeline = gst::parse::launch(&line).unwrap();
    let cycles = count("GSTWGPU_TEST_CYCLES", 10);
    for _ in 0..8 {
        cycle(&pipeline);
    }
    let before = resident();
    for _ in 0..cycles {
        cycle(&pipeline);
    }
    let grown = resident() - before;
    // Now and then a driver thread takes another 50 MiB, and keeps them for all later cycles.
    assert!(grown < 64.0, "grew by {grown} MiB in {cycles} cycles");
}
