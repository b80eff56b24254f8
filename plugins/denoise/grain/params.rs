//! Parameters of AV1's film grain synthesis, fitted to what was taken away.

use super::prediction::{Prediction, neighbours};
use super::tally::{Component, Tally};
use super::template::{deviations, luma_deviation};

/// Points of a curve that AV1 allows for luma, and for chroma.
const MOST_POINTS: [usize; 3] = [14, 10, 10];
/// A point is left out if the curve without it is nowhere further off than this share.
const STRAIGHT: f64 = 0.02;
/// How far an encoder may move the luma of bars.
const BARS_SPREAD: f64 = 2.0;
/// Least deviation of grain that is worth while, in 8-bit code values.
const VISIBLE: f64 = 0.2;
/// Largest deviation of a template: beyond, its samples are cut off at 127.
const LARGEST_TEMPLATE: f64 = 42.0;
/// Deviation of the random numbers that a template begins with, in 8-bit code values.
const SEED_DEVIATION: f64 = 32.0;
/// Largest weight that has a code: 127 of 64.
const LARGEST_WEIGHT: f64 = 1.98;
/// Weights that differ less than this from 0 say nothing.
const LEAST_WEIGHT: f64 = 0.01;

/// A set of parameters. Luma is predicted from [`LAG`](super::lags::LAG) rows and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrainParams {
    /// Weights of the neighbours have this many bits after the point: 6 to 9.
    pub weight_shift: u32,
    /// Random numbers are shifted down by this many bits: 0 to 3.
    pub grain_scale_shift: u32,
    /// Scaled grain is shifted down by this many bits: 8 to 11.
    pub scaling_shift: u32,
    /// For Y, U and V: luma, and the factor on the grain there.
    pub points: [Vec<(u8, u8)>; 3],
    /// For Y, U and V: weights of the neighbours; for U and V also that of luma.
    pub weights: [Vec<i8>; 3],
}

impl GrainParams {
    /// No grain.
    pub fn none() -> Self {
        let count = neighbours().count();
        Self {
            weight_shift: 7,
            grain_scale_shift: 0,
            scaling_shift: 11,
            points: [const { Vec::new() }; 3],
            weights: [count, count + 1, count + 1].map(|count| vec![0; count]),
        }
    }

    /// True if there is grain in any component.
    pub fn has_grain(&self) -> bool {
        self.points.iter().any(|points| !points.is_empty())
    }

    /// Grain like what was taken away. `step` is the distance of two codes of the video in 8-bit code
    /// values, `shifts` those from luma to chroma coordinates.
    pub fn fitted(tally: &Tally, step: f64, shifts: (u32, u32)) -> Self {
        let tally = without_rounding(tally, step);
        let [luma, chroma @ ..] = &tally.components;
        let own = Prediction::new(&luma.lags, None);
        let others = chroma.each_ref().map(|component| {
            Prediction::new(
                &component.lags,
                Some((&component.with_luma, component.luma)),
            )
        });
        let [u, v] = others;
        let (mut params, templates) = Self::shaped(&tally, [own, u, v], shifts);
        params.scale(&tally, templates);
        params
    }

    /// Parameters whose templates have the wanted correlation, and do not overflow; and the deviations of those.
    fn shaped(tally: &Tally, predictions: [Prediction; 3], shifts: (u32, u32)) -> (Self, [f64; 3]) {
        let mut params = Self::none();
        let mut damping = 1.0;
        loop {
            params.set_weights(tally, &predictions, damping);
            let templates = deviations(&params, shifts);
            let largest = templates.into_iter().fold(0.0, f64::max);
            match params.grain_scale_shift {
                _ if largest <= LARGEST_TEMPLATE || damping < 0.1 => return (params, templates),
                3 => damping *= 0.95,
                _ => params.grain_scale_shift += 1,
            }
        }
    }

    fn set_weights(&mut self, tally: &Tally, predictions: &[Prediction; 3], damping: f64) {
        let mut weights = predictions.each_ref().map(|prediction| {
            let damped = prediction.weights.iter().map(|w| w * damping);
            damped.collect::<Vec<f64>>()
        });
        let [luma, ..] = &weights;
        self.set_rounded(&[luma.clone(), Vec::new(), Vec::new()]);
        let template = luma_deviation(self);
        let [luma, ..] = &tally.components;
        // Templates of luma and chroma have other units than what was measured.
        let unit = luma.variance().max(1e-6).sqrt() / template;
        let seed = SEED_DEVIATION / f64::from(1 << self.grain_scale_shift);
        let all = weights.iter_mut().zip(predictions).zip(&tally.components);
        for ((weights, prediction), component) in all.skip(1) {
            let rest =
                (component.lags.at(0, 0) / component.sites().max(1.0)).max(1e-6) * prediction.rest;
            if let Some(of_luma) = weights.last_mut() {
                *of_luma =
                    (*of_luma * unit * seed / rest.sqrt()).clamp(-LARGEST_WEIGHT, LARGEST_WEIGHT);
            }
        }
        self.set_rounded(&weights);
    }

