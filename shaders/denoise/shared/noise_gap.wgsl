// True if neither a site nor the surroundings of a site contain this cell.
fn is_skipped(cell: vec2u, step: u32, side: u32) -> bool {
    let at = cell % step;
    return step > side + 2u && any((at > vec2u(side)) & (at < vec2u(step - 1u)));
}
