//! The noise estimator and its model.

use super::noise_cells::cells;
use super::noise_coarse::Coarse;
use super::noise_curve::{Low, at, bin, fit_line, levels, low, mix, ratios, trust};
use super::noise_sites::{Grid, Site, sites};
use super::noise_white::White;
use super::samples::Samples;

/// Findings of one frame for luma.
struct Frame {
    variances: [f64; 16],
    detail: f64,
    noisy: bool,
    /// 1 if most of the picture changes as noise of one level does.
    settled: f64,
    /// Largest deviations of noise in such a picture.
    most: [f64; 16],
}

#[derive(Debug, Clone, Default)]
pub struct Estimator {
    pub sigma: [f64; 3],
    pub sigmas: [f64; 16],
    /// Variance of chroma noise relative to that at mean luma.
    pub shapes: [Option<[f64; 16]>; 2],
    detail: f64,
    frames: usize,
    pairs: usize,
    held: usize,
    whites: [White; 3],
    pub coarses: [Coarse; 3],
    seen: usize,
    /// Skips half of the pictures once settled.
    sparing: bool,
}

fn grid(now: &Samples, before: &Samples, highest: f64) -> Grid {
    Grid {
        cells: cells(now, before, highest),
        columns: now.width / 8,
        rows: now.height / 8,
    }
}

fn share(sites: &[Site], f: impl Fn(&Site) -> bool) -> f64 {
    sites.iter().filter(|s| f(s)).count() as f64 / sites.len().max(1) as f64
}

fn scene_stands(sites: &[Site]) -> bool {
    let moved = sites.iter().filter(|s| s.temporal.is_some()).count();
    let stands = sites.iter().filter(|s| s.stands).count();
    moved >= 6 && stands as f64 >= 0.03 * moved as f64
}

fn measure(sites: &[Site], side: usize, weights: &[f64; 16]) -> Option<Frame> {
    let stands = scene_stands(sites);
    let flats = share(sites, |s| s.flat) > 0.05;
    let (bins, _, _, plain) = levels(sites, side, None, stands);
    let clean = Frame {
        variances: [1e-4; 16],
        detail: 0.0,
        noisy: false,
        settled: 0.0,
        most: [0.0; 16],
    };
    let Some(plain) = plain.level else {
        return flats.then_some(clean);
    };
    let line = fit_line(&bins, plain);
    let (bins, s, t, all) = levels(sites, side, Some(&line), stands);
    let all = all.level?;
    let ratios = ratios(&bins, all);
    let curve: [f64; 16] = std::array::from_fn(|k| line[k] * ratios[k].exp());
    let mut detail = 0.0;
    for k in 0..16 {
        detail += weights[k] * curve[k] * s.level.unwrap_or(0.0);
    }
    let u = trust(spread(s, t), 1.6, 2.5);
    let variance = |k: usize| {
        let x = curve[k] * all + 1e-4;
        (u * x.ln() + (1.0 - u) * x.min(plain + 1e-4).ln()).exp()
    };
    Some(Frame {
        variances: match flats && u < 0.5 {
            true => [1e-4; 16],
            false => std::array::from_fn(variance),
        },
        detail: detail.sqrt(),
        noisy: s.level.is_some() && s.spread < 1.25,
        settled: t.level.map_or(0.0, |level| {
            let changed = share(sites, |s| s.temporal.is_some());
            ramp(0.4, 0.6, changed) * ramp(1.0, 4.0, level) * trust(t.spread, 1.15, 1.4)
        }),
        most: curve.map(|factor| 1.15 * (factor * t.level.unwrap_or(0.0)).sqrt()),
    })
}

fn ramp(from: f64, to: f64, x: f64) -> f64 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn spread(s: Low, t: Low) -> f64 {
    match (s.level, t.level) {
        (_, None) => s.spread,
        (None, _) => t.spread,
        (Some(a), Some(b)) if b < a => t.spread,
        _ => s.spread.min(t.spread),
    }
}

fn rise(now: f64, before: f64) -> f64 {
    ((now + 0.25) / (before + 0.25)).ln()
}

fn rms(weights: &[f64; 16], sigmas: &[f64; 16]) -> f64 {
    let mut sum = 0.0;
    for k in 0..16 {
        sum += weights[k] * sigmas[k] * sigmas[k];
    }
    sum.sqrt()
}

impl Estimator {
    pub fn sparing() -> Self {
        Self {
            sparing: true,
            ..Self::default()
        }
    }

