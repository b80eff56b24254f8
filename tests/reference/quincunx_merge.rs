//! Placement of blocks in a quincunx.

/// Top left corners of the blocks in row order: every four columns, beginning four pixels outside, and every
/// eight rows; every second column is moved down by half a block.
pub fn places((width, height): (usize, usize)) -> Vec<(i64, i64)> {
    let mut all = Vec::new();
    for top in (-4..height as i64).step_by(8) {
        for (column, left) in (-4..width as i64).step_by(4).enumerate() {
            let lower = if column % 2 == 1 { 4 } else { 0 };
            all.push((left, top + lower));
        }
    }
    all
}
