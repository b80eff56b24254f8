// Reads chroma of a frame at any position. Included after `frame_read`; `params` has the subsampling and the
// site of the first sample.

// Cb and Cr at a position in luma pixels, interpolated between samples.
fn chroma_at(at: vec2f) -> vec2f {
    let last = vec2i(i32(params.samples.chroma_width), i32(params.samples.chroma_height)) - vec2i(1);
    let place = (at - vec2f(params.site_x, params.site_y)) / vec2f(params.sub_x, params.sub_y);
    let base = floor(place);
    let part = place - base;
    let a = clamp(vec2i(base), vec2i(0), last);
    let b = clamp(vec2i(base) + vec2i(1), vec2i(0), last);
    let upper = mix(chroma_code(a.x, a.y), chroma_code(b.x, a.y), part.x);
    let lower = mix(chroma_code(a.x, b.y), chroma_code(b.x, b.y), part.x);
    let code = mix(upper, lower, part.y);
    return (code - params.chroma_mid) / params.chroma_scale;
}
