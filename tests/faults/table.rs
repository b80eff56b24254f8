//! Every fault, for every element, at the start, in mid-stream and twice in a row.
//!
//! `cargo xtask faults` prints what went out. Without `GSTWGPU_TEST_FAULTS=all` only the filter made for
//! these tests goes through all of them: the others have kernels to compile each time.

use super::stream::{Stream, WARM, begin, close_shared};
use super::{ALWAYS, Call, LOST, OUT_OF_DEVICE_MEMORY, OUT_OF_HOST_MEMORY, STUCK};
use super::{heal, through_layer};

const FAULTS: [(Call, i32, &str); 16] = [
    (Call::Submit, LOST, "submit lost"),
    (Call::Submit, OUT_OF_DEVICE_MEMORY, "submit out of memory"),
    (Call::Wait, LOST, "wait lost"),
    (Call::Wait, OUT_OF_HOST_MEMORY, "wait out of memory"),
    (Call::Wait, STUCK, "wait stuck"),
    (Call::Status, LOST, "fence status lost"),
    (
        Call::Allocate,
        OUT_OF_DEVICE_MEMORY,
        "allocation out of memory",
    ),
    (Call::Map, OUT_OF_HOST_MEMORY, "map out of memory"),
    (
        Call::Pipeline,
        OUT_OF_DEVICE_MEMORY,
        "pipeline out of memory",
    ),
    (Call::Pipeline, LOST, "pipeline lost"),
    (Call::Image, OUT_OF_DEVICE_MEMORY, "image out of memory"),
    (Call::Buffer, OUT_OF_DEVICE_MEMORY, "buffer out of memory"),
    (
        Call::CommandBuffer,
        OUT_OF_DEVICE_MEMORY,
        "command buffer out of memory",
    ),
    (
        Call::Begin,
        OUT_OF_HOST_MEMORY,
        "command buffer begin out of memory",
    ),
    (Call::End, LOST, "command buffer end lost"),
    (Call::Device, LOST, "device creation lost"),
];

const TESTED: [&str; 2] = ["wgputestfilter", "wgputestfilter lookahead=2"];
const ELEMENTS: [&str; 6] = [
    "wgpudenoise preset=fast",
    "wgpudeartifact preset=fast",
    "wgputone strength=0.4",
    "wgputrackoverlay points=\"10,10 40,10 40,30 10,30\"",
    "wgpuupload ! wgpudownload",
    "wgpudenoise preset=fast ! wgpudeartifact preset=fast ! \
     wgputrackoverlay points=\"10,10 40,10 40,30 10,30\"",
];

/// When a fault strikes.
#[derive(Debug, Clone, Copy)]
enum Moment {
    Start,
    Middle,
    Twice,
}

fn state(told: &gst::Structure) -> String {
    told.get("state").unwrap()
}

/// Sends frames while the fault lasts and until all is well, and says what came out.
fn strike(line: &str, (call, result, what): (Call, i32, &str), moment: Moment) -> String {
    heal();
    let what = format!("{line}: {what} ({moment:?})");
    let is_start = matches!(moment, Moment::Start);
    if is_start {
        close_shared();
        begin(call, result, ALWAYS);
    }
    let mut stream = Stream::new(line);
    let mut slowest = std::time::Duration::ZERO;
    let strikes = if matches!(moment, Moment::Twice) {
        2
    } else {
        1
    };
    let mut restored = 0;
    for strike in 0..strikes {
        if !is_start {
            // The second comes at once.
            stream.push_many(if strike == 0 { WARM } else { 1 });
            begin(call, result, ALWAYS);
        }
        for _ in 0..5 {
            slowest = slowest.max(stream.push());
        }
        heal();
        restored += stream
            .push_until_well()
            .iter()
            .filter(|one| state(one) == "restored")
            .count();
    }
    stream.push_many(3);
    stream.harness.push_event(gst::event::Eos::new());
    stream.take();
    let missing = stream.missing();
    assert!(
        missing <= strikes,
        "{what}: {missing} missing, {:?}",
        stream.out
    );
    if !line.contains("test") {
        stream.check(&what);
    }
    format!(
        "| {what} | {} | {} | {} | {} | {} |",
        stream.sent,
        stream.out.len(),
        stream.gaps,
        restored,
        slowest.as_millis()
    )
}

fn table(lines: &[&str], faults: &[(Call, i32, &str)], moments: &[Moment]) {
    println!("| element, fault, moment | sent | out | gaps | restored | slowest push, ms |");
    println!("|---|---|---|---|---|---|");
    for line in lines {
        for fault in faults {
            for moment in moments {
                println!("{}", strike(line, *fault, *moment));
            }
        }
    }
}

const MOMENTS: [Moment; 3] = [Moment::Start, Moment::Middle, Moment::Twice];

#[test]
fn every_fault_loses_one_frame_at_most() {
    let test = "faults::table::every_fault_loses_one_frame_at_most";
    if let Some(output) = through_layer(test) {
        println!("{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    table(&TESTED, &FAULTS, &MOMENTS);
    if std::env::var("GSTWGPU_TEST_FAULTS").is_ok_and(|which| which == "all") {
        table(&ELEMENTS, &FAULTS, &MOMENTS);
    }
}

#[test]
fn all_elements_get_over_a_loss() {
    let test = "faults::table::all_elements_get_over_a_loss";
    if through_layer(test).is_some() {
        return;
    }
    let faults = [FAULTS[0], FAULTS[2]];
    table(&ELEMENTS, &faults, &[Moment::Middle]);
}
