//! Colours of a source in another coding, by the formulas of the standards.

use super::rgba::Texels;

/// A coding of light: "standard", "hlg" or "pq".
pub type Transfer = &'static str;

/// From one coding to another; light is in cd/m2.
#[derive(Debug, Clone, Copy)]
pub struct Conversion {
    pub from: Transfer,
    pub to: Transfer,
    /// Matrix from linear colours of the source to those of the frames.
    pub rows: [[f64; 3]; 3],
    /// Shares of red, green and blue in luminance: in the source, in the frames.
    pub weights: [[f64; 3]; 2],
    /// White of standard range.
    pub white: f64,
    /// Brightest light of PQ in the source.
    pub mastered: f64,
}

pub fn pq_code(light: f64) -> f64 {
    let y = (light / 10_000.0).clamp(0.0, 1.0).powf(0.159_301_757_812_5);
    ((0.835_937_5 + 18.851_562_5 * y) / (1.0 + 18.6875 * y)).powf(78.84375)
}

pub fn pq_light(code: f64) -> f64 {
    let p = code.clamp(0.0, 1.0).powf(1.0 / 78.84375);
    let light = (p - 0.835_937_5).max(0.0) / (18.851_562_5 - 18.6875 * p);
    10_000.0 * light.powf(1.0 / 0.159_301_757_812_5)
}

const A: f64 = 0.178_832_77;
const B: f64 = 0.284_668_92;
const C: f64 = 0.559_910_73;

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn hlg_light(code: [f64; 3], weights: [f64; 3]) -> [f64; 3] {
    let scene = code.map(|v| match v.clamp(0.0, 1.0) {
        v if v <= 0.5 => v * v / 3.0,
        v => (((v - C) / A).exp() + B) / 12.0,
    });
    let gain = dot(scene, weights).max(1e-9).powf(0.2);
    scene.map(|v| 1000.0 * v * gain)
}

fn hlg_code(light: [f64; 3], weights: [f64; 3]) -> [f64; 3] {
    let shown = light.map(|v| (v / 1000.0).max(0.0));
    let gain = dot(shown, weights).max(1e-9).powf(1.0 / 1.2 - 1.0);
    shown.map(|v| match (v * gain).min(1.0) {
        v if v <= 1.0 / 12.0 => (3.0 * v).sqrt(),
        v => A * (12.0 * v - B).ln() + C,
    })
}

impl Conversion {
    fn brightest(&self, transfer: Transfer) -> f64 {
        match transfer {
            "hlg" => 1000.0,
            "pq" => self.mastered,
            _ => self.white,
        }
    }

    /// The tone curve of BT.2390.
    fn toned(&self, light: [f64; 3]) -> [f64; 3] {
        let strongest = light[0].max(light[1]).max(light[2]);
        let most = pq_code(self.brightest(self.to)) / pq_code(self.brightest(self.from));
        let code = pq_code(strongest) / pq_code(self.brightest(self.from));
        let knee = 1.5 * most - 0.5;
        if self.from == "standard" || self.to == "pq" || most >= 1.0 || code <= knee {
            return light;
        }
        let t = (code.min(1.0) - knee) / (1.0 - knee);
        let (t2, t3) = (t * t, t * t * t);
        let to = (2.0 * t3 - 3.0 * t2 + 1.0) * knee
            + (t3 - 2.0 * t2 + t) * (1.0 - knee)
            + (3.0 * t2 - 2.0 * t3) * most;
        let to = pq_light(to * pq_code(self.brightest(self.from)));
        light.map(|v| v * to / strongest)
    }

    /// R'G'B' of the frames for R'G'B' of the source, not premultiplied.
    pub fn colour(&self, code: [f64; 3]) -> [f64; 3] {
        let light = match self.from {
            "hlg" => hlg_light(code, self.weights[0]),
            "pq" => code.map(pq_light),
            _ => code.map(|v| v.abs().powf(2.4) * v.signum() * self.white),
        };
        let light = self.toned(light);
        let light = self.rows.map(|row| dot(row, light));
        match self.to {
            "hlg" => hlg_code(light, self.weights[1]),
            "pq" => light.map(pq_code),
            _ => light.map(|v| (v / self.white).clamp(0.0, 1.0).powf(1.0 / 2.4)),
        }
    }
}

pub fn source_convert(texels: &Texels, conversion: &Conversion) -> Texels {
    let convert = |texel: &[f64; 4]| {
        let alpha = texel[3];
        let straight = |v: f64| v / alpha.max(1e-4);
        let [red, green, blue] =
            conversion.colour([straight(texel[0]), straight(texel[1]), straight(texel[2])]);
        [red * alpha, green * alpha, blue * alpha, alpha]
    };
    Texels {
        width: texels.width,
        height: texels.height,
        data: texels.data.iter().map(convert).collect(),
    }
}
