// Reads luma of a frame at any position. Included after `frame_read`; `params` has the frame's size and codes.

// Luma at a position, interpolated between pixels, 0 to 1.
fn luma_at(at: vec2f) -> f32 {
    let last = vec2i(i32(params.width), i32(params.height)) - vec2i(1);
    let base = floor(at);
    let part = at - base;
    let a = clamp(vec2i(base), vec2i(0), last);
    let b = clamp(vec2i(base) + vec2i(1), vec2i(0), last);
    let upper = mix(luma_code(a), luma_code(vec2i(b.x, a.y)), part.x);
    let lower = mix(luma_code(vec2i(a.x, b.y)), luma_code(b), part.x);
    return (mix(upper, lower, part.y) - params.luma_offset) / params.luma_scale;
}
