//! Half floats, the format of stored weights.

/// The value of a half float (IEEE 754 binary16).
pub fn widen(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let exponent = u32::from(half >> 10) & 31;
    let fraction = u32::from(half & 0x3ff);
    match exponent {
        // Subnormal: multiples of 2^-24.
        0 => f32::from_bits(sign | (fraction as f32 / 16_777_216.0).to_bits()),
        31 => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        // The exponent biases are 15 and 127.
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

/// The nearest half float to a value; exact for values that [`widen`] returns.
pub fn narrow(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16) as u16 & 0x8000;
    let size = value.abs();
    // Values below the smallest normal number are multiples of 2^-24.
    if size < 6.103_515_6e-5 {
        return sign | (size * 16_777_216.0).round_ties_even() as u16;
    }
    // Rounds half to even; a carry into the exponent gives the right result.
    let odd = bits >> 13 & 1;
    let rounded = (bits & 0x7fff_ffff) + 0xfff + odd;
    let half = (rounded >> 13).saturating_sub(112 << 10);
    sign | half.min(0x7c00) as u16
}

#[cfg(test)]
mod tests {
    use super::{narrow, widen};

    #[test]
    fn halves_come_back_from_whole_floats() {
        for half in (0..=0x7c00).chain(0x8000..=0xfc00) {
            assert_eq!(narrow(widen(half)), half, "{half:#x}");
        }
        // Halfway between two values, and beyond the largest.
        assert_eq!(narrow(1.0 + 1.0 / 2048.0), 0x3c00);
        assert_eq!(narrow(1.0 + 3.0 / 2048.0), 0x3c02);
        assert_eq!(narrow(1e9), 0x7c00);
    }

    #[test]
    fn halves_have_the_values_of_the_standard() {
        let cases = [
            (0x0000, 0.0),
            (0x8000, -0.0),
            (0x0001, 5.960_464_5e-8),
            (0x03ff, 6.097_555e-5),
            (0x0400, 6.103_515_6e-5),
            (0x3555, 0.333_251_95),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x7c00, f32::INFINITY),
        ];
        for (half, value) in cases {
            assert_eq!(widen(half).to_bits(), f32::to_bits(value), "{half:#x}");
        }
    }
}