    /// Rounds weights, with as many bits as the largest allows.
    fn set_rounded(&mut self, weights: &[Vec<f64>; 3]) {
        let largest = weights
            .iter()
            .flatten()
            .fold(0.0_f64, |most, w| most.max(w.abs()));
        let fits = |shift: &u32| largest * f64::from(1 << shift) <= 127.0;
        self.weight_shift = (6..=9).rev().find(fits).unwrap_or(6);
        let unit = f64::from(1 << self.weight_shift);
        let empty = Self::none().weights;
        self.weights = std::array::from_fn(|component| {
            let length = empty.get(component).map_or(0, Vec::len);
            let own = weights.get(component).into_iter().flatten();
            let own = own.map(|w| if w.abs() < LEAST_WEIGHT { 0.0 } else { *w });
            let rounded = own.map(|w| (w * unit).round().clamp(-127.0, 127.0) as i8);
            rounded.chain(std::iter::repeat(0)).take(length).collect()
        });
    }

    /// Sets the curves for templates of these deviations.
    fn scale(&mut self, tally: &Tally, templates: [f64; 3]) {
        let curves = tally.components.each_ref().map(|component| {
            let curve = without_bars(component, tally.bars()).into_iter();
            let curve: Vec<_> = curve.map(|(luma, v)| (luma, v.sqrt())).collect();
            let visible = component.variance() > VISIBLE * VISIBLE;
            if visible { curve } else { Vec::new() }
        });
        let factors = curves.iter().zip(templates);
        let factors = factors.flat_map(|(curve, unit)| curve.iter().map(move |(_, s)| s / unit));
        let largest = factors.fold(0.0_f64, f64::max);
        let fits = |shift: &u32| largest * f64::from(1 << shift) <= 255.0;
        self.scaling_shift = (8..=11).rev().find(fits).unwrap_or(8);
        let unit = f64::from(1 << self.scaling_shift);
        let all = curves.iter().zip(templates).zip(MOST_POINTS);
        for (points, ((curve, template), most)) in self.points.iter_mut().zip(all) {
            let scaled = curve.iter().map(|(x, s)| (*x, s / template * unit));
            *points = rounded(&thinned(scaled.collect(), most));
        }
        self.complete();
    }

    /// In 4:2:0, AV1 allows U and V only together, and only with luma.
    fn complete(&mut self) {
        let nothing = || vec![(0, 0)];
        let [luma, u, v] = &mut self.points;
        if u.is_empty() != v.is_empty() {
            let empty = if u.is_empty() { &mut *u } else { &mut *v };
            *empty = nothing();
        }
        if luma.is_empty() && !u.is_empty() {
            *luma = nothing();
        }
    }
}

/// The curve of a component, with none at the luma of bars.
fn without_bars(component: &Component, bars: Option<f64>) -> Vec<(f64, f64)> {
    let mut curve = component.curve();
    if let Some(bars) = bars
        && !curve.is_empty()
    {
        let (dark, bright) = (bars + BARS_SPREAD, bars + 2.0 * BARS_SPREAD);
        let first = component.expected(bright);
        curve.retain(|(luma, _)| *luma > bright);
        curve.splice(0..0, [(dark, 0.0), (bright, first)]);
    }
    curve
}

/// Takes away what rounding adds: once in the noisy picture, and once in the decoder, which adds whole codes.
fn without_rounding(tally: &Tally, step: f64) -> Tally {
    let rounding = 2.0 * step * step / 12.0;
    let mut tally = *tally;
    for component in &mut tally.components {
        let sites = component.sites();
        component.lags.add_white(-rounding * sites);
        for bin in &mut component.bins {
            bin.variance -= rounding * bin.sites;
        }
    }
    tally
}

/// Leaves out the points that matter least until there are `most` at most and none is on a line.
fn thinned(all: Vec<(f64, f64)>, most: usize) -> Vec<(f64, f64)> {
    let mut points = all.clone();
    loop {
        let gaps = points
            .windows(3)
            .enumerate()
            .filter_map(|(number, window)| {
                let [a, _, c] = window else { return None };
                // Of all points that the line stands for, those left out before as well.
                let between = all.iter().filter(|b| b.0 > a.0 && b.0 < c.0);
                let gaps = between.map(|b| {
                    let line = a.1 + (c.1 - a.1) * (b.0 - a.0) / (c.0 - a.0);
                    (line - b.1).abs() / b.1.max(1.0)
                });
                Some((number + 1, gaps.fold(0.0, f64::max)))
            });
        let least = gaps.min_by(|a, b| a.1.total_cmp(&b.1));
        match least {
            Some((number, gap)) if gap < STRAIGHT || points.len() > most => points.remove(number),
            _ => return points,
        };
    }
}

fn rounded(points: &[(f64, f64)]) -> Vec<(u8, u8)> {
    let code = |value: f64| value.round().clamp(0.0, 255.0) as u8;
    let mut points: Vec<_> = points.iter().map(|(x, y)| (code(*x), code(*y))).collect();
    points.dedup_by_key(|(x, _)| *x);
    points
}
