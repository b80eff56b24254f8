//! The second stream's frames by time, and fades.

use gstwgpu::trackoverlay::settings::{OnLost, Settings};
use gstwgpu::trackoverlay::source::playout::{MAX_WAITING, Playout, Span};
use gstwgpu::trackoverlay::trail::fade::Fade;

fn at(start: u64) -> Span {
    Span {
        start: Some(start),
        duration: Some(10),
    }
}

#[test]
fn the_latest_frame_that_is_due_is_shown() {
    let mut playout = Playout::default();
    for (start, name) in [(100, 'a'), (110, 'b'), (120, 'c')] {
        playout.push(at(start), name);
    }
    assert_eq!(playout.pick(Some(99)), None);
    assert_eq!(playout.pick(Some(115)), Some('b'));
    assert_eq!(playout.pick(Some(119)), None, "the same one stays");
    assert_eq!(playout.pick(Some(500)), Some('c'));
    assert_eq!(playout.pick(Some(501)), None);
    assert_eq!(playout.dropped(), 1);
}

#[test]
fn streams_without_times_show_the_newest() {
    let mut playout = Playout::default();
    playout.push(Span::default(), 'a');
    playout.push(Span::default(), 'b');
    assert_eq!(playout.pick(Some(3)), Some('b'));
    playout.push(at(700), 'c');
    assert_eq!(playout.pick(None), Some('c'));
}

#[test]
fn a_stream_that_runs_ahead_is_not_held_back_for_ever() {
    let mut playout = Playout::default();
    let mut shown = 0;
    for now in 0..50 {
        // Each frame is dropped long before its time.
        playout.push(at(1000 + now), now);
        shown += u64::from(playout.pick(Some(now)).is_some());
    }
    let full = MAX_WAITING as u64;
    assert!(shown >= 50 - full - 1 - full, "only {shown} shown");
}

#[test]
fn a_full_queue_drops_the_oldest() {
    let mut playout = Playout::default();
    for start in 0..MAX_WAITING as u64 + 3 {
        assert_eq!(playout.has_room(), start < MAX_WAITING as u64);
        playout.push(at(start * 10), start);
    }
    assert_eq!(playout.dropped(), 3);
    assert_eq!(playout.pick(Some(30)), Some(3));
}

#[test]
fn a_stall_is_time_without_frames() {
    let mut playout = Playout::default();
    assert!(!playout.is_stalled(Some(1000), 5), "nothing was shown yet");
    playout.push(at(100), ());
    playout.pick(Some(100));
    for (now, patience, expected) in [(110, 0, false), (111, 0, true), (160, 50, false)] {
        assert_eq!(playout.is_stalled(Some(now), patience), expected);
    }
    assert!(playout.is_stalled(Some(161), 50));
    assert!(!playout.is_stalled(None, 0));
    playout.flush();
    assert!(!playout.is_stalled(Some(1000), 0), "times begin anew");
}

#[test]
fn fades_take_their_time() {
    let settings = |on_lost| Settings {
        on_lost,
        fade_out: 0.2,
        fade_in: 0.4,
        ..Settings::default()
    };
    let run = |on_lost| {
        let mut fade = Fade::default();
        let seen = [false, true, true, false, false, false, true, true, true];
        seen.map(|seen| (fade.step(seen, 0.1, &settings(on_lost)) * 100.0).round())
    };
    let (hold, hide, fade) = (run(OnLost::Hold), run(OnLost::Hide), run(OnLost::Fade));
    assert_eq!(
        hold,
        [0.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0]
    );
    assert_eq!(
        hide,
        [0.0, 100.0, 100.0, 0.0, 0.0, 0.0, 100.0, 100.0, 100.0]
    );
    assert_eq!(fade, [0.0, 100.0, 100.0, 50.0, 0.0, 0.0, 25.0, 50.0, 75.0]);
}
