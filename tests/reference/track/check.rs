//! Decides whether the plane is at its expected position.

use super::known::Known;
use crate::reference::homography::{CORNERS, distance, is_plausible, map};

/// Mode bits: searched for, and approached in more steps.
pub const SEARCH: u32 = 8;
pub const APPROACH: u32 = 16;

/// After a step, judged by the longest distance of a corner in samples of `step` pixels: below 0.3 the plane
/// is there, below 4 more steps follow. After those only residuals count: divided by 1.5, they must be at
/// most twice the last frame's, or 2. In its first four frames, a plane is always searched for.
pub fn check(known: &mut Known, step: f64, is_after_more: bool) {
    let is_sound = is_plausible(&known.now, known.area());
    let most = (2.0 * known.last_light.scale).max(2.0);
    let looks_right = is_sound && known.light.scale / 1.5 < most;
    let way =
        |corner: &[f64; 2]| distance(map(&known.now, *corner), map(&known.predicted, *corner));
    let longest = CORNERS.iter().map(way).fold(0.0, f64::max) / step;
    let is_lost = match is_after_more {
        true => !looks_right,
        false => longest >= 4.0 || !is_sound || known.age < 4,
    };
    if is_lost {
        known.mode |= SEARCH;
        known.roi = known.wide;
    } else if !is_after_more && (longest >= 0.3 || !looks_right) {
        known.mode |= APPROACH;
    }
}
