//! A state as cells of 2x2 pixels: twin of `state_cells`.

use super::conv::Map;
use super::samples::State;

/// Eight channels: four values row after row, of -0.5 to 0.5, then four times their deviations on the same
/// scale. A last pixel without a neighbour stands for it too.
pub fn state_cells(state: &State, (width, height): (usize, usize)) -> Map {
    let (columns, rows) = (width.div_ceil(2), height.div_ceil(2));
    let mut data = Vec::new();
    for channel in 0..8 {
        for y in 0..rows {
            for x in 0..columns {
                let x = (2 * x + channel % 2).min(width - 1);
                let y = (2 * y + channel / 2 % 2).min(height - 1);
                data.push(match channel {
                    0..4 => state.values.at(x, y) / 255.0 - 0.5,
                    _ => state.variances.at(x, y).sqrt() * 4.0 / 255.0,
                });
            }
        }
    }
    Map {
        channels: 8,
        width: columns,
        height: rows,
        data,
    }
}
