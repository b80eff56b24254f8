//! White sites, which contain only noise, and their memory.

use super::noise_sites::Site;

/// White sites of a plane: their number averaged over pictures, at most 16 each, and their variance.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct White {
    sites: f64,
    variance: f64,
}

impl White {
    /// The memory after one more picture; `first` forgets the past.
    pub fn with(self, sites: &[Site], first: bool) -> Self {
        let (mut number, mut total) = (0.0f64, 0.0);
        for site in sites.iter().filter(|site| site.white) {
            let variance = if first { site.spatial } else { site.temporal };
            let weight = if first { 0.015625 } else { 1.0 };
            number += weight;
            total += weight * variance.unwrap();
        }
        let new = if number > 0.0 { total / number } else { 0.0 };
        let kept = number.min(16.0);
        if first {
            return Self {
                sites: kept,
                variance: new,
            };
        }
        let known = match number == 0.0 && self.sites >= 12.0 {
            true => 0.0,
            false => self.sites,
        };
        let pace = if known == 0.0 { 0.7 } else { 0.15 };
        let share = (kept / 16.0).max(kept / (kept + known).max(1.0));
        Self {
            sites: known + pace * (kept - known),
            variance: self.variance + share * (new - self.variance),
        }
    }

    /// Minimum standard deviation and its confidence if all sites together have variance `level`.
    pub fn lift(self, deviation: f64, level: f64, first: bool) -> f64 {
        let variance = self.variance;
        let proof = ((self.sites - 1.5) / 2.0).clamp(0.0, 1.0);
        let [from, width] = if first { [1.7, 0.6] } else { [1.2, 0.3] };
        let excess = ((variance / level - from) / width).clamp(0.0, 1.0);
        let least = variance.sqrt().max(deviation);
        deviation + proof * excess * (least - deviation)
    }
}
