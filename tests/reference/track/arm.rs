//! Arming and correcting a quad.

use super::finish::rise;
use super::known::{HUNT, Known, State};
use super::sight::{Light, is_inner};
use crate::reference::homography::{Rows, inverse, normalised, product};

/// State for a quad of this size, and its cells, in a frame of this size. Of the ring only its initial trust
/// is known.
pub fn arm(h: &Rows, [width, height]: [f64; 2], frame: [f64; 2], trust: f64) -> (Known, Vec<f64>) {
    let h = normalised(h);
    let light = Light {
        gain: 1.0,
        bias: [0.0; 6],
        scale: 2.0,
    };
    let size = [width, height, h[0][2], h[1][2]];
    let known = Known {
        roi: [0.0, 0.0, frame[0], frame[1]],
        judged: [1.0; 4],
        shutter: [0.0, 0.0, 0.0, 1.0],
        shown: [1.0; 4],
        mode: HUNT,
        state: State::Tracking,
        age: 0,
        ..Known::resting(&h, size, &light)
    };
    let trust = |cell| if is_inner(cell) { 1.0 } else { trust };
    (known, (0..256).map(trust).collect())
}

/// Sets the shown corners to `h` in the next frame. A lost plane is searched for there.
pub fn correct(known: &mut Known, h: &Rows) {
    if known.state == State::Lost {
        let found = normalised(&product(h, &inverse(&known.anchor)));
        (known.last, known.before, known.seen) = (found, found, found);
        (known.state, known.age) = (State::Degraded, 0);
        return;
    }
    // The interpolation to the new corners begins at those shown now.
    let t = rise(0.0, 1.0, known.shown[0]);
    for i in 0..3 {
        for j in 0..3 {
            let (old, new) = (known.anchor_old[i][j], known.anchor[i][j]);
            known.anchor_old[i][j] = old + t * (new - old);
        }
    }
    known.anchor = normalised(&product(&inverse(&known.last), h));
    known.shown[0] = 0.0;
}
