// Reads a level of the frame, bound as `levels`.

// Interpolates bilinearly at a position in luma pixels; the frame's edge is repeated outside of it.
fn level_at(p: vec2f) -> f32 {
    let last = vec2f(f32(on.width), f32(on.height)) - 1.0;
    let q = clamp((p - on.origin) / on.step, vec2f(0.0), last);
    let whole = max(min(floor(q), last - 1.0), vec2f(0.0));
    let part = q - whole;
    let at = on.start + u32(i32(whole.y)) * on.pitch + u32(i32(whole.x));
    let below = at + on.pitch;
    let upper = mix(levels[at], levels[at + 1u], part.x);
    let lower = mix(levels[below], levels[below + 1u], part.x);
    return mix(upper, lower, part.y);
}
