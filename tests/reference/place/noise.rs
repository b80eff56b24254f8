//! Noise of a plate around a placement.

use crate::reference::samples::Samples;

/// A component of a frame, in its own samples.
pub struct Plate<'a> {
    pub codes: &'a Samples,
    /// The same in the measurement before.
    pub before: &'a Samples,
    /// First and last luma pixel of the quad's bounding box.
    pub bounds: [f64; 4],
    /// Luma pixels of a sample.
    pub sub: [f64; 2],
    /// Factor to 8-bit codes.
    pub code8: f64,
    pub is_luma: bool,
}

fn all() -> impl Iterator<Item = (usize, usize)> {
    (0..8).flat_map(|j| (0..8).map(move |i| (i, j)))
}

/// Half the mean squared difference of neighbours in a block of 8x8.
fn half_difference(at: impl Fn(usize, usize) -> f64) -> f64 {
    let mut sum = 0.0;
    for (i, j) in all() {
        if i > 0 {
            sum += (at(i, j) - at(i - 1, j)).powi(2);
        }
        if j > 0 {
            sum += (at(i, j) - at(i, j - 1)).powi(2);
        }
    }
    sum / (2.0 * 112.0)
}

/// Of what changed in a block since before, but for its mean: half its variance, because two frames have noise,
/// and half of its difference of neighbours.
fn change(plate: &Plate<'_>, x: usize, y: usize) -> [f64; 2] {
    let at = |i: usize, j: usize| plate.codes.at(x + i, y + j) - plate.before.at(x + i, y + j);
    let mean = all().map(|(i, j)| at(i, j)).sum::<f64>() / 64.0;
    let variance = all().map(|(i, j)| (at(i, j) - mean).powi(2)).sum::<f64>() / 63.0;
    [variance / 2.0, half_difference(at) / 2.0]
}

/// Variance of a block of 8x8 after its slope is taken away, and half the mean squared difference of
/// neighbours. None where noise is cut off at black or white.
fn block(plate: &Plate<'_>, x: usize, y: usize) -> Option<[f64; 2]> {
    let at = |i: usize, j: usize| plate.codes.at(x + i, y + j);
    let mean = all().map(|(i, j)| at(i, j)).sum::<f64>() / 64.0;
    if plate.is_luma && !(18.0..=240.0).contains(&(mean * plate.code8)) {
        return None;
    }
    let slope_x = all().map(|(i, j)| at(i, j) * (i as f64 - 3.5)).sum::<f64>() / 336.0;
    let slope_y = all().map(|(i, j)| at(i, j) * (j as f64 - 3.5)).sum::<f64>() / 336.0;
    let rest = |i: usize, j: usize| {
        at(i, j) - mean - slope_x * (i as f64 - 3.5) - slope_y * (j as f64 - 3.5)
    };
    // Three of 64 degrees of freedom are gone.
    let variance = all().map(|(i, j)| rest(i, j).powi(2)).sum::<f64>() / 61.0;
    let half = half_difference(at) - (slope_x.powi(2) + slope_y.powi(2)) / 4.0;
    Some([variance, half.max(0.0)])
}

/// Deviation in 8-bit codes and correlation of neighbours, from those of 16x16 blocks that have at most 1.6 times
/// the variance of the flattest tenth, or from their change, if that is less. None if the box is too small.
pub fn noise(plate: &Plate<'_>) -> Option<[f64; 2]> {
    let size = [plate.codes.width as f64, plate.codes.height as f64];
    let side = |axis: usize| {
        let [low, high] = [plate.bounds[axis], plate.bounds[axis + 2] + 1.0];
        let around = 0.12 * (high - low);
        let low = ((low - around) / plate.sub[axis]).clamp(0.0, size[axis]);
        let high = ((high + around) / plate.sub[axis]).clamp(0.0, size[axis]);
        (low, high - low - 8.0)
    };
    let ((left, width), (top, height)) = (side(0), side(1));
    if width < 0.0 || height < 0.0 {
        return None;
    }
    let mut blocks = Vec::new();
    for k in 0..256 {
        let part = |n: usize| (n as f64 + 0.5) / 16.0;
        let x = (left + part(k % 16) * width) as usize;
        let y = (top + part(k / 16) * height) as usize;
        let here = block(plate, x, y);
        blocks.extend(here.map(|[a, b]| [[a, b], change(plate, x, y)].concat()));
    }
    let mut variances: Vec<f64> = blocks.iter().map(|block| block[0]).collect();
    variances.sort_by(f64::total_cmp);
    let limit = 1.6 * variances.get((0.1 * variances.len() as f64) as usize)?;
    let flat: Vec<_> = blocks.iter().filter(|block| block[0] <= limit).collect();
    let mean = |k: usize| flat.iter().map(|block| block[k]).sum::<f64>() / flat.len() as f64;
    let is_still = mean(2) < mean(0);
    let [found, half] = [0, 1].map(|k| mean(if is_still { k + 2 } else { k }));
    let alike = (1.0 - half / found.max(1e-6)).clamp(0.0, 0.55);
    let variance = 1.04 * found / (1.0 - 0.3 * alike - 0.73 * alike * alike);
    // Noise has many blocks of about the same variance, texture few.
    let share = flat.len() as f64 / blocks.len() as f64;
    let noisy = ((share - 0.16) / 0.1).clamp(0.0, 1.0);
    // Texture that stays changes much less than it varies.
    let at_rest = (mean(0) / mean(2).max(1e-6) / 2.0 - 1.0).clamp(0.0, 1.0);
    let trust = f64::max(noisy, at_rest);
    let deviation = (variance - 1.0 / 12.0).max(0.0).sqrt();
    Some([trust * plate.code8 * deviation, (1.25 * alike).min(0.66)])
}
