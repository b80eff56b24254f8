//! Sites that hold nothing but noise, and the memory of them.

use super::noise_sites::Site;

/// White sites of a plane over the pictures: their number, 16 at most, and that number times their
/// mean variance.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct White {
    sites: f64,
    sum: f64,
}

impl White {
    /// With the sites of one more picture; none of the past counts in a `first` one.
    pub fn with(self, sites: &[Site], first: bool) -> Self {
        let (mut number, mut total) = (0.0f64, 0.0);
        for site in sites.iter().filter(|site| site.white) {
            let variance = if first { site.spatial } else { site.temporal };
            let weight = if first { 0.0625 } else { 1.0 };
            number += weight;
            total += weight * variance.unwrap();
        }
        let gone = number == 0.0 && self.sites >= 8.0;
        let past = if gone { Self::default() } else { self };
        let kept = number.min(16.0);
        let new = if kept > 0.0 {
            kept * total / number
        } else {
            0.0
        };
        let share = if first { 1.0 } else { (kept / 16.0).max(0.4) };
        Self {
            sites: past.sites + share * (kept - past.sites),
            sum: past.sum + share * (new - past.sum),
        }
    }

    /// A deviation where all sites together give `level`, a variance.
    pub fn lift(self, deviation: f64, level: f64, first: bool) -> f64 {
        if self.sites <= 3.0 {
            return deviation;
        }
        let variance = self.sum / self.sites;
        let proof = ((self.sites - 3.0) / 5.0).min(1.0);
        let [from, width] = if first { [1.7, 0.6] } else { [1.2, 0.3] };
        let excess = ((variance / level - from) / width).clamp(0.0, 1.0);
        let least = variance.sqrt().max(deviation);
        deviation + proof * excess * (least - deviation)
    }
}