    /// Updates the model with one picture of 8-bit samples (Y, or Y, U and V) at 25 frames per second.
    pub fn frame(&mut self, now: &[Samples], before: Option<&[Samples]>) {
        if self.sparing && self.seen >= 8 && self.seen % 4 >= 2 {
            self.seen += 1;
            return;
        }
        let first = before.is_none();
        let past = before.unwrap_or(now);
        let settled = self.seen >= 8;
        let most = if settled { 1024 } else { 4096 };
        let luma = grid(&now[0], &past[0], 255.0);
        let (side, all) = sites(&luma, None, 3, most, first, 1.0);
        let mut weights = [0.001; 16];
        for site in &all {
            weights[bin(site.luma)] += 1.0;
        }
        let weights = weights.map(|w| w / (all.len() as f64 + 0.016));
        let living = share(&all, |s| !s.dead);
        let changed = share(&all, |s| !s.dead && s.changed) / living.max(1e-9);
        let mut alpha = None;
        if let Some(frame) = measure(&all, side, &weights)
            && (first || changed >= 0.02)
        {
            alpha = self.take(&frame, &all, &weights, first);
        }
        self.sigma[0] = rms(&weights, &self.sigmas);
        let chroma_turn = match self.sparing {
            _ if !settled => true,
            false => self.seen.is_multiple_of(2),
            true => matches!(self.seen % 8, 0 | 5),
        };
        self.seen += 1;
        if let Some(alpha) = alpha.filter(|_| chroma_turn) {
            for i in 1..now.len() {
                let cells = grid(&now[i], &past[i], 255.0);
                let (side, chroma) = sites(&cells, Some(&luma), 2, most, first, 1.0);
                self.take_chroma(i, &chroma, side, [scene_stands(&all), first], alpha);
            }
        }
    }

    fn take(
        &mut self,
        frame: &Frame,
        sites: &[Site],
        weights: &[f64; 16],
        first: bool,
    ) -> Option<f64> {
        let new = frame.variances.map(f64::sqrt);
        let mean = rms(weights, &new).powi(2);
        let white = self.whites[0].with(sites, first);
        let coarse = self.coarses[0].with(sites, self.pairs == 0);
        let new: [f64; 16] = std::array::from_fn(|k| {
            let lifted = coarse.lift(white.lift(new[k], mean, first));
            let most = f64::max(new[k], frame.most[k]);
            lifted + frame.settled * (lifted.min(most) - lifted)
        });
        let (level, old) = (rms(weights, &new), rms(weights, &self.sigmas));
        let ds = rise(frame.detail, self.detail);
        let dx = rise(level, old);
        let near =
            (self.pairs > 0 || frame.noisy) && self.frames > 0 && dx < -0.7 && ds.abs() < 0.12;
        if near && self.held < 4 {
            self.held += 1;
            return None;
        }
        self.held = 0;
        if !first {
            self.whites[0] = white;
            self.coarses[0] = coarse;
        }
        if self.frames > 0 && ds * dx > 0.0 && ds.abs() > 0.4 && dx.abs() > 0.4 {
            self.frames = 0;
        }
        self.frames += 1;
        self.pairs += usize::from(!first);
        let rate = if self.sparing { 12.5 } else { 25.0 };
        let pace = 1.0 - (-1.0f64 / (0.12 * rate)).exp();
        let alpha = match self.frames <= 2 || near {
            true => 1.0,
            false => (1.0 / (self.frames as f64 - 1.0)).max(pace),
        };
        self.detail = blend(self.detail, frame.detail, alpha);
        for (known, new) in self.sigmas.iter_mut().zip(new) {
            *known = blend(*known, new, alpha);
        }
        self.sigma[0] = rms(weights, &self.sigmas);
        Some(alpha)
    }

    fn take_chroma(
        &mut self,
        i: usize,
        sites: &[Site],
        side: usize,
        [stands, first]: [bool; 2],
        alpha: f64,
    ) {
        let mean = self.sigma[0] * self.sigma[0];
        let shape = self
            .sigmas
            .map(|s| if mean > 0.0 { s * s / mean } else { 1.0 });
        let mut found = Vec::new();
        for curve in [[1.0; 16], shape] {
            let values = |pick: fn(&Site) -> Option<f64>| -> Vec<f64> {
                let scaled = |s: &Site| Some(pick(s)?.max(1e-9) / at(&curve, s.luma));
                sites.iter().filter_map(scaled).collect()
            };
            let s = low(&values(|s| s.spatial), false, side);
            let t = low(&values(|s| s.temporal), true, side);
            let spread = if t.level.is_some() {
                t.spread
            } else {
                s.spread
            };
            found.push((spread, mix(s, t, stands).level));
        }
        let shaped = found[1].0 < 0.98 * found[0].0;
        if let Some(v) = found[usize::from(shaped)].1 {
            let v = v.max(1e-4);
            let white = self.whites[i].with(sites, first);
            if !first {
                self.whites[i] = white;
            }
            let coarse = self.coarses[i].with(sites, self.pairs <= 1);
            if !first {
                self.coarses[i] = coarse;
            }
            let new = coarse.lift(white.lift(v.sqrt(), v, first));
            self.sigma[i] = blend(self.sigma[i], new, alpha);
        }
        self.shapes[i - 1] = shaped.then_some(shape);
    }
}

fn blend(old: f64, new: f64, alpha: f64) -> f64 {
    if old <= 0.0 {
        new
    } else {
        (1.0 - alpha) * old + alpha * new
    }
}
