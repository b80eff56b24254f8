//! How far frames are apart, whatever caps say.

use gstwgpu::video::filter::pace::Pace;

const MS: u64 = 1_000_000;

/// Frames at these times.
fn noted(stated: Option<u64>, buffers: u32, times: impl Iterator<Item = u64>) -> Pace {
    let mut pace = Pace::new(stated, buffers);
    for time in times {
        pace.note(Some(time), None);
        pace.update(4);
    }
    pace
}

#[test]
fn a_clock_is_no_rate() {
    assert_eq!(Pace::new(Some(20 * MS), 1).frame_time(), 20 * MS);
    for clock in [1, 11_111, 1_666_666] {
        assert_eq!(Pace::new(Some(clock), 1).frame_time(), 40 * MS);
    }
    let mut pace = Pace::new(None, 1);
    pace.note(None, Some(33 * MS));
    assert_eq!(pace.frame_time(), 33 * MS);
    pace.note(None, Some(50 * MS));
    assert_eq!(pace.frame_time(), 33 * MS);
}

#[test]
fn timestamps_tell_when_frames_are_slower() {
    for stated in [None, Some(11_111), Some(40 * MS)] {
        let pace = noted(stated, 1, (0..8).map(|n| n * 100 * MS));
        assert_eq!(pace.frame_time(), 100 * MS, "{stated:?}");
    }
    // Each field has a buffer of its own.
    let fields = noted(None, 2, (0..8).map(|n| n * 50 * MS));
    assert_eq!(fields.frame_time(), 100 * MS);
}

#[test]
fn a_lost_frame_and_a_little_less_change_nothing() {
    let pace = noted(
        Some(40 * MS),
        1,
        (0..40).filter(|n| n % 9 != 0).map(|n| n * 40 * MS),
    );
    assert_eq!(pace.frame_time(), 40 * MS);
    // Less than a frame too long, and told to nobody.
    let pace = noted(Some(40 * MS), 1, (0..40).map(|n| n * 35 * MS));
    assert_eq!(pace.frame_time(), 40 * MS);
    let pace = noted(Some(40 * MS), 1, (0..40).map(|n| n * 20 * MS));
    assert_eq!(pace.frame_time(), 20 * MS);
}

#[test]
fn breaks_and_steps_back_do_not_count() {
    let mut pace = Pace::new(Some(40 * MS), 1);
    for round in 0..20 {
        pace.note(Some(round * 1000 * MS), None);
        pace.note(Some(round * 1000 * MS + 40 * MS), None);
        pace.break_off();
        pace.update(4);
    }
    assert_eq!(pace.frame_time(), 40 * MS);
    let pace = noted(Some(40 * MS), 1, (0..20).rev().map(|n| n * 90 * MS));
    assert_eq!(pace.frame_time(), 40 * MS);
}
