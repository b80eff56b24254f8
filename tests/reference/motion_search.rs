//! Block matching at one level of a guide: twin of `motion_search` and `motion_search_lanes`.

use super::guide_pyramid::Level;

/// Best match of a block, in pixels of the level, and its cost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Match {
    pub vector: [i64; 2],
    pub cost: f64,
}

/// Vectors of blocks of 8x8, in row order.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    pub columns: usize,
    pub rows: usize,
    pub all: Vec<Match>,
}

/// Sum of absolute differences over the 12x12 pixels around a block; `at` reads the reference.
pub fn difference(current: &Level, [left, top]: [i64; 2], at: impl Fn(i64, i64) -> f64) -> f64 {
    let mut sum = 0.0;
    for y in top - 2..top + 10 {
        for x in left - 2..left + 10 {
            sum += (current.at(x, y) - at(x, y)).abs();
        }
    }
    sum
}

/// Difference between a block and the reference at a vector.
pub fn moved(current: &Level, reference: &Level, block: [i64; 2], v: [i64; 2]) -> f64 {
    let corner = [8 * block[0], 8 * block[1]];
    difference(current, corner, |x, y| reference.at(x + v[0], y + v[1]))
}

/// Candidate vectors: twice those of nine blocks of the coarser level.
fn candidates(coarse: &Matches, block: [i64; 2]) -> Vec<[i64; 2]> {
    let mut all = Vec::new();
    for dy in -1..=1 {
        for dx in -1..=1 {
            let x = (block[0] / 2 + dx).clamp(0, coarse.columns as i64 - 1);
            let y = (block[1] / 2 + dy).clamp(0, coarse.rows as i64 - 1);
            let found = coarse.all[y as usize * coarse.columns + x as usize];
            all.push(found.vector.map(|v| 2 * v));
        }
    }
    all
}

/// Matches all blocks: the zero vector with a bonus, the coarser level's vectors, and all positions up to
/// `radius` around the best. Of equals, the first wins.
pub fn search(
    current: &Level,
    reference: &Level,
    coarse: Option<&Matches>,
    radius: i64,
    bonus: f64,
) -> Matches {
    let (width, height) = current.size();
    let (columns, rows) = (width.div_ceil(8), height.div_ceil(8));
    let mut all = Vec::new();
    for at in 0..columns * rows {
        let block = [(at % columns) as i64, (at / columns) as i64];
        let cost = |vector: [i64; 2]| {
            let advantage = if vector == [0, 0] { bonus } else { 0.0 };
            moved(current, reference, block, vector) - advantage
        };
        let mut best = Match {
            vector: [0, 0],
            cost: cost([0, 0]),
        };
        let mut attempt = |vector| {
            if cost(vector) < best.cost {
                best = Match {
                    vector,
                    cost: cost(vector),
                };
            }
            best.vector
        };
        let found = coarse.map(|coarse| candidates(coarse, block));
        let centre = found.into_iter().flatten().map(&mut attempt).last();
        let centre = centre.unwrap_or_default();
        for dy in -radius..=radius {
            for dx in -radius..=radius {
                attempt([centre[0] + dx, centre[1] + dy]);
            }
        }
        all.push(best);
    }
    Matches { columns, rows, all }
}

/// Distance of the vertex of a parabola through three costs from the middle one.
pub fn vertex(left: f64, middle: f64, right: f64) -> f64 {
    let bend = f64::max(left + right - 2.0 * middle, 1e-3);
    (0.5 * (left - right) / bend).clamp(-0.5, 0.5)
}
