//! Updates the damage model from findings.

use super::damage_grid::Grid;

/// The user's settings.
pub struct Wish {
    pub quantizer: f64,
    pub strength: f64,
    pub deblock: f64,
    pub dering: f64,
    pub deband: f64,
    pub code: f64,
}

/// The fields of the model that repairs and statistics read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Model {
    pub estimate: f64,
    pub ringing: f64,
    pub threshold: f64,
    pub deblock: f64,
    pub deband: f64,
    pub quantizer: f64,
    pub share: f64,
    pub wanted: f64,
    pub blocked: f64,
}

fn smoothstep(low: f64, high: f64, value: f64) -> f64 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Findings of blocks across the grid, then of blocks on it.
pub type Pair = [[f64; 12]; 2];

/// A weighted sum of mean findings.
fn fitted(findings: &[Pair], weights: &Pair) -> f64 {
    let one = |pair: &Pair| -> f64 {
        let all = pair.as_flattened().iter().zip(weights.as_flattened());
        all.map(|(value, weight)| value * weight).sum()
    };
    findings.iter().map(one).sum::<f64>() / findings.len().max(1) as f64
}

fn fresh_quantizer(findings: &[Pair], blockiness: f64) -> f64 {
    let smooth = [
        [
            3.12, -12.21, 4.531, 9.109, -9.207, 0.0, 0.0, -19.87, 133.8, -61.43, -114.7, -18.96,
        ],
        [
            0.5323, 14.81, -11.44, -16.04, -5.708, 0.0, 0.0, 0.0, -106.7, 22.85, 66.46, -21.35,
        ],
    ];
    let blocked = [
        [
            -0.004887, 0.6107, 0.3376, 0.3424, -1.163, 0.0, 0.0, 2.924, 4.654, 1.123, -2.875,
            -11.01,
        ],
        [
            -0.09648, -0.2137, -0.1634, -0.1863, -0.04908, 0.0, 0.0, 0.0, -3.457, -2.463, 0.6051,
            10.33,
        ],
    ];
    let quantizer = fitted(findings, &smooth) + 109.9;
    let level = 1.23 + 0.6128 * (fitted(findings, &blocked) + 1.468);
    let plain = smoothstep(0.9, 1.9, blockiness);
    let other = 32.0 + (level - 3.215) / 0.06719;
    ((1.0 - plain) * quantizer + plain * other).clamp(0.0, 51.0)
}

fn level_at(quantizer: f64) -> f64 {
    3.215 + 0.06719 * (quantizer - 32.0)
}

/// The model after a picture with these findings and this grid.
pub fn model(findings: &[Pair], grid: &Grid, before: Option<Model>, wish: &Wish) -> Model {
    let sum = |field: usize| findings.iter().map(|pair| pair[0][field]).sum::<f64>();
    let mut estimate = fresh_quantizer(findings, grid.blockiness);
    let steady = before.filter(|before| (estimate - before.estimate).abs() < 13.5);
    if let Some(before) = steady {
        estimate = before.estimate + (0.15 * (estimate - before.estimate)).clamp(-0.15, 0.15);
    }
    let mut model = Model {
        estimate,
        ringing: (sum(6) / sum(5).max(1.0)).sqrt(),
        blocked: smoothstep(-0.1791, 1.884, grid.blockiness),
        ..Model::default()
    };
    let share = if findings.is_empty() {
        0.0
    } else {
        smoothstep(20.0, 29.0, model.estimate)
    };
    model.share = steady.map_or(share, |before| {
        let most = 0.04 * before.share + 0.001;
        share.clamp(before.share - most, before.share + most)
    });
    act(&mut model, grid.blockiness, wish);
    model
}

fn act(model: &mut Model, blockiness: f64, wish: &Wish) {
    model.quantizer = model.estimate;
    if wish.quantizer >= 0.0 {
        model.quantizer = wish.quantizer;
        model.share = 1.0;
    }
    let factor = wish.strength * wish.dering;
    model.wanted = model.share * factor.min(1.0);
    model.threshold = (level_at(model.quantizer).exp2() * factor).min(200.0);
    let limit = (1.5 * blockiness).min(12.0) * smoothstep(0.4, 1.0, blockiness);
    model.deblock = limit * wish.strength * wish.deblock;
    model.deband = 1.25 * wish.code * model.share * wish.strength * wish.deband;
}
