//! Coarse noise: sites whose contrast and temporal variance agree without detail, and the memory of them.

use super::noise_sites::Site;

/// What is remembered of a plane.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Coarse {
    pub variance: f64,
    pub proof: f64,
    /// Correlation of neighbours across and down.
    pub correlations: [f64; 2],
}

/// Quarter of an octave that a variance lies in.
pub fn level(variance: f64) -> usize {
    ((variance.max(1e-9).log2() + 4.0) * 4.0).clamp(0.0, 63.0) as usize
}

fn middle(level: usize) -> f64 {
    2f64.powf((level as f64 + 0.5) / 4.0 - 4.0)
}

impl Coarse {
    /// The finding of one picture, and whether what was known has ended.
    fn of(self, sites: &[Site]) -> (Self, bool) {
        let (mut coarse, mut contrasts) = ([0.0; 64], [0.0; 64]);
        let (mut correlations, mut number) = ([0.0; 2], 0.0f64);
        for site in sites {
            if site.spatial.is_some() {
                contrasts[site.contrast] += 1.0;
            }
            let Some(variance) = site.temporal.filter(|_| site.coarse) else {
                continue;
            };
            coarse[level(variance)] += 1.0;
            let known = self.variance;
            if known <= 0.0 || (variance.log2() - known.log2()).abs() < 2.0 {
                number += 1.0;
                for (sum, steps) in correlations.iter_mut().zip(site.correlations) {
                    *sum += steps as f64;
                }
            }
        }
        let white = sites.iter().filter(|site| site.white).count() as f64;
        let score = |k: usize| {
            let near: f64 = coarse[k.saturating_sub(3)..(k + 4).min(64)].iter().sum();
            let below: f64 = contrasts[..(k + 1).saturating_sub(5)].iter().sum();
            near - 6.0 * below - 2.0 * white
        };
        let best = (1..64).fold(0, |best, k| if score(k) > score(best) { k } else { best });
        let around = best.saturating_sub(3)..(best + 7).min(64);
        let count: f64 = coarse[around.clone()].iter().sum();
        let variance = around.map(|k| coarse[k] * middle(k)).sum::<f64>() / count.max(1.0);
        let usable: f64 = contrasts.iter().sum();
        let share = ((score(best) / usable.max(1.0) - 0.03) / 0.05).clamp(0.0, 1.0);
        let worth = ((middle(best).sqrt() - 1.15) / 0.3).clamp(0.0, 1.0);
        let below: f64 = contrasts[..(level(self.variance) + 1).saturating_sub(5)]
            .iter()
            .sum();
        let now = Self {
            variance,
            proof: share * worth,
            correlations: correlations.map(|sum| sum / (32.0 * number.max(1.0))),
        };
        (now, below > 0.25 * usable)
    }

    /// The memory after one more picture; `fresh` says that none was compared before.
    pub fn with(self, sites: &[Site], fresh: bool) -> Self {
        let (now, ended) = self.of(sites);
        if now.proof <= 0.0 && ended {
            return Self::default();
        }
        let mix = |known: f64, new: f64, pace: f64| known + pace * (new - known);
        let proof = mix(self.proof, now.proof, if fresh { 1.0 } else { 0.2 });
        if now.proof <= 0.0 {
            return Self { proof, ..self };
        }
        let pace = if self.variance <= 0.0 { 1.0 } else { 0.2 };
        let [across, down] = [0, 1].map(|i| mix(self.correlations[i], now.correlations[i], pace));
        Self {
            variance: mix(self.variance, now.variance, pace),
            proof,
            correlations: [across, down],
        }
    }

    pub fn confidence(self) -> f64 {
        let t = ((self.proof - 0.25) / 0.35).clamp(0.0, 1.0);
        t * t * (3.0 - 2.0 * t)
    }

    pub fn lift(self, deviation: f64) -> f64 {
        let least = self.variance.sqrt().max(deviation);
        deviation + self.confidence() * (least - deviation)
    }

    /// Factors on the variance of DCT coefficients, for frequencies across and down: a Gaussian blur that
    /// gives neighbours their correlation.
    pub fn shape(self) -> [[f64; 8]; 2] {
        let spectra = self.correlations.map(|correlation| {
            let blur = self.confidence() * -0.25 / correlation.clamp(0.02, 0.9).ln();
            let power = |k: usize| {
                let w = std::f64::consts::PI * k as f64 / 8.0;
                0.99 * (-blur * w * w).exp() + 0.01
            };
            std::array::from_fn::<f64, 8, _>(power)
        });
        let [a, d] = spectra.map(|spectrum| spectrum.iter().sum::<f64>());
        let mean = (a * d - spectra[0][0] * spectra[1][0]) / 63.0;
        spectra.map(|spectrum| spectrum.map(|power| power / mean.sqrt()))
    }
}
