//! One component into a frame's bytes: twin of `pack` and `pack_wide`.

use super::samples::Samples;
use super::unpack::Place;

/// Values with a share, in 256ths, of what they were; values are stored in steps of 1/128.
pub fn keeping(now: &Samples, before: &Samples, share: u32) -> Samples {
    let mut kept = now.clone();
    for (value, old) in kept.data.iter_mut().zip(&before.data) {
        let gone = (old - *value) * 128.0;
        *value += (gone * f64::from(share) / 256.0 + 0.5).floor() / 128.0;
    }
    kept
}

/// Writes the first `width` columns, each rounded to the nearest code that the frame has.
pub fn pack(bytes: &mut [u8], place: &Place, samples: &Samples, width: usize) {
    let most = place.codes() * 256.0 - 1.0;
    for y in 0..samples.height {
        for x in 0..width {
            let code = (samples.at(x, y) * place.codes() + 0.5)
                .floor()
                .clamp(0.0, most) as u16;
            let at = place.byte(x, y);
            if place.bits == 8 {
                bytes[at] = code as u8;
                continue;
            }
            let word = if place.high {
                code << (16 - place.bits)
            } else {
                code
            };
            bytes[at] = (word % 256) as u8;
            bytes[at + 1] = (word / 256) as u8;
        }
    }
}
