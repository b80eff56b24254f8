//! Conversion between R'G'B' and Y'CbCr.

/// Weights of red and blue in luma; green has the rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix {
    /// Weight of red.
    pub kr: f32,
    /// Weight of blue.
    pub kb: f32,
}

impl Matrix {
    /// ITU-R BT.601: standard definition.
    pub const BT601: Self = Self::new(0.299, 0.114);
    /// ITU-R BT.709: high definition.
    pub const BT709: Self = Self::new(0.2126, 0.0722);
    /// ITU-R BT.2020 with non-constant luminance: ultra high definition.
    pub const BT2020: Self = Self::new(0.2627, 0.0593);
    /// SMPTE 240M: early high definition.
    pub const SMPTE240M: Self = Self::new(0.212, 0.087);
    /// FCC: analog television of the Americas.
    pub const FCC: Self = Self::new(0.30, 0.11);

    const fn new(kr: f32, kb: f32) -> Self {
        Self { kr, kb }
    }

    /// Default for streams that name no matrix, by height as is usual: BT.601, BT.709 or BT.2020.
    pub fn by_height(height: u32) -> Self {
        match height {
            0..=576 => Self::BT601,
            577..=1080 => Self::BT709,
            _ => Self::BT2020,
        }
    }
}
