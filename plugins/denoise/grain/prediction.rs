//! Prediction of grain from its neighbours, as AV1 synthesises it: each sample is a random number plus a
//! weighted sum of the samples above it and to its left.

use super::lags::{LAG, Lags};

/// Weights of the neighbours, row by row from the top left; for chroma the last one is that of luma.
pub type Weights = Vec<f64>;

/// A prediction, and what is left after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Weights of the neighbours.
    pub weights: Weights,
    /// Share of the variance that they do not predict.
    pub rest: f64,
}

/// Share of its variance that is added to each sample as if it were white, so that a few odd sites do not
/// make weights explode.
const RIDGE: f64 = 2e-3;

/// Places of the neighbours.
pub fn neighbours() -> impl Iterator<Item = (i32, i32)> + Clone {
    let above = (-LAG..0).flat_map(|dy| (-LAG..=LAG).map(move |dx| (dx, dy)));
    above.chain((-LAG..0).map(|dx| (dx, 0)))
}

impl Prediction {
    /// The best prediction of grain with these mean products. For chroma, `luma` has those of the grain with
    /// luma at its place, and the variance of luma.
    pub fn new(own: &Lags, luma: Option<(&Lags, f64)>) -> Self {
        let none = Self {
            weights: vec![0.0; neighbours().count() + usize::from(luma.is_some())],
            rest: 1.0,
        };
        let variance = own.at(0, 0);
        if variance <= 0.0 {
            return none;
        }
        // Once more with more white noise, if the products do not belong to any signal.
        let ridges = std::iter::successors(Some(RIDGE), |ridge| Some(ridge * 4.0));
        let mut tries = ridges
            .take(8)
            .filter_map(|ridge| solve(equations(own, luma, ridge)));
        let Some(weights) = tries.next() else {
            return none;
        };
        let targets = targets(own, luma);
        let explained: f64 = weights.iter().zip(&targets).map(|(w, t)| w * t).sum();
        Self {
            weights,
            rest: (1.0 - explained / variance).clamp(0.02, 1.0),
        }
    }
}

/// Mean products of the sample with all that predicts it.
fn targets(own: &Lags, luma: Option<(&Lags, f64)>) -> Vec<f64> {
    let neighbours = neighbours().map(|(dx, dy)| own.at(dx, dy));
    neighbours
        .chain(luma.map(|(with, _)| with.at(0, 0)))
        .collect()
}

/// The normal equations: for each unknown the products with all unknowns, then the target.
fn equations(own: &Lags, luma: Option<(&Lags, f64)>, ridge: f64) -> Vec<Vec<f64>> {
    let variance = own.at(0, 0);
    let white = |own: bool, of: f64| if own { of * ridge } else { 0.0 };
    let row = |(x, y): (i32, i32)| -> Vec<f64> {
        let products = neighbours()
            .map(|(dx, dy)| own.at(dx - x, dy - y) + white((dx, dy) == (x, y), variance));
        // The neighbour lies before the luma that it is multiplied with.
        products
            .chain(luma.map(|(with, _)| with.at(-x, -y)))
            .collect()
    };
    let mut rows: Vec<_> = neighbours().map(row).collect();
    if let Some((with, power)) = luma {
        let products = neighbours().map(|(dx, dy)| with.at(-dx, -dy));
        rows.push(products.chain([power * (1.0 + ridge) + 1e-9]).collect());
    }
    for (row, target) in rows.iter_mut().zip(targets(own, luma)) {
        row.push(target);
    }
    rows
}

/// Solves linear equations whose matrix is symmetrical and positive; `None` if it is not positive.
fn solve(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let count = rows.len();
    for pivot in 0..count {
        let own = rows.get(pivot)?.clone();
        let head = *own.get(pivot)?;
        let least = 1e-12;
        if head <= least {
            return None;
        }
        for row in rows.iter_mut().skip(pivot + 1) {
            let factor = row.get(pivot)? / head;
            for (value, own) in row.iter_mut().zip(&own).skip(pivot) {
                *value -= factor * own;
            }
        }
    }
    let mut solution = vec![0.0; count];
    for (number, row) in rows.iter().enumerate().rev() {
        let known = row.iter().zip(&solution).skip(number + 1);
        let known: f64 = known.map(|(a, x)| a * x).sum();
        let value = (row.last()? - known) / row.get(number)?;
        *solution.get_mut(number)? = value;
    }
    Some(solution)
}
