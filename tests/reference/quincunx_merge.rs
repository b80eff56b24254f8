//! Where the blocks of a quincunx lie.

/// Left and top of the blocks, row after row: each four columns one, from four pixels outside on,
/// and each eight rows one, of which every second is moved down by half its height.
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
