//! Whether a filter keeps up, by a clock that the tests set.

use gstwgpu::video::filter::load::{Change, Descent, Load};

const MS: u64 = 1_000_000;
const FRAME: u64 = 40 * MS;

/// A filter that works on frames of a live source, one after another; each takes as long as `work` says.
struct Channel {
    load: Load,
    clock: u64,
    frame: u64,
    filtered: u64,
    left_out: u64,
    changes: Vec<Change>,
    farthest: u64,
}

impl Channel {
    fn new() -> Self {
        Self {
            load: Load::default(),
            clock: 0,
            frame: 0,
            filtered: 0,
            left_out: 0,
            changes: Vec::new(),
            farthest: 0,
        }
    }

    fn run(&mut self, frames: u64, work: u64) {
        for _ in 0..frames {
            let pts = self.frame * FRAME;
            self.frame += 1;
            self.clock = self.clock.max(pts);
            self.farthest = self.farthest.max(self.clock - pts);
            if self.load.leaves_out(self.clock, Some(pts), FRAME) {
                self.left_out += 1;
                continue;
            }
            self.clock += work;
            self.filtered += 1;
            self.changes.extend(self.load.note(self.clock, work, FRAME));
        }
    }
}

#[test]
fn who_keeps_up_is_left_alone() {
    let mut channel = Channel::new();
    channel.run(1000, 39 * MS);
    assert_eq!((channel.filtered, channel.left_out), (1000, 0));
    // One slow frame in ten is made up for by the others.
    for _ in 0..50 {
        channel.run(9, 20 * MS);
        channel.run(1, 150 * MS);
    }
    assert_eq!((channel.left_out, channel.changes.len()), (0, 0));
}

#[test]
fn who_is_too_slow_is_told_once_and_stays_near_the_source() {
    let mut channel = Channel::new();
    channel.run(1500, 100 * MS);
    assert_eq!(channel.changes, [Change::TooSlow]);
    // A minute of a source: as many frames as there is time for, and never seconds behind.
    assert!(channel.filtered > 580, "{}", channel.filtered);
    assert!(channel.farthest < 2_500 * MS, "{}", channel.farthest);
    let behind = channel.clock - channel.frame * FRAME;
    assert!(behind < 8 * FRAME, "{behind}");
    // Enough room again.
    channel.run(300, 10 * MS);
    assert_eq!(channel.changes, [Change::TooSlow, Change::KeepsUp]);
    let before = channel.left_out;
    channel.run(300, 10 * MS);
    assert_eq!(channel.left_out, before);
}

#[test]
fn another_time_base_is_no_lag() {
    let mut load = Load::default();
    for frame in 0..100 {
        load.note(frame * 100 * MS, 100 * MS, FRAME);
    }
    assert!(load.is_too_slow());
    for (clock, pts) in [(0, 10_000_000 * MS), (FRAME, 5 * MS), (2 * FRAME, FRAME)] {
        assert!(!load.leaves_out(clock, Some(pts), FRAME));
    }
    assert!(!load.leaves_out(9_000 * MS, None, FRAME));
    assert!(load.leaves_out(9_000 * MS, Some(FRAME), FRAME));
    load.begin_anew();
    assert!(!load.leaves_out(9_100 * MS, Some(FRAME), FRAME));
}

/// Down at once, up when there is room, and the later the more often that did not hold.
#[test]
fn presets_go_down_and_back_up() {
    let (mut load, mut descent) = (Load::default(), Descent::default());
    let mut clock = 0;
    let mut run = |load: &mut Load, descent: &mut Descent, seconds: u64, factor: f64| {
        let end = clock + seconds * 1000 * MS;
        let mut steps = Vec::new();
        while clock < end {
            let work = [100.0, 50.0, 20.0][descent.depth() as usize] * factor * MS as f64;
            clock += (work as u64).max(FRAME);
            let is_new = load.note(clock, work as u64, FRAME) == Some(Change::TooSlow);
            let went_down = is_new && descent.down(clock, load, 2);
            if went_down || descent.up(clock, load, FRAME) {
                steps.push(descent.depth());
            }
        }
        steps
    };
    assert_eq!(run(&mut load, &mut descent, 60, 1.0), [1, 2]);
    // The machine is twice as fast: the middle one fits, and the upper one does not.
    assert_eq!(run(&mut load, &mut descent, 120, 0.6), [1]);
    assert_eq!(run(&mut load, &mut descent, 120, 0.2), [0]);
    assert_eq!(run(&mut load, &mut descent, 120, 0.2), [0u32; 0]);
    assert_eq!(run(&mut load, &mut descent, 20, 1.0), [1, 2]);
    // Now it waits for longer than at first.
    assert_eq!(run(&mut load, &mut descent, 15, 0.2), [0u32; 0]);
    assert_eq!(run(&mut load, &mut descent, 300, 0.2), [1, 0]);
}
