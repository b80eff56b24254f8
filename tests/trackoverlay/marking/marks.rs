//! Clicks and keys.

use std::time::{Duration, Instant};

use gstwgpu::trackoverlay::marking::marks::{Marks, in_order};
use gstwgpu::trackoverlay::quad::{Point, Quad};

const REACH: f64 = 12.0;

/// Clicks one after the other, long apart.
struct Clicks {
    marks: Marks,
    now: Instant,
}

impl Clicks {
    fn new() -> Self {
        Self {
            marks: Marks::default(),
            now: Instant::now(),
        }
    }

    fn click(&mut self, at: Point) {
        self.now += Duration::from_secs(1);
        self.marks.press(at, self.now, REACH, true);
        self.marks.release(at, true);
    }

    fn four(corners: [Point; 4]) -> Self {
        let mut clicks = Self::new();
        corners.iter().for_each(|corner| clicks.click(*corner));
        clicks
    }
}

const CORNERS: [Point; 4] = [[50.0, 40.0], [250.0, 60.0], [240.0, 200.0], [60.0, 180.0]];

#[test]
fn four_clicks_are_a_quad_once_confirmed() {
    let mut clicks = Clicks::four(CORNERS);
    assert_eq!(clicks.marks.take_confirmed(), None);
    clicks.click([300.0, 10.0]);
    assert_eq!(clicks.marks.places().len(), 4, "a fifth click sets nothing");
    clicks.marks.confirm();
    assert_eq!(clicks.marks.take_confirmed(), Some(Quad(CORNERS)));
    assert_eq!(clicks.marks.take_confirmed(), None, "only once");
    clicks.marks.forget();
    assert!(!clicks.marks.is_marking());
    clicks.marks.confirm();
    assert_eq!(clicks.marks.take_confirmed(), None);
}

#[test]
fn the_first_click_is_top_left_in_any_round() {
    let [a, b, c, d] = CORNERS;
    for clicked in [[a, b, c, d], [a, d, c, b], [a, b, d, c], [a, c, b, d]] {
        assert_eq!(in_order(clicked), Quad(CORNERS), "{clicked:?}");
    }
    assert_eq!(in_order([c, a, b, d]), Quad([c, d, a, b]));
}

#[test]
fn a_double_click_confirms() {
    let mut clicks = Clicks::four(CORNERS);
    for at in [[150.0, 120.0], [152.0, 121.0]] {
        clicks.marks.press(at, clicks.now, REACH, true);
        clicks.marks.release(at, true);
    }
    assert_eq!(clicks.marks.take_confirmed(), Some(Quad(CORNERS)));
    // A nervous first click is one mark, and confirms nothing.
    let mut clicks = Clicks::new();
    for at in [CORNERS[0], CORNERS[0]] {
        clicks.marks.press(at, clicks.now, REACH, true);
        clicks.marks.release(at, true);
    }
    assert_eq!(clicks.marks.places(), [CORNERS[0]]);
}

#[test]
fn dragging_moves_a_mark() {
    let mut clicks = Clicks::four(CORNERS);
    clicks.now += Duration::from_secs(1);
    // Taken 3 pixels beside its middle, and so it stays.
    clicks.marks.press([253.0, 60.0], clicks.now, REACH, true);
    assert!(clicks.marks.move_to([260.0, 90.0]));
    clicks.marks.release([263.0, 80.0], true);
    assert_eq!(clicks.marks.places()[1], [260.0, 80.0]);
    assert!(!clicks.marks.move_to([10.0, 10.0]), "it was let go");
    clicks.marks.confirm();
    let [a, _, c, d] = CORNERS;
    assert_eq!(
        clicks.marks.take_confirmed(),
        Some(Quad([a, [260.0, 80.0], c, d]))
    );
}

#[test]
fn marks_go_to_corners_unless_they_are_free() {
    let mut clicks = Clicks::new();
    clicks.marks.press([50.0, 40.0], clicks.now, REACH, false);
    clicks.marks.release([50.0, 40.0], false);
    let due = clicks.marks.due();
    assert_eq!(due.len(), 1);
    assert_eq!(clicks.marks.due(), [], "asked once");
    clicks.marks.answer(due[0].0, Some([53.5, 41.25]));
    assert_eq!(clicks.marks.places(), [[53.5, 41.25]]);
    // Dragged while the answer was on its way: the hand is right.
    clicks.now += Duration::from_secs(1);
    clicks.marks.press([53.0, 41.0], clicks.now, REACH, false);
    clicks.marks.release([70.0, 41.0], false);
    let late = clicks.marks.due();
    clicks.now += Duration::from_secs(1);
    clicks.marks.press([70.5, 41.0], clicks.now, REACH, true);
    clicks.marks.release([90.5, 41.0], true);
    assert_eq!(clicks.marks.due(), [], "free");
    clicks.marks.answer(late[0].0, Some([71.0, 44.0]));
    assert_eq!(clicks.marks.places(), [[90.5, 41.25]]);
}

#[test]
fn a_quad_waits_for_its_corners() {
    let mut clicks = Clicks::four(CORNERS);
    clicks.now += Duration::from_secs(1);
    clicks.marks.press([60.0, 180.0], clicks.now, REACH, false);
    clicks.marks.release([64.0, 180.0], false);
    clicks.marks.confirm();
    let due = clicks.marks.due();
    assert_eq!(clicks.marks.take_confirmed(), None);
    clicks.marks.answer(due[0].0, None);
    let [a, b, c, _] = CORNERS;
    assert_eq!(
        clicks.marks.take_confirmed(),
        Some(Quad([a, b, c, [64.0, 180.0]]))
    );
}
