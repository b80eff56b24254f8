// Chroma of a frame at any place. `u_plane` and `v_plane` are one texture where the two are
// interleaved; `params` tells the component of each, the subsampling and the site of the first
// sample.

fn chroma_texel(x: i32, y: i32) -> vec2f {
    let at = vec2i(x, y);
    let u = textureLoad(u_plane, at, 0);
    let v = textureLoad(v_plane, at, 0);
    return vec2f(select(u.x, u.y, params.u_at == 1u), select(v.x, v.y, params.v_at == 1u));
}

// Cb and Cr at a place in pixels of luma, linear between samples.
fn chroma_at(at: vec2f) -> vec2f {
    let last = vec2i(textureDimensions(u_plane)) - vec2i(1);
    let place = (at - vec2f(params.site_x, params.site_y)) / vec2f(params.sub_x, params.sub_y);
    let base = floor(place);
    let part = place - base;
    let a = clamp(vec2i(base), vec2i(0), last);
    let b = clamp(vec2i(base) + vec2i(1), vec2i(0), last);
    let upper = mix(chroma_texel(a.x, a.y), chroma_texel(b.x, a.y), part.x);
    let lower = mix(chroma_texel(a.x, b.y), chroma_texel(b.x, b.y), part.x);
    let code = mix(upper, lower, part.y) * params.code;
    return (code - params.chroma_mid) / params.chroma_scale;
}
