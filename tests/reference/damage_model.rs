//! From findings to what is known of the damage.

/// What an operator may set, and the picture's size.
pub struct Wish {
    pub size: (usize, usize),
    pub quantizer: f64,
    pub strength: f64,
    pub deblock: f64,
    pub dering: f64,
    pub deband: f64,
    pub code: f64,
}

/// The fields of the model that filters and operators read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Model {
    pub level: f64,
    pub blockiness: f64,
    pub ringing: f64,
    /// Period and first boundary along x, then y.
    pub grids: [(f64, f64); 2],
    pub threshold: f64,
    pub deblock: f64,
    pub deband: f64,
    pub quantizer: f64,
    pub share: f64,
}

fn grids() -> Vec<(f64, f64)> {
    let offsets = |period: f64, count: u32| (0..count).map(move |o| (period, f64::from(o)));
    let all = offsets(8.0, 8).chain(offsets(16.0, 16));
    all.chain(offsets(12.0, 12))
        .chain(offsets(32.0 / 3.0, 11))
        .collect()
}

/// How far the boundaries of a grid rise above the others; the rim does not count.
fn height(profile: &[f64], (period, offset): (f64, f64)) -> f64 {
    let on = |at: usize| {
        let k = ((at as f64 - offset) / period).round();
        (offset + k * period).round() as i64 == at as i64
    };
    let inside = 2..profile.len().max(4) - 2;
    let (at_grid, others): (Vec<usize>, Vec<usize>) = inside.partition(|at| on(*at));
    if at_grid.len() < 2 || others.len() < 2 {
        return 0.0;
    }
    let mean = |all: &[usize]| all.iter().map(|at| profile[*at]).sum::<f64>() / all.len() as f64;
    mean(&at_grid) - mean(&others)
}

/// The grid that stands out most, and how far; the present one has a lead.
fn best(profile: &[f64], present: Option<(f64, f64)>) -> ((f64, f64), f64) {
    let score = |grid: (f64, f64)| {
        let lead = if Some(grid) == present { 1.25 } else { 1.0 };
        height(profile, grid) * lead / grid.0.sqrt()
    };
    let mut all = grids().into_iter();
    let first = all.next().unwrap();
    let found = all.fold(first, |a, b| if score(b) > score(a) { b } else { a });
    (found, height(profile, found))
}

fn smoothstep(low: f64, high: f64, value: f64) -> f64 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The model after a picture with these findings (of each block) and profile.
pub fn model(findings: &[[f64; 8]], profile: &[f64], before: Option<Model>, wish: &Wish) -> Model {
    let (columns, rows) = profile.split_at(wish.size.0.next_multiple_of(4));
    let present = |axis: usize| before.map(|model| model.grids[axis]);
    let x = best(&columns[..wish.size.0], present(0));
    let y = best(rows, present(1));
    let seen = x.1.min(y.1).max(0.0);
    let blockiness = before.map_or(seen, |b| 0.8 * b.blockiness + 0.2 * seen);
    let sum = |field: usize| findings.iter().map(|block| block[field]).sum::<f64>();
    let count = findings.len().max(1) as f64;
    let weights = [0.562, -0.189, -0.927, 3.805, -4.032];
    let fitted = (0..5).map(|band| weights[band] * sum(band) / count);
    let mut level = fitted.sum::<f64>() - 0.707;
    let blocked = smoothstep(0.6, 2.0, blockiness);
    level = level.max(level + blocked * (3.8 - level));
    if let Some(before) = before
        && (level - before.level).abs() < 1.5
    {
        level = before.level + (0.15 * (level - before.level)).clamp(-0.02, 0.02);
    }
    let mut model = Model {
        level,
        blockiness,
        ringing: (sum(6) / sum(5).max(1.0)).sqrt(),
        grids: [x.0, y.0],
        ..Model::default()
    };
    act(&mut model, !findings.is_empty(), wish);
    model
}

fn act(model: &mut Model, looked: bool, wish: &Wish) {
    let mut threshold = model.level.exp2();
    let mut used = threshold.min(4.1f64.exp2());
    model.share = if looked {
        smoothstep(3.5, 8.0, threshold)
    } else {
        0.0
    };
    if wish.quantizer >= 0.0 {
        threshold = 8.0 * ((wish.quantizer - 32.0) / 9.0).exp2();
        used = threshold;
        model.share = 1.0;
    }
    model.quantizer = (32.0 + 9.0 * (threshold / 8.0).log2()).clamp(0.0, 51.0);
    model.threshold = (used * model.share * wish.strength * wish.dering).min(200.0);
    let limit = (1.5 * model.blockiness).min(12.0) * smoothstep(0.4, 1.0, model.blockiness);
    model.deblock = limit * wish.strength * wish.deblock;
    model.deband = 1.25 * wish.code * model.share * wish.strength * wish.deband;
}
