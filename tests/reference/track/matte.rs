//! What is in front of the plane.

/// The matte after a frame with these residuals, `side` in a row: `cells` in a row over the quad, which
/// covers three quarters of the samples.
pub fn matte(residuals: &[f64], side: usize, cells: usize, before: &[f64]) -> Vec<f64> {
    let mut all = Vec::new();
    for (at, before) in before.iter().enumerate() {
        let middle = [at % cells, at / cells].map(|cell| {
            let part = (2 * cell + 1) as f64 / (2 * cells) as f64;
            ((0.125 + 0.75 * part) * side as f64).floor() as i64
        });
        let free = 1.0 - rise(4.0, 11.0, mean_around(residuals, side as i64, middle));
        let kept = before + 0.7 * (free - before);
        all.push(if free < *before { free } else { kept });
    }
    all
}

/// Smoothstep: 0 to 1.
fn rise(from: f64, to: f64, value: f64) -> f64 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Weighted by a tent of five samples along x and y. A sample counts at most 15, and nothing without a
/// residual; the outermost are repeated.
fn mean_around(residuals: &[f64], side: i64, [x, y]: [i64; 2]) -> f64 {
    let tent = [1.0, 2.0, 3.0, 2.0, 1.0];
    let (mut sum, mut weight) = (0.0, 0.0);
    for (j, v) in tent.iter().enumerate() {
        for (i, h) in tent.iter().enumerate() {
            let [x, y] = [x + i as i64 - 2, y + j as i64 - 2].map(|v| v.clamp(0, side - 1));
            let residual = residuals[(y * side + x) as usize];
            if residual >= 0.0 {
                sum += h * v * residual.min(15.0);
                weight += h * v;
            }
        }
    }
    if weight > 0.0 { sum / weight } else { 0.0 }
}
