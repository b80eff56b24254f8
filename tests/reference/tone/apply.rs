//! Twin of `tone/apply.wgsl`: black, balance and curve, from pixel to pixel.

use super::Meaning;
use super::steady::Applied;
use crate::reference::samples::Samples;

/// Luma after the curve.
pub fn toned(luma: f64, gain: f64, top: f64) -> f64 {
    if gain < 1.0 {
        return luma * (gain + (1.0 - gain) * luma.clamp(0.0, 1.0).powi(6));
    }
    let far = luma * gain;
    if far < 0.7 {
        return far;
    }
    // From the shoulder's begin to `top`, a curve of the form x / (1 + x) to white.
    let over = (far - 0.7) / (top - 0.7);
    let steep = (top - 0.7) / 0.3;
    0.7 + 0.3 * steep * over / (1.0 + (steep - 1.0) * over)
}

/// Luma and chroma of a pixel after all corrections.
fn corrected(luma: f64, [blue, red]: [f64; 2], applied: &Applied, weights: [f64; 2]) -> [f64; 3] {
    let [by_red, by_blue] = weights;
    let spread = |value: f64| value / (1.0 - applied.black);
    let y = spread(luma - applied.black);
    let r = y + 2.0 * (1.0 - by_red) * spread(red);
    let b = y + 2.0 * (1.0 - by_blue) * spread(blue);
    let g = (y - by_red * r - by_blue * b) / (1.0 - by_red - by_blue);
    let [r, g, b] = [
        r * applied.gains[0],
        g * applied.gains[1],
        b * applied.gains[2],
    ];
    let y = by_red * r + (1.0 - by_red - by_blue) * g + by_blue * b;
    let far = toned(y, applied.gain, applied.top);
    let gain = match y < 1.0 / 1024.0 {
        true => applied.gain,
        false => far / y,
    };
    let blue = gain * (b - y) / (2.0 * (1.0 - by_blue));
    let red = gain * (r - y) / (2.0 * (1.0 - by_red));
    [far, blue, red]
}

/// Corrects all components of a picture of `size`.
pub fn apply(
    components: &[Samples],
    size: (usize, usize),
    meaning: &Meaning,
    applied: &Applied,
) -> Vec<Samples> {
    let [black, white, span] = meaning.codes;
    let at = |x: usize, y: usize, chroma| {
        let luma = meaning.luma(components[0].at(x, y));
        corrected(luma, chroma, applied, meaning.weights)
    };
    let plane = &components[0];
    let luma = Samples::from_fn((plane.width, plane.height), |x, y| {
        let value = at(x, y, meaning.chroma_at(components, x, y))[0];
        value * (white - black) + black
    });
    let mut all = vec![luma];
    for index in 1..components.len() {
        let own = &components[index];
        all.push(Samples::from_fn((own.width, own.height), |x, y| {
            let rows = meaning.luma_rows(y);
            let count = 1 << meaning.shifts.0;
            let columns = x * count..(x + 1) * count;
            let under = rows.iter().flat_map(|y| {
                let last = plane.height.min(size.1) - 1;
                columns.clone().map(move |x| (x, (*y).min(last)))
            });
            let sum: f64 = under
                .map(|(x, y)| meaning.luma(plane.nearest(x as i64, y as i64)))
                .sum();
            let mean = sum / (rows.len() * count) as f64;
            let chroma = [1, 2].map(|c| meaning.chroma(components[c].at(x, y)));
            corrected(mean, chroma, applied, meaning.weights)[index] * span + 128.0
        }));
    }
    all
}
