//! Twin of `tone/shared/tone_estimate.wgsl`: what is wrong with a picture.

use super::measure::Found;

/// Stops too bright, luma of black, stops of red and blue above green, luma of the brightest parts.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Estimate {
    pub exposure: f64,
    pub lift: f64,
    pub cast: [f64; 2],
    pub peak: f64,
}

/// Stops of red, then of blue, for chroma of blue, then of red, of bright, grey and nearly grey pixels.
const CASTS: [[[f64; 2]; 2]; 3] = [
    [[-0.959, 2.853], [0.773, -0.341]],
    [[-2.423, 3.441], [0.405, -1.163]],
    [[-1.128, 0.951], [-1.259, 0.079]],
];

fn lift(found: &Found) -> f64 {
    let low = found.quantile(0.005).min(found.quantile(0.02));
    let fog = ((0.45 - low) / 0.2).clamp(0.0, 1.0);
    ((low - 0.072).max(0.0) * 1.108 * fog).min(0.2)
}

fn exposure(found: &Found, peak: f64, middle: f64) -> f64 {
    let dark = (-0.474 - peak.log2()).max(0.0) * 1.584;
    let clipped = (found.bins[62] + found.bins[63]) / found.pixels();
    let share = (clipped.sqrt() - 0.15).max(0.0) * 4.286;
    let off = share * ((middle / 0.35).log2() + 1.0).clamp(0.0, 1.5) - dark;
    let sure = off + 0.686 * (off / 0.4).clamp(-1.0, 1.0);
    let seen = ((found.quantile(0.995) - 0.04) / 0.08).clamp(0.0, 1.0);
    (seen * sure).clamp(-2.5, 1.5)
}

fn cast(found: &Found, lift: f64) -> [f64; 2] {
    let mut cast = [0.0; 2];
    for ([weight, luma, blue, red], [by_blue, by_red]) in found.sums.into_iter().zip(CASTS) {
        let light = (luma - lift * weight).max(0.05 * weight) + 1e-4 * found.pixels();
        let [blue, red] = [blue, red].map(|sum| (sum / light).clamp(-0.15, 0.15));
        for (index, stops) in cast.iter_mut().enumerate() {
            *stops += blue * by_blue[index] + red * by_red[index];
        }
    }
    let far = cast[0].hypot(cast[1]);
    cast.map(|stops| stops * (far - 0.289).max(0.0) / far.max(1e-6))
}

/// What is wrong with a picture in which this was found.
pub fn estimate(found: &Found) -> Estimate {
    let lift = lift(found);
    let without = |luma: f64| (luma - lift).max(0.004) / (1.0 - lift);
    let peak = without(found.quantile(0.995));
    Estimate {
        exposure: exposure(found, peak, without(found.quantile(0.5))),
        lift,
        cast: cast(found, lift),
        peak,
    }
}
