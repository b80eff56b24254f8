//! Noise levels from histograms, and their curve over luma.

use super::noise_sites::Site;

/// Variance, width of the distribution, number of sites.
#[derive(Debug, Clone, Copy, Default)]
pub struct Low {
    pub level: Option<f64>,
    pub spread: f64,
    pub sites: f64,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Mixed {
    pub level: Option<f64>,
    pub trust: f64,
    pub sites: f64,
}

fn quantile(levels: &[usize; 216], p: f64) -> f64 {
    let wanted = p * levels.iter().sum::<usize>() as f64;
    let mut below = 0.0;
    for (k, here) in levels.iter().enumerate() {
        let here = *here as f64;
        if below + here >= wanted {
            let f = (wanted - below) / here.max(1.0);
            return 2f64.powf((k as f64 + f) / 12.0 - 6.0);
        }
        below += here;
    }
    0.0
}

pub fn low(values: &[f64], temporal: bool, side: usize) -> Low {
    let mut levels = [0; 216];
    for v in values {
        let level = ((v.max(1e-9).log2() + 6.0) * 12.0).floor();
        levels[level.clamp(0.0, 215.0) as usize] += 1;
    }
    let n = values.len() as f64;
    if values.len() < 6 {
        return Low {
            level: None,
            spread: 9.0,
            sites: n,
        };
    }
    let c = match (temporal, side) {
        (true, 3) => [0.862, 0.893, 0.909, 0.949],
        (false, 3) => [0.727, 0.771, 0.813, 0.888],
        (true, _) => [0.812, 0.847, 0.874, 0.927],
        (false, _) => [0.620, 0.679, 0.736, 0.838],
    };
    let p = [0.02, 0.05, 0.10, 0.25];
    let q: Vec<f64> = (0..4).map(|i| quantile(&levels, p[i]) / c[i]).collect();
    let least = q.iter().copied().fold(f64::MAX, f64::min);
    let spread = q[3] / least;
    let (e, cap): (f64, f64) = if temporal { (0.5, 1.6) } else { (1.0, 4.0) };
    Low {
        level: Some(least / spread.min(cap).powf(e * n / (n + 100.0))),
        spread,
        sites: n,
    }
}

pub fn trust(spread: f64, a: f64, b: f64) -> f64 {
    ((b - spread) / (b - a)).clamp(0.0, 1.0)
}

pub fn mix(s: Low, t: Low, stands: bool) -> Mixed {
    let sites = s.sites.max(t.sites);
    let (trust_s, mut trust_t) = (trust(s.spread, 1.25, 1.6), trust(t.spread, 1.25, 1.6));
    let (level, trust) = match (s.level, t.level) {
        (None, None) => (None, 0.0),
        (Some(s), None) => (Some(s), trust_s),
        (None, Some(t)) => (Some(t), trust_t),
        (Some(s), Some(t)) => {
            if !stands {
                trust_t *= ((12.0 - t / s.max(0.02)) / 6.0).clamp(0.0, 1.0);
            }
            let log = trust_t * (t + 1e-4).ln() + (1.0 - trust_t) * (s.min(t) + 1e-4).ln();
            (
                Some(log.exp()),
                if s > t { trust_t } else { trust_t.max(trust_s) },
            )
        }
    };
    Mixed {
        level,
        trust,
        sites,
    }
}

/// Interpolates between bin centres 8, 24, .. 248.
pub fn at(curve: &[f64; 16], y: f64) -> f64 {
    let x = ((y - 8.0) / 16.0).clamp(0.0, 15.0);
    let k = (x as usize).min(14);
    curve[k] + (curve[k + 1] - curve[k]) * (x - k as f64)
}

pub fn bin(y: f64) -> usize {
    ((y / 16.0).floor().max(0.0) as usize).min(15)
}

/// Noise levels in units of a curve: of each bin; then spatial, temporal and combined level of all sites.
pub fn levels(
    sites: &[Site],
    side: usize,
    curve: Option<&[f64; 16]>,
    stands: bool,
) -> (Vec<Mixed>, Low, Low, Mixed) {
    let pick = |temporal: bool, wanted: Option<usize>| -> Vec<f64> {
        let mut values = Vec::new();
        for site in sites {
            let v = if temporal {
                site.temporal
            } else {
                site.spatial
            };
            let scale = curve.map_or(1.0, |curve| at(curve, site.luma));
            if let Some(v) = v
                && wanted.is_none_or(|k| bin(site.luma) == k)
            {
                values.push(v.max(1e-9) / scale);
            }
        }
        values
    };
    let lows = |wanted| {
        let s = low(&pick(false, wanted), false, side);
        (s, low(&pick(true, wanted), true, side))
    };
    let bins = (0..16).map(|k| {
        let (s, t) = lows(Some(k));
        mix(s, t, stands)
    });
    let (s, t) = lows(None);
    (bins.collect(), s, t, mix(s, t, stands))
}

fn envelope(a: f64, b: f64) -> [f64; 16] {
    let line: Vec<f64> = (0..16).map(|k| a + b * (16.0 * k as f64 + 8.0)).collect();
    let top = line.iter().copied().fold(f64::MIN, f64::max);
    std::array::from_fn(|k| line[k].max(0.05 * top).max(0.001))
}

pub fn fit_line(bins: &[Mixed], flat: f64) -> [f64; 16] {
    let weight = |m: &Mixed| {
        m.level
            .map_or(0.0, |_| m.sites.min(300.0) * m.trust.max(0.05))
    };
    let mut best = (f64::MAX, [flat.max(0.001); 16]);
    for i in 0..16 {
        for j in i..16 {
            let (Some(vi), Some(vj)) = (bins[i].level, bins[j].level) else {
                continue;
            };
            let b = if i == j {
                0.0
            } else {
                (vj - vi) / (16.0 * (j - i) as f64)
            };
            let line = envelope(vi - b * (16.0 * i as f64 + 8.0), b);
            let mut cost = 0.0;
            for (m, l) in bins.iter().zip(line) {
                let e = (m.level.unwrap_or(1.0).max(1e-4) / l).ln();
                let rho = if e > 0.0 {
                    (e / 0.35).min(1.0)
                } else {
                    (-e / 0.10).min(4.0)
                };
                cost += weight(m) * rho;
            }
            cost *= if i == j { 1.0 } else { 1.05 };
            if cost < best.0 {
                best = (cost, line);
            }
        }
    }
    best.1
}

/// Logarithms of the smoothed ratios between the bins' levels and that of all sites.
pub fn ratios(bins: &[Mixed], all: f64) -> [f64; 16] {
    let n: Vec<f64> = bins
        .iter()
        .map(|m| m.level.map_or(0.0, |_| m.sites))
        .collect();
    let r = |k: usize| match bins[k].level {
        None => 0.0,
        Some(v) => n[k] / (n[k] + 100.0) * (v / all).clamp(0.7, 1.0 + 0.25 * bins[k].trust).ln(),
    };
    std::array::from_fn(|k| {
        let mut sum = 2.0 * (n[k] + 20.0) * r(k);
        let mut weight = 2.0 * (n[k] + 20.0);
        if k > 0 {
            sum += (n[k - 1] + 20.0) * r(k - 1);
            weight += n[k - 1] + 20.0;
        }
        if k < 15 {
            sum += (n[k + 1] + 20.0) * r(k + 1);
            weight += n[k + 1] + 20.0;
        }
        sum / weight
    })
}
