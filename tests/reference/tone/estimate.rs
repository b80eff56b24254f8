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
    [[-0.008, 0.425], [-0.629, 0.150]],
    [[-1.259, 1.635], [0.302, -0.837]],
    [[-0.418, 0.512], [0.829, -0.352]],
];
/// The same for most red, then most blue, over most green.
const TOPS: [[f64; 2]; 2] = [[0.495, -0.571], [-0.633, 1.101]];

fn lift(found: &Found) -> f64 {
    let low = found.quantile(0.005);
    let fog = ((0.45 - low) / 0.2).clamp(0.0, 1.0);
    ((found.least.min(low) - 0.027).max(0.0) * 0.952 * fog).min(0.2)
}

fn exposure(found: &Found, top: f64, peak: f64, middle: f64) -> f64 {
    let short = -top.min(1.0).log2();
    let sure = ((short - 0.348) / 0.150).clamp(0.0, 1.0);
    let gap = (-0.6 - (peak / top.max(0.02)).min(1.0).log2()).max(0.0);
    let dark = short * 1.803 * sure + 0.8 * gap + 0.2 * (gap / 0.3).min(1.0);
    let clipped = (found.bins[62] + found.bins[63]) / found.pixels();
    let share = (clipped.sqrt() - 0.131).max(0.0) * 7.765;
    let bright = share * (2.0 * (middle / 0.35).log2()).clamp(0.0, 1.0);
    let seen = ((found.quantile(0.995) - 0.04) / 0.08).clamp(0.0, 1.0);
    (seen * (bright - dark)).clamp(-2.5, 1.5)
}

fn cast(found: &Found, lift: f64) -> [f64; 2] {
    let mut cast = [0.0; 2];
    let mut add = |by: f64, stops: [f64; 2]| {
        cast.iter_mut()
            .zip(stops)
            .for_each(|(sum, stops)| *sum += by * stops);
    };
    for ([weight, luma, blue, red], [by_blue, by_red]) in found.sums.into_iter().zip(CASTS) {
        let light = (luma - lift * weight).max(0.05 * weight) + 1e-4 * found.pixels();
        add((blue / light).clamp(-0.15, 0.15), by_blue);
        add((red / light).clamp(-0.15, 0.15), by_red);
    }
    let [red, green, blue] = found.colours.map(|most| (most - lift).max(0.02));
    add((red / green).log2().clamp(-0.5, 0.5), TOPS[0]);
    add((blue / green).log2().clamp(-0.5, 0.5), TOPS[1]);
    let sure = (cast[0].hypot(cast[1]) / 0.300 - 1.0).clamp(0.0, 1.0);
    cast.map(|stops| stops * sure)
}

/// What is wrong with a picture in which this was found.
pub fn estimate(found: &Found) -> Estimate {
    let lift = lift(found);
    let without = |luma: f64| (luma - lift).max(0.004) / (1.0 - lift);
    let [top, peak, middle] = [found.most, found.quantile(0.995), found.quantile(0.5)].map(without);
    Estimate {
        exposure: exposure(found, top, peak, middle),
        lift,
        cast: cast(found, lift),
        peak: top,
    }
}
