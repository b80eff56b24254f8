// Reads a level of the frame, bound as `level`.

fn level_value(x: i32, y: i32) -> f32 {
    let column = clamp(x, 0, i32(params.level_width) - 1);
    let row = clamp(y, 0, i32(params.level_height) - 1);
    return level[u32(row) * params.level_pitch + u32(column)];
}

// Bilinear, at a place in pixels of luma.
fn level_at(p: vec2f) -> f32 {
    let q = (p - params.origin) / params.step;
    let whole = floor(q);
    let part = q - whole;
    let x = i32(whole.x);
    let y = i32(whole.y);
    let upper = mix(level_value(x, y), level_value(x + 1, y), part.x);
    let lower = mix(level_value(x, y + 1), level_value(x + 1, y + 1), part.x);
    return mix(upper, lower, part.y);
}
