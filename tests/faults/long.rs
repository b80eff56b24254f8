//! Three days in small: many frames, with a fault every so many.

use super::stream::{Stream, begin};
use super::{Call, LOST, OUT_OF_DEVICE_MEMORY, through_layer};
use crate::video::leaks::{count, resident};

/// Faults in turn, each of one call.
const FAULTS: [(Call, i32); 4] = [
    (Call::Submit, LOST),
    (Call::Wait, LOST),
    (Call::CommandBuffer, OUT_OF_DEVICE_MEMORY),
    (Call::Submit, OUT_OF_DEVICE_MEMORY),
];

#[test]
fn a_stream_outlives_many_faults() {
    let test = "faults::long::a_stream_outlives_many_faults";
    if let Some(output) = through_layer(test) {
        println!("{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    let frames = count("GSTWGPU_TEST_FAULT_FRAMES", 2000) as u64;
    let every = 500;
    let mut stream = Stream::new("wgpuupload ! wgputestfilter ! wgputestfilter ! wgpudownload");
    let mut faults = FAULTS.iter().cycle();
    let (mut strikes, mut losses) = (0, 0);
    let mut before = 0.0;
    while stream.sent < frames {
        stream.push_many(every);
        losses += u64::from(stream.told().iter().any(|one| one.has_field("reason")));
        if let Some((call, result)) = faults.next() {
            begin(*call, *result, 1);
            strikes += 1;
        }
        stream.out.truncate(0);
        if stream.sent <= 5 * every {
            before = resident();
        }
    }
    losses += u64::from(
        stream
            .push_until_well()
            .iter()
            .any(|one| one.has_field("reason")),
    );
    let grown = resident() - before;
    let gaps = stream.gaps;
    println!(
        "{} frames, {strikes} faults, {losses} losses, {gaps} missing, {grown:.1} MiB",
        stream.sent
    );
    assert!(gaps <= strikes, "{gaps} of {} frames missing", stream.sent);
    assert!(
        losses + 1 >= strikes / 2,
        "{losses} of {strikes} faults noticed"
    );
    assert!(grown < 48.0, "grew by {grown} MiB");
}
