//! What clicks and keys mean, one after the other.

use std::time::{Duration, Instant};

use crate::trackoverlay::quad::{Point, Quad};

/// Longest time between the clicks of a double click, and how far apart they may be in pixels.
const DOUBLE_TIME: Duration = Duration::from_millis(400);
const DOUBLE_WAY: f64 = 5.0;
/// Pixels that the pointer must move before a click drags.
const DRAG_WAY: f64 = 2.0;

/// Whether the corner in the picture that a mark means is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Search {
    /// It is, or is not wanted.
    Done,
    /// No frame has been asked for it yet.
    Due,
    /// A frame has been asked.
    UnderWay,
}

#[derive(Debug, Clone, Copy)]
struct Mark {
    at: Point,
    /// Another one whenever it was moved by hand, so that answers to earlier questions are known as such.
    id: u64,
    search: Search,
}

/// A mark that the pointer holds.
#[derive(Debug, Clone, Copy)]
struct Held {
    index: usize,
    /// Where it was taken, and from there to the mark.
    from: Point,
    offset: Point,
    moved: bool,
}

/// Up to four marks, in pixels of the picture.
#[derive(Debug, Default)]
pub struct Marks {
    marks: Vec<Mark>,
    held: Option<Held>,
    latest_press: Option<(Instant, Point)>,
    latest_id: u64,
    confirmed: bool,
}

fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

impl Marks {
    /// The pointer is pressed: takes the mark that is within `reach` pixels, or sets the next one. A double click
    /// confirms four marks. A `free` mark stays where it is.
    pub fn press(&mut self, at: Point, now: Instant, reach: f64, free: bool) {
        let before = self.latest_press.replace((now, at));
        let is_double = before.is_some_and(|(time, place)| {
            now.saturating_duration_since(time) < DOUBLE_TIME && distance(place, at) < DOUBLE_WAY
        });
        if is_double {
            self.latest_press = None;
            self.confirm();
            return;
        }
        let near = |index: &usize| {
            self.marks
                .get(*index)
                .map_or(f64::MAX, |m| distance(m.at, at))
        };
        let nearest = (0..self.marks.len()).min_by(|a, b| near(a).total_cmp(&near(b)));
        let index = match nearest.filter(|index| near(index) <= reach) {
            Some(index) => index,
            None if self.marks.len() < 4 => {
                let id = self.next_id();
                let search = if free { Search::Done } else { Search::Due };
                self.marks.push(Mark { at, id, search });
                self.marks.len() - 1
            }
            None => return,
        };
        if let Some(mark) = self.marks.get(index) {
            self.confirmed = false;
            self.held = Some(Held {
                index,
                from: at,
                offset: [mark.at[0] - at[0], mark.at[1] - at[1]],
                moved: false,
            });
        }
    }

    /// The pointer has moved. Returns true if it holds a mark.
    pub fn move_to(&mut self, at: Point) -> bool {
        let id = self.latest_id + 1;
        let Some(held) = &mut self.held else {
            return false;
        };
        held.moved |= distance(held.from, at) > DRAG_WAY;
        if let (true, Some(mark)) = (held.moved, self.marks.get_mut(held.index)) {
            *mark = Mark {
                at: [at[0] + held.offset[0], at[1] + held.offset[1]],
                id,
                search: Search::Done,
            };
            self.latest_id = id;
        }
        true
    }

    /// The pointer is let go.
    pub fn release(&mut self, at: Point, free: bool) {
        self.move_to(at);
        let held = self.held.take().filter(|held| held.moved && !free);
        if let Some(mark) = held.and_then(|held| self.marks.get_mut(held.index)) {
            mark.search = Search::Due;
        }
    }

    fn next_id(&mut self) -> u64 {
        self.latest_id += 1;
        self.latest_id
    }

    /// The four marks are as they should be.
    pub fn confirm(&mut self) {
        self.confirmed = self.marks.len() == 4;
    }

    /// Forgets all marks.
    pub fn forget(&mut self) {
        self.marks.clear();
        (self.held, self.latest_press, self.confirmed) = (None, None, false);
    }

    /// True if there are any.
    pub fn is_marking(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Places of all marks: in the order of the corners once there are four, else as they were set.
    pub fn places(&self) -> Vec<Point> {
        let places: Vec<Point> = self.marks.iter().map(|mark| mark.at).collect();
        match places[..] {
            [a, b, c, d] => in_order([a, b, c, d]).0.to_vec(),
            _ => places,
        }
    }

    /// Marks whose corner a frame should be asked for, with their ids.
    pub fn due(&mut self) -> Vec<(u64, Point)> {
        let due = self.marks.iter_mut().filter(|m| m.search == Search::Due);
        due.map(|mark| {
            mark.search = Search::UnderWay;
            (mark.id, mark.at)
        })
        .collect()
    }

    /// The corner that the mark with this id meant; `None` if there is none near.
    pub fn answer(&mut self, id: u64, corner: Option<Point>) {
        if let Some(mark) = self.marks.iter_mut().find(|mark| mark.id == id) {
            mark.at = corner.unwrap_or(mark.at);
            mark.search = Search::Done;
        }
    }

    /// No frame will answer any more.
    pub fn give_up(&mut self) {
        for mark in &mut self.marks {
            mark.search = Search::Done;
        }
    }

    /// The quad, once it was confirmed and no corner is searched for. Only once: then it must be confirmed anew.
    pub fn take_confirmed(&mut self) -> Option<Quad> {
        let settled = self.marks.iter().all(|mark| mark.search == Search::Done);
        let (true, true, [a, b, c, d]) = (self.confirmed, settled, &self.marks[..]) else {
            return None;
        };
        self.confirmed = false;
        Some(in_order([a.at, b.at, c.at, d.at]))
    }
}

/// Clockwise round their middle, beginning with the first, which is the plane's top-left corner.
pub fn in_order(points: [Point; 4]) -> Quad {
    let mean = |axis: fn(&Point) -> f64| points.iter().map(axis).sum::<f64>() / 4.0;
    let middle = [mean(|p| p[0]), mean(|p| p[1])];
    let angle = |p: &Point| (p[1] - middle[1]).atan2(p[0] - middle[0]);
    let first = angle(&points[0]);
    // From the first one on; y points down, so angles grow clockwise.
    let turn = |p: &Point| (angle(p) - first).rem_euclid(std::f64::consts::TAU);
    let mut sorted = points;
    let [_, rest @ ..] = &mut sorted;
    rest.sort_by(|a, b| turn(a).total_cmp(&turn(b)));
    Quad(sorted)
}
