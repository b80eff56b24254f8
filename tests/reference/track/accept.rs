//! The end of a hunt.

use super::known::{FOLLOW, Known, State};
use super::sight::Light;
use crate::reference::homography::{Rows, is_plausible};

pub struct Found {
    pub h: Rows,
    pub light: Light,
    /// Share of the texture that agrees, and mean correlation.
    pub share: f64,
    pub correlation: f64,
}

/// Accepts the candidate with the most agreement, if 45 % agree, its residuals are below four times the
/// usual ones, and its quad is plausible.
pub fn accept(known: &mut Known, found: &[Found]) {
    let best = found
        .iter()
        .max_by(|a, b| a.share.total_cmp(&b.share))
        .unwrap();
    let is_usual = best.light.scale < 4.0 * known.shown[3];
    if best.share > 0.45 && is_usual && is_plausible(&best.h, known.area()) {
        known.now = best.h;
        known.light = best.light;
        known.judged = [best.share, best.correlation, best.share, best.share];
        known.age = 0;
        known.state = State::Degraded;
        known.mode = FOLLOW;
    }
}
