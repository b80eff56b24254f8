//! The share of the plane in each texel.

use super::front::{FREE_MOST, Front, HIDDEN_LEAST};
use super::look::{MASKED, SIDE, Texel};
use super::windows::{CELLS, rise};

/// Interpolates between cells, at a texel.
fn cells_at<const N: usize>(values: &[[f64; N]], x: usize, y: usize) -> [f64; N] {
    let place = |at: usize| ((at as f64 + 0.5) * CELLS as f64 / SIDE as f64 - 0.5).max(0.0);
    let (u, v) = (place(x), place(y));
    let mut sum = [0.0; N];
    for (i, j) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let (a, b) = (u.floor() + f64::from(i), v.floor() + f64::from(j));
        let w = (1.0 - (u - a).abs()) * (1.0 - (v - b).abs());
        let k = (b as usize).min(CELLS - 1) * CELLS + (a as usize).min(CELLS - 1);
        for (sum, value) in sum.iter_mut().zip(values[k]) {
            *sum += w * value;
        }
    }
    sum
}

/// `matte` is visibility, gain and bias of what is placed, and gain of the plane, of each cell.
pub fn edge(view: &[Texel], plate: &[Texel], matte: &[[f64; 4]], fronts: &[Front]) -> Vec<f64> {
    // Colours count as far as they are sure.
    let words: Vec<[f64; 6]> = fronts
        .iter()
        .map(|f| {
            let [y, u, v] = f.colour.map(|value| f.sure * value);
            [y, u, v, f.sure, f.least, f.most]
        })
        .collect();
    // Contrast times share, contrast, share by the cells, limits.
    let says: Vec<[f64; 5]> = (0..SIDE * SIDE)
        .map(|at| {
            let (x, y) = (at % SIDE, at / SIDE);
            let texels = SIDE / CELLS;
            if plate[at][3] == MASKED && view[at][3] > 0.5 {
                return [120.0, 120.0, 1.0, 1.0, 1.0];
            }
            let nearest = &fronts[y / texels * CELLS + x / texels];
            if nearest.most <= FREE_MOST {
                return [0.0; 5];
            }
            if nearest.least >= HIDDEN_LEAST {
                return [0.0, 0.0, 1.0, 1.0, 1.0];
            }
            let [visible, _, bias, gain] = cells_at(matte, x, y);
            let [r, g, b, mean, least, most] = cells_at(&words, x, y);
            let lit = [0, 1, 2].map(|k| gain * plate[at][k] + [219.0 * bias, 0.0, 0.0][k]);
            let sure = mean * view[at][3] * plate[at][3].clamp(0.0, 1.0);
            let (mut contrast, mut toward) = (0.0, 0.0);
            for (k, sum) in [r, g, b].into_iter().enumerate() {
                let front = sum / mean.max(1e-6);
                contrast += sure * (front - lit[k]).powi(2);
                toward += sure * (front - lit[k]) * (view[at][k] - lit[k]);
            }
            let least = ((least - 0.5) / 0.5).clamp(0.0, 1.0);
            let most = ((most - 0.15) / 0.35).clamp(0.0, 1.0);
            [
                toward.clamp(0.0, contrast),
                contrast,
                1.0 - rise(0.25, 0.75, visible),
                least,
                most,
            ]
        })
        .collect();
    let mut all = Vec::new();
    for at in 0..SIDE * SIDE {
        let (x, y) = ((at % SIDE) as i64, (at / SIDE) as i64);
        let last = SIDE as i64 - 1;
        let mut sum = [0.0; 3];
        for (j, v) in [(-1, 1.0), (0, 2.0), (1, 1.0)] {
            for (i, h) in [(-1, 1.0), (0, 2.0), (1, 1.0)] {
                let k = (y + j).clamp(0, last) * (last + 1) + (x + i).clamp(0, last);
                for (c, sum) in sum.iter_mut().enumerate() {
                    *sum += v * h * says[k as usize][c] / 16.0;
                }
            }
        }
        let share = (sum[0] + 120.0 * sum[2]) / (sum[1] + 120.0);
        let [.., least, most] = says[at];
        all.push(1.0 - ((share - 0.06) / 0.88).clamp(least, most).clamp(0.0, 1.0));
    }
    all
}
