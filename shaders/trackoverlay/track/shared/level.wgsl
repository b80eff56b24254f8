// Reads a level of the frame, bound as `level`.

// Bilinear, at a place in pixels of luma; the edge goes on beyond the frame.
fn level_at(p: vec2f) -> f32 {
    let last = vec2f(f32(params.level_width), f32(params.level_height)) - 1.0;
    let q = clamp((p - params.origin) / params.step, vec2f(0.0), last);
    let whole = max(min(floor(q), last - 1.0), vec2f(0.0));
    let part = q - whole;
    let at = u32(i32(whole.y)) * params.level_pitch + u32(i32(whole.x));
    let below = at + params.level_pitch;
    let upper = mix(level[at], level[at + 1u], part.x);
    let lower = mix(level[below], level[below + 1u], part.x);
    return mix(upper, lower, part.y);
}
