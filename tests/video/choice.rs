//! Which preset `auto` runs in software, by times of work that the tests set.

use gst::prelude::*;
use gst_video::VideoFormat;
use gstwgpu::video::filter::choice::{Choice, Outcome, Rung};

use super::{TestFilter, caps_of, find, harness};

const MS: u64 = 1_000_000;
const FRAME: u64 = 40 * MS;
const RUNGS: [Rung; 3] = [
    Rung {
        name: "fast",
        growth: 100,
    },
    Rung {
        name: "balanced",
        growth: 200,
    },
    Rung {
        name: "quality",
        growth: 300,
    },
];

/// Runs frames whose work takes `work(preset, frame)` milliseconds; returns what was chosen, and when.
fn chosen(choice: &mut Choice, frames: u64, work: impl Fn(u32, u64) -> u64) -> Vec<(u64, u32)> {
    let mut all = Vec::new();
    for frame in 0..frames {
        let outcome = choice.note(work(choice.up(), frame) * MS, FRAME, &RUNGS);
        if let Some(Outcome::Chosen(_)) = outcome {
            all.push((frame, choice.up()));
        }
    }
    all
}

#[test]
fn the_best_that_fits_is_chosen_within_a_second() {
    let cases = [
        ([5, 20, 100], 1),
        ([5, 9, 29], 2),
        // The next one takes twice as long at least, so it is not even tried.
        ([20, 25, 60], 0),
        ([100, 200, 300], 0),
        // It was tried, and did not fit.
        ([10, 35, 60], 0),
    ];
    for (works, wanted) in cases {
        let mut choice = Choice::default();
        let found = chosen(&mut choice, 1000, |up, _| works[up as usize]);
        assert_eq!(found.len(), 1, "{works:?}: {found:?}");
        let (frame, up) = found[0];
        assert_eq!(up, wanted, "{works:?}");
        assert!(frame < 37, "{works:?}: {frame}");
    }
}

/// Frames that are disturbed, now and then, change nothing; nor does a time near the limit swing.
#[test]
fn a_choice_does_not_swing() {
    let mut choice = Choice::default();
    let noisy =
        |up: u32, frame: u64| [8, 24, 90][up as usize] + if frame % 5 == 4 { 200 } else { 0 };
    assert_eq!(chosen(&mut choice, 5000, noisy).len(), 1);
    assert_eq!(choice.up(), 1);
    let mut choice = Choice::default();
    let near = |up: u32, frame: u64| [14, 29 + frame / 20 % 3, 90][up as usize];
    assert!(chosen(&mut choice, 5000, near).len() <= 2);
}

/// A machine that is busy at first, as with compiling, is looked at again.
#[test]
fn room_that_comes_later_is_used_and_lost_room_is_left() {
    let mut choice = Choice::default();
    let busy = |up: u32, frame: u64| [10, 20, 90][up as usize] * if frame < 40 { 4 } else { 1 };
    let found = chosen(&mut choice, 200, busy);
    assert_eq!(found.iter().map(|(_, up)| *up).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(choice.too_slow(50 * MS), Some(Outcome::Chosen(50 * MS)));
    assert_eq!(choice.too_slow(50 * MS), None);
    // It is not tried again, until the stream is another.
    assert_eq!(chosen(&mut choice, 1000, |_, _| 1), []);
    assert_eq!(choice.up(), 0);
    choice.look_again();
    assert_eq!(
        chosen(&mut choice, 100, |up, _| [5, 20, 90][up as usize]).len(),
        1
    );
    assert_eq!(choice.up(), 1);
}

/// What the element says, with a frame's time that no machine misses, and with one that none meets.
#[test]
fn what_auto_chose_is_told_on_the_bus() {
    for (rate, busy, wanted) in [(1, 0, "quality"), (200, 30, "fast")] {
        super::init();
        let info = {
            let builder = gst_video::VideoInfo::builder(VideoFormat::I420, 32, 18);
            builder.fps(gst::Fraction::new(rate, 1)).build().unwrap()
        };
        let line = format!("wgputestfilter name=f climbs=true busy={busy}");
        let mut harness = harness(&line, &caps_of(&info));
        let filter: TestFilter = find(&mut harness, "f");
        let bus = gst::Bus::new();
        filter.set_bus(Some(&bus));
        for index in 0..60u64 {
            let mut buffer = super::frame(&info, index);
            let time = gst::ClockTime::SECOND / rate as u64;
            let writable = buffer.get_mut().unwrap();
            writable.set_pts(index * time);
            writable.set_duration(time);
            harness.push_and_pull(buffer).unwrap();
        }
        let mut told = Vec::new();
        while let Some(message) = bus.pop() {
            if let Some(structure) = message.structure().filter(|s| s.name() == "wgpu-load")
                && structure.get::<&str>("state") == Ok("chosen")
            {
                told.push(structure.get::<String>("preset").unwrap());
            }
        }
        filter.set_bus(None);
        let is_software = crate::gpu::gpu().is_software();
        let up = filter.read(|log| log.contexts.last().unwrap().steps_up);
        match is_software {
            true => assert_eq!(
                (told, up),
                (vec![wanted.to_owned()], if busy == 0 { 2 } else { 0 })
            ),
            false => assert_eq!((told.len(), up), (0, 0)),
        }
    }
}
