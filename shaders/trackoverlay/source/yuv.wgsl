// Makes level 0 of a source from a Y'CbCr frame. An invocation processes four pixels of a row, which need at
// most four columns of chroma.
// include: trackoverlay/shared/source_texel.wgsl
// include: trackoverlay/shared/colour.wgsl
// include: shared/sample_places.wgsl
// include: trackoverlay/shared/frame_read.wgsl

struct SourceYuvParams {
    width: u32,
    height: u32,
    // Distance of neighbouring chroma samples in luma pixels, and position of the first one.
    sub_x: f32,
    sub_y: f32,
    site_x: f32,
    site_y: f32,
    samples: SamplePlaces,
    // Weights of red and blue in luma.
    kr: f32,
    kb: f32,
    // Code of black and codes from black to white; code of zero chroma and codes over its range.
    luma_offset: f32,
    luma_scale: f32,
    chroma_mid: f32,
    chroma_scale: f32,
    // First byte of alpha, and its largest code; 0 for opaque frames.
    alpha_start: u32,
    alpha_max: f32,
}

var<immediate> params: SourceYuvParams;
@group(0) @binding(0) var<storage, read> frame: array<u32>;
@group(0) @binding(1) var<storage, read_write> source: array<vec2u>;

// Cb and Cr of four columns from `base` on, interpolated between rows.
struct Columns {
    cb: vec4f,
    cr: vec4f,
}

fn columns_at(base: i32, y: f32) -> Columns {
    let last = max(vec2i(i32(params.samples.chroma_width), i32(params.samples.chroma_height)), vec2i(1)) - vec2i(1);
    let row = floor(y);
    let rows = clamp(vec2i(i32(row), i32(row) + 1), vec2i(0), vec2i(last.y));
    let x = clamp(vec4i(base) + vec4i(0, 1, 2, 3), vec4i(0), vec4i(last.x));
    let a = mix(chroma_code(x.x, rows.x), chroma_code(x.x, rows.y), y - row);
    let b = mix(chroma_code(x.y, rows.x), chroma_code(x.y, rows.y), y - row);
    let c = mix(chroma_code(x.z, rows.x), chroma_code(x.z, rows.y), y - row);
    let d = mix(chroma_code(x.w, rows.x), chroma_code(x.w, rows.y), y - row);
    return Columns(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}

@compute @workgroup_size(16, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let first = vec2i(i32(id.x) * 4, i32(id.y));
    let size = vec2i(i32(params.width), i32(params.height));
    if (any(first >= size)) {
        return;
    }
    let start = (vec2f(first) - vec2f(params.site_x, params.site_y)) / vec2f(params.sub_x, params.sub_y);
    let base = floor(start.x);
    let columns = columns_at(i32(base), start.y);
    let end = min(4, size.x - first.x);
    var i = 0;
    loop {
        let at = first + vec2i(i, 0);
        let code = luma_code(at);
        let y = (code - params.luma_offset) / params.luma_scale;
        let place = start.x - base + f32(i) / params.sub_x;
        let shares = max(vec4f(1.0) - abs(vec4f(place) - vec4f(0.0, 1.0, 2.0, 3.0)), vec4f(0.0));
        let codes = vec2f(dot(shares, columns.cb), dot(shares, columns.cr));
        let chroma = (codes - params.chroma_mid) / params.chroma_scale;
        let colour = rgb_of(y, select(vec2f(0.0), chroma, params.samples.chroma_width > 0u));
        var alpha = 1.0;
        if (params.alpha_max > 0.0) {
            alpha = read_code(params.alpha_start + luma_byte(at)) / params.alpha_max;
        }
        source[SOURCE_LEVELS + u32(at.y * size.x + at.x)] = encode_texel(vec4f(colour * alpha, alpha));
        continuing {
            i++;
            break if i >= end;
        }
    }
}
