//! Luma at the size of the tracker's finest level.

use crate::reference::samples::Samples;

/// Means of squares of `side` pixels, less the middle of the range, in rows of whole eights; the
/// edge goes on beyond the frame.
pub fn shrink(luma: &Samples, side: usize) -> Samples {
    let width = luma.width.div_ceil(side).div_ceil(8) * 8;
    Samples::from_fn((width, luma.height.div_ceil(side)), |x, y| {
        let mut sum = 0.0;
        for j in 0..side {
            for i in 0..side {
                sum += luma.nearest((x * side + i) as i64, (y * side + j) as i64);
            }
        }
        sum / (side * side) as f64 - 128.0
    })
}
