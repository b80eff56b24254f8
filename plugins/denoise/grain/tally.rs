//! What was taken away in many places, by luma.

use super::lags::Lags;
use super::patch::{Level, is_clipped, still};
use super::sample::{Sample, Site};

/// Bins of luma, each 16 codes wide.
pub const BINS: usize = 16;
const BIN_WIDTH: f64 = 256.0 / BINS as f64;
/// Sites that measure noise best are those with the least else in them: this share of the sites of each bin.
const FLATTEST: f64 = 0.3;
/// How fast the limit of what is flat follows the picture.
const PACE: f64 = 0.2;
/// A site with less structure than this is flat: a variance, and a share of that of the noise.
const SURELY_FLAT: f64 = 0.1;
const SHARE_OF_NOISE: f64 = 0.15;
/// Number of sites that the mean of all bins counts for in each.
const BELIEVED: f64 = 0.4;

/// Share of the places that bars take at least, and their largest luma.
const BARS_SHARE: f64 = 0.02;
const BARS_LUMA: f64 = 24.0;

/// Sites of one bin of luma.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// Their number.
    pub sites: f64,
    /// Sum of their mean luma.
    pub luma: f64,
    /// Sum of the variances taken away.
    pub variance: f64,
}

impl Bin {
    fn add(&mut self, other: &Self, weight: f64) {
        self.sites += weight * other.sites;
        self.luma += weight * other.luma;
        self.variance += weight * other.variance;
    }
}

/// What was taken from one component.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Component {
    /// By luma.
    pub bins: [Bin; BINS],
    /// Sum of the mean products of all sites.
    pub lags: Lags,
    /// The same with luma, in the size of this component. Zero for luma itself.
    pub with_luma: Lags,
    /// Sum of the variances of luma in the size of this component.
    pub luma: f64,
}

impl Component {
    /// Number of sites.
    pub fn sites(&self) -> f64 {
        self.bins.iter().map(|bin| bin.sites).sum()
    }

    /// Mean variance of all sites.
    pub fn variance(&self) -> f64 {
        let sum: f64 = self.bins.iter().map(|bin| bin.variance).sum();
        sum / self.sites().max(1.0)
    }

    /// Mean luma and variance of each bin that has sites, from dark to bright. Bins of few sites lean on all
    /// others.
    pub fn curve(&self) -> Vec<(f64, f64)> {
        let all = self.variance();
        let filled = self.bins.iter().filter(|bin| bin.sites > 0.5);
        let points = filled.map(|bin| {
            let variance = (bin.variance + BELIEVED * all) / (bin.sites + BELIEVED);
            (bin.luma / bin.sites, variance.max(0.0))
        });
        points.collect()
    }

    /// The variance that the curve has at a luma.
    pub fn expected(&self, luma: f64) -> f64 {
        let curve = self.curve();
        let above = curve.iter().find(|(x, _)| *x >= luma);
        let below = curve.iter().rev().find(|(x, _)| *x <= luma);
        match (below, above) {
            (Some((x0, a)), Some((x1, b))) if x1 > x0 => a + (b - a) * (luma - x0) / (x1 - x0),
            (Some((_, a)), _) | (None, Some((_, a))) => *a,
            (None, None) => 0.0,
        }
    }

    fn add(&mut self, other: &Self, weight: f64) {
        for (bin, other) in self.bins.iter_mut().zip(&other.bins) {
            bin.add(other, weight);
        }
        self.lags.add(&other.lags, weight);
        self.with_luma.add(&other.with_luma, weight);
        self.luma += weight * other.luma;
    }
}

/// What was taken from Y, U and V.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Y, U and V.
    pub components: [Component; 3],
    /// Dark places of one value alone, which never had noise: the bars of a film.
    pub still: Bin,
}

impl Tally {
    /// Number of luma sites.
    pub fn sites(&self) -> f64 {
        let [luma, ..] = &self.components;
        luma.sites()
    }

    /// Adds another one.
    pub fn add(&mut self, other: &Self, weight: f64) {
        for (own, other) in self.components.iter_mut().zip(&other.components) {
            own.add(other, weight);
        }
        self.still.add(&other.still, weight);
    }

    /// Luma of black bars, which get no grain; `None` if there are none.
    pub fn bars(&self) -> Option<f64> {
        let luma = self.still.luma / self.still.sites.max(1e-9);
        let share = self.still.sites / (self.still.sites + self.sites()).max(1e-9);
        (share > BARS_SHARE).then_some(luma)
    }

    /// The same with the weight of this many luma sites at most.
    pub fn limited(&self, sites: f64) -> Self {
        let mut limited = Self::default();
        limited.add(self, (sites / self.sites().max(1.0)).min(1.0));
        limited
    }
}

/// Chooses the sites that hold little but noise.
#[derive(Debug, Default)]
pub struct Gauge {
    /// For each component and bin the structure up to which a site counts as flat.
    limits: [[Option<f64>; BINS]; 3],
}

fn bin(luma: f64) -> usize {
    ((luma / BIN_WIDTH).max(0.0) as usize).min(BINS - 1)
}

impl Gauge {
    /// True if a site is among the flattest of its bin.
    fn is_flat(&mut self, component: usize, luma: f64, structure: f64, noise: f64) -> bool {
        let row = self.limits.get_mut(component);
        let Some(limit) = row.and_then(|row| row.get_mut(bin(luma))) else {
            return false;
        };
        let known = limit.unwrap_or(structure);
        let step = match structure <= known {
            true => -PACE * (1.0 - FLATTEST),
            false => PACE * FLATTEST,
        };
        *limit = Some((known * step.exp()).max(1e-3));
        structure <= known.max(SURELY_FLAT).max(SHARE_OF_NOISE * noise)
    }

    /// Adds the flat sites of a picture to a tally. `known` tells how strong the noise is.
    pub fn measure(&mut self, sample: &Sample, known: &Tally, tally: &mut Tally) {
        for site in &sample.sites {
            self.measure_site(site, known, tally);
        }
    }

    fn measure_site(&mut self, site: &Site, known: &Tally, tally: &mut Tally) {
        if let Some(luma) = site.first().and_then(still) {
            let one = Bin {
                sites: 1.0,
                luma,
                variance: 0.0,
            };
            let is_dark = luma < BARS_LUMA;
            tally.still.add(&one, if is_dark { 1.0 } else { 0.0 });
            return;
        }
        if site.iter().any(is_clipped) {
            return;
        }
        let levels: Vec<Level> = site.iter().map(Level::new).collect();
        let Some(luma) = levels.first() else { return };
        let known = known.components.iter().map(Component::variance);
        let parts = levels.iter().zip(site).zip(known);
        for (number, (component, ((level, patch), noise))) in
            tally.components.iter_mut().zip(parts).enumerate()
        {
            if !self.is_flat(number, luma.mean, level.structure, noise) {
                continue;
            }
            let taken = level.taken();
            if let Some(bin) = component.bins.get_mut(bin(luma.mean)) {
                let one = Bin {
                    sites: 1.0,
                    luma: luma.mean,
                    variance: taken.at(0, 0),
                };
                bin.add(&one, 1.0);
            }
            component.lags.add(&taken, 1.0);
            if number > 0 {
                let luma = luma.shrunk(patch.width, patch.clean.len());
                component.with_luma.add(&level.taken_with(&luma), 1.0);
                component.luma += luma.power();
            }
        }
    }
}
