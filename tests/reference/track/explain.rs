//! What the best light leaves unexplained of each cell.

use super::windows::{CELLS, Sums, UNSEEN, Window, energy, range, rise};

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Seen {
    pub unexplained: f64,
    pub ratio: f64,
    pub weight: f64,
    pub base: f64,
    pub own: f64,
    pub reach: f64,
    pub whole: f64,
    pub expected: f64,
}

/// Share of a cell that is hidden.
pub fn hidden(unexplained: f64) -> f64 {
    rise(2.2, 6.0, unexplained)
}

/// Variance of noise: of every fourth cell along x and y, a mean that few large values do not move.
pub fn usual_noise(windows: &[Window], least: f64) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for at in 0..24 * 24 {
        let w = windows[(4 * (at / 24) + 2) * CELLS + 4 * (at % 24) + 2];
        if w.energy == UNSEEN {
            continue;
        }
        count += 1.0;
        sum += 1.0 / (1.0 + (w.energy - w.slack).max(0.0) / w.noise);
    }
    (1.5 * (count / sum - 1.0)).max(least)
}

fn strange(w: &Window, noise: f64) -> f64 {
    w.energy / (w.noise * noise + w.slack)
}

fn left(part: &Sums, gain: f64, w: &Window, noise: f64, more: f64) -> f64 {
    if part.n < 0.5 {
        return 0.0;
    }
    let usual = 3.0 * part.n * (0.3 + 0.7 * gain * gain) * noise;
    let misplaced = w.misplaced * gain * gain * part.slope;
    (energy(part, gain, w.bias) / (usual + misplaced + more)).min(9.0)
}

pub fn explain(cells: &[Sums], windows: &[Window], least_noise: f64) -> Vec<Seen> {
    let noise = usual_noise(windows, least_noise);
    let last = CELLS as i64 - 1;
    let around = |at: usize, reach: i64| {
        let (x, y) = ((at % CELLS) as i64, (at / CELLS) as i64);
        (-reach..=reach)
            .flat_map(move |j| (-reach..=reach).map(move |i| (x + i, y + j)))
            .map(move |(x, y)| (y.clamp(0, last) * (last + 1) + x.clamp(0, last)) as usize)
    };
    let mut all = Vec::new();
    for (at, part) in cells.iter().enumerate() {
        let near = around(at, 1).map(|k| &windows[k]);
        let best = near.min_by(|a, b| strange(a, noise).total_cmp(&strange(b, noise)));
        let best = best.unwrap();
        let (mut low, mut high) = (1e9f64, 0.0f64);
        for w in around(at, 2).map(|k| &windows[k]) {
            if strange(w, noise) < 2.0 {
                low = low.min(w.gain);
                high = high.max(w.gain);
            }
        }
        let span = (high - low).max(0.0);
        let own = (part.ib - best.bias * part.b) / part.bb.max(1e-6);
        let between = match span > 0.1 {
            true => own.clamp(low.min(best.gain), high.max(best.gain)),
            false => best.gain,
        };
        let [least, most] = range(part).map(|v| v * best.whole);
        let alone = own.clamp(least, most);
        let joint = left(part, between, best, noise, 0.12 * span * span * part.bb);
        let single = left(part, alone, best, noise, 0.0);
        let unexplained = match part.masked > 0.5 {
            true => 9.0,
            false => joint.min(single),
        };
        let middle = &windows[at];
        let is_trusted = part.n > 0.5 && strange(middle, noise) < 2.0;
        all.push(Seen {
            unexplained,
            ratio: middle.ratio,
            weight: match is_trusted {
                true => middle.power * (1.0 - hidden(unexplained)),
                false => 0.0,
            },
            base: middle.base,
            own: if single < joint { alone } else { between },
            reach: 0.08 + 8.0 / middle.power.max(1.0).sqrt(),
            whole: middle.whole,
            expected: 3.0 * (part.n + part.masked) * noise + best.misplaced * part.slope,
        });
    }
    all
}
