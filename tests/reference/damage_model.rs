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
    pub paced: f64,
    pub believed: f64,
    /// Pictures that were believed.
    pub pictures: u32,
}

fn smoothstep(low: f64, high: f64, value: f64) -> f64 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Findings of blocks across the grid, then of blocks on it.
pub type Pair = [[f64; 16]; 2];
/// Weights of the first twelve of them.
type Weights = [[f64; 12]; 2];

/// A weighted sum of mean findings.
fn fitted(findings: &[Pair], weights: &Weights) -> f64 {
    let side = |(values, weights): (&[f64; 16], &[f64; 12])| -> f64 {
        let all = values.iter().zip(weights);
        all.map(|(value, weight)| value * weight).sum()
    };
    let one = |pair: &Pair| -> f64 { pair.iter().zip(weights).map(side).sum() };
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

/// How far what looks like damage is damage, and no clean structure.
fn belief(findings: &[Pair], blockiness: f64) -> f64 {
    let coded = [
        [
            0.2773, 0.4796, -0.2275, -0.5241, -1.208, 0.0, 0.0, -6.233, 5.599, -3.502, -4.279,
            -5.056,
        ],
        [
            0.1211, 0.8073, -0.3103, -0.5715, -0.716, 0.0, 0.0, -2.045, 5.458, 0.835, 0.1727,
            0.5371,
        ],
    ];
    let coded = fitted(findings, &coded) - 0.04456 * blockiness + 7.661;
    let sum = |field: usize| -> f64 {
        findings
            .iter()
            .map(|pair| pair[0][field] + pair[1][field])
            .sum()
    };
    let (drawn, other) = (sum(12), sum(13));
    let filmed = other / (drawn + other).max(1.0);
    smoothstep(-1.0, 0.0, coded) * smoothstep(0.25, 0.5, filmed)
}

fn level_at(quantizer: f64) -> f64 {
    3.215 + 0.06719 * (quantizer - 32.0)
}

/// The model after a picture with these findings and this grid.
pub fn model(findings: &[Pair], grid: &Grid, before: Option<Model>, wish: &Wish) -> Model {
    let believed = belief(findings, grid.blockiness);
    let mut model = before.unwrap_or_default();
    if believed >= 0.05 {
        let before = before.filter(|before| before.pictures > 0);
        model = learnt(findings, grid, before);
    }
    model.believed = believed;
    act(&mut model, grid.blockiness, wish);
    model
}

/// The model after a picture whose damage is believed.
fn learnt(findings: &[Pair], grid: &Grid, before: Option<Model>) -> Model {
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
        pictures: before.map_or(0, |before| before.pictures) + 1,
        ..Model::default()
    };
    let share = if findings.is_empty() {
        0.0
    } else {
        smoothstep(20.0, 29.0, model.estimate)
    };
    model.paced = steady.map_or(share, |before| {
        let most = 0.04 * before.paced + 0.001;
        share.clamp(before.paced - most, before.paced + most)
    });
    model
}

fn act(model: &mut Model, blockiness: f64, wish: &Wish) {
    model.quantizer = model.estimate;
    model.share = model.paced;
    if wish.quantizer >= 0.0 {
        model.quantizer = wish.quantizer;
        model.share = 1.0;
        model.believed = 1.0;
    }
    model.share *= model.believed;
    let factor = wish.strength * wish.dering;
    model.wanted = model.share * factor.min(1.0);
    model.threshold = (level_at(model.quantizer).exp2() * factor).min(200.0);
    let limit = (1.5 * blockiness).min(12.0) * smoothstep(0.4, 1.0, blockiness);
    model.deblock = limit * model.believed * wish.strength * wish.deblock;
    model.deband = 1.25 * wish.code * model.share * wish.strength * wish.deband;
}
