//! Positions of a hunt that are aligned, besides the pose as last seen.

use crate::reference::homography::{Point, distance};

/// Index and score of the five best positions, each more than two positions from all better ones; a row has
/// `width` positions. Fewer if there are no more.
pub fn finds(scores: &[f64], width: usize) -> Vec<(usize, f64)> {
    let place = |at: usize| [(at % width) as f64, (at / width) as f64];
    let mut taken: Vec<(usize, f64)> = Vec::new();
    for _ in 0..5 {
        let is_free = |p: Point| taken.iter().all(|(at, _)| distance(p, place(*at)) > 2.1);
        let free = (0..scores.len()).filter(|at| is_free(place(*at)));
        let best = free.max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
        taken.extend(best.map(|at| (at, scores[at])));
    }
    taken
}
