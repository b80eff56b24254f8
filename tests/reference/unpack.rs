//! One component out of a frame's bytes: twin of `unpack` and `unpack_wide`.

use super::samples::Samples;

/// Where the samples of a component lie, and which rows of them are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Byte of the first sample.
    pub first: usize,
    /// Bytes from one sample to the next.
    pub pace: usize,
    /// Bytes from one row of the plane to the next.
    pub stride: usize,
    pub bits: u32,
    /// True where a deep sample fills the high bits of its two bytes.
    pub high: bool,
    /// Rows of the plane: the first one, and from each to the next.
    pub rows: (usize, usize),
}

impl Place {
    /// Byte of a sample.
    pub fn byte(&self, x: usize, y: usize) -> usize {
        self.first + (self.rows.0 + y * self.rows.1) * self.stride + x * self.pace
    }

    /// What one 8-bit code is in codes of this component.
    pub fn codes(&self) -> f64 {
        (1u32 << (self.bits - 8)) as f64
    }
}

/// The component in 8-bit code values, its rows filled up to whole fours with the last sample.
pub fn unpack(bytes: &[u8], place: &Place, (width, height): (usize, usize)) -> Samples {
    let code = |x: usize, y: usize| {
        let at = place.byte(x, y);
        if place.bits == 8 {
            return f64::from(bytes[at]);
        }
        let word = u16::from(bytes[at]) + 256 * u16::from(bytes[at + 1]);
        f64::from(if place.high {
            word >> (16 - place.bits)
        } else {
            word
        })
    };
    let filled = width.div_ceil(4) * 4;
    Samples::from_fn((filled, height), |x, y| {
        code(x.min(width - 1), y) / place.codes()
    })
}
