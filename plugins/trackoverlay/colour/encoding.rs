//! What light the codes of a stream stand for: primaries and transfer.

use super::primaries::Primaries;

/// How a stream codes light. All light is that of the display, as graphics are mapped by ITU-R BT.2408.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Transfer {
    /// Standard range: shown with a gamma of 2.4 (ITU-R BT.1886), whatever curve the camera had. Pictures
    /// from files count as such, too.
    #[default]
    Standard,
    /// Hybrid log-gamma of ITU-R BT.2100, on a display of [`Transfer::HLG_PEAK`].
    Hlg,
    /// Perceptual quantizer of ITU-R BT.2100 and SMPTE ST 2084.
    Pq,
}

impl Transfer {
    /// Brightest light of HLG in cd/m2: that of the display it is usually judged on (BT.2100, where the
    /// system gamma is 1.2).
    pub const HLG_PEAK: f32 = 1000.0;
    /// Light of the largest code of PQ in cd/m2.
    pub const PQ_PEAK: f32 = 10_000.0;
}

/// Coding of light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Encoding {
    /// Curve from light to codes.
    pub transfer: Transfer,
    /// Colours of pure red, green and blue.
    pub primaries: Primaries,
    /// Brightest light in cd/m2 that a PQ stream was mastered with; what is brighter may be cut off. Other
    /// streams do not use it.
    pub mastered: f32,
}

impl Encoding {
    /// Brightest light of PQ streams in cd/m2 that do not name it.
    pub const USUAL_MASTERED: f32 = 1000.0;

    /// Coding with the usual peak.
    pub const fn new(transfer: Transfer, primaries: Primaries) -> Self {
        Self {
            transfer,
            primaries,
            mastered: Self::USUAL_MASTERED,
        }
    }
}

impl Default for Encoding {
    /// Standard range with the primaries of BT.709, which are also those of sRGB.
    fn default() -> Self {
        Self::new(Transfer::Standard, Primaries::BT709)
    }
}

/// The coding of frames that a source is drawn into.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// Coding of the frames.
    pub encoding: Encoding,
    /// Light in cd/m2 of the white of standard range within high range, both ways.
    pub graphics_white: f32,
}

impl Target {
    /// Light of graphics white in cd/m2 by ITU-R BT.2408: 58 % in PQ, 75 % in HLG.
    pub const GRAPHICS_WHITE: f32 = 203.0;

    /// Frames of this coding, with the usual white.
    pub const fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            graphics_white: Self::GRAPHICS_WHITE,
        }
    }

    /// Code of graphics white in these frames, 0 to 1.
    pub fn white_code(&self) -> f32 {
        match self.encoding.transfer {
            Transfer::Standard => 1.0,
            Transfer::Hlg => hlg_code(self.graphics_white / Transfer::HLG_PEAK),
            Transfer::Pq => pq_code(self.graphics_white / Transfer::PQ_PEAK),
        }
    }
}

impl Default for Target {
    fn default() -> Self {
        Self::new(Encoding::default())
    }
}

/// PQ's code of light relative to [`Transfer::PQ_PEAK`] (ST 2084).
pub fn pq_code(light: f32) -> f32 {
    let y = light.max(0.0).powf(2610.0 / 16384.0);
    let (c1, c2, c3) = (3424.0 / 4096.0, 2413.0 / 128.0, 2392.0 / 128.0);
    ((c1 + c2 * y) / (1.0 + c3 * y)).powf(2523.0 / 32.0)
}

/// HLG's code of grey light relative to [`Transfer::HLG_PEAK`] (BT.2100).
fn hlg_code(light: f32) -> f32 {
    let scene = light.max(0.0).powf(1.0 / 1.2);
    match scene <= 1.0 / 12.0 {
        true => (3.0 * scene).sqrt(),
        false => 0.178_832_77 * (12.0 * scene - 0.284_668_92).ln() + 0.559_910_7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphics_white_has_the_codes_of_bt2408() {
        let code = |transfer| {
            let primaries = Primaries::BT2020;
            Target::new(Encoding::new(transfer, primaries)).white_code()
        };
        assert!((code(Transfer::Pq) - 0.58).abs() < 0.002);
        assert!((code(Transfer::Hlg) - 0.75).abs() < 0.002);
        assert_eq!(code(Transfer::Standard), 1.0);
    }
}
