// Shared by the compositing passes: parameters, the source as it appears in the frame, and blending.
//
// Software Vulkan executes both branches of each `if`, and runs the body of a `for` loop once more than
// needed. So unused parts are removed at compile time by override constants, and loops test their condition
// at the end.

// False if the blend mode is normal.
override BLENDS: bool = true;
// False if there is no matte.
override HAS_MATTE: bool = true;

struct PlaceParams {
    // Size of luma in pixels.
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
    // Largest code; code of black and codes from black to white; code of zero chroma and codes over its
    // range.
    max_code: f32,
    luma_offset: f32,
    luma_scale: f32,
    chroma_mid: f32,
    chroma_scale: f32,
    // 0 normal, 1 multiply, 2 screen.
    blend: u32,
    // Code of the source's white, 0 to 1.
    white: f32,
    // Width of the soft edge in pixels.
    feather: f32,
    // Mip levels of the source.
    levels: u32,
    // Columns and rows of the matte; 0 without one.
    matte_cols: u32,
    matte_rows: u32,
}

var<immediate> params: PlaceParams;
@group(0) @binding(0) var<storage, read> found_spot: Spot;
@group(0) @binding(1) var<storage, read> source: array<vec2u>;
@group(0) @binding(2) var<storage, read> matte: array<vec4f>;
@group(0) @binding(3) var<storage, read> frame: array<u32>;
@group(0) @binding(4) var<storage, read_write> target_frame: array<u32>;

// Copy of `found_spot`, so that memory is read once instead of at each pixel.
var<private> spot: Spot;

// The matte at a position in texels of level 0, interpolated between its cells: visibility, gain and bias.
fn matte_at(texel: vec2f) -> vec4f {
    let last = vec2i(i32(params.matte_cols), i32(params.matte_rows)) - vec2i(1);
    let place = clamp(texel * spot.matte.xy + spot.matte.zw, vec2f(0.0), vec2f(last));
    let a = clamp(vec2i(place), vec2i(0), last);
    let b = min(a + vec2i(1), last);
    let part = place - vec2f(a);
    let pitch = last.x + 1;
    let upper = mix(matte[a.y * pitch + a.x], matte[a.y * pitch + b.x], part.x);
    let lower = mix(matte[b.y * pitch + a.x], matte[b.y * pitch + b.x], part.x);
    return mix(upper, lower, part.y);
}

// The source at a position of the frame as premultiplied R'G'B' and alpha, after relighting and the matte.
fn placed(at: vec2f, print: Footprint) -> vec4f {
    let place = texel_at(at);
    let value = filtered(place, print);
    var light = spot.light.xy;
    var uncovered = 1.0;
    if (HAS_MATTE) {
        let found = matte_at(place);
        // The matte has the light at each place; and is made steeper, because objects in front have sharp edges
        // but cells are coarse.
        light = mix(vec2f(1.0, 0.0), found.yz, spot.light.w);
        uncovered = smoothstep(0.25, 0.75, found.x);
    }
    let lit = value.rgb * light.x + value.a * light.y;
    // Relighting must not push a colour below black or above white, unless it was there before.
    let colour = clamp(lit, min(value.rgb, vec3f(0.0)), max(value.rgb, vec3f(value.a)));
    return vec4f(colour, value.a) * (spot.light.z * uncovered);
}

// Blend modes other than normal, in R'G'B' of the frame.
fn blended(under: vec3f, over: vec4f) -> vec3f {
    if (params.blend == 1u) {
        return under * (1.0 - over.a + over.rgb / params.white);
    }
    return under + over.rgb - under * over.rgb;
}

// Stores a sample in its word. An invocation writes runs of four samples, which fill whole words.
fn store_code(byte: u32, code: f32) {
    let sample = u32(clamp(floor(code + 0.5), 0.0, params.max_code)) << params.samples.shift;
    let mask = select(0xffffu, 0xffu, params.samples.sample_bytes == 1u);
    let bits = 8u * (byte & 3u);
    let word = target_frame[byte / 4u];
    target_frame[byte / 4u] = (word & ~(mask << bits)) | (sample << bits);
}

// The four runs of an invocation in its workgroup's tile of 64x16 samples, in a plane of `size` whose tiles
// begin at `origin`. The shader that includes this defines place_run(first: vec2i).
fn place_rows(origin: vec2i, size: vec2i, group: vec2u, local: vec2u) {
    let first = origin + vec2i(group) * vec2i(64, 16) + vec2i(local) * vec2i(4, 1);
    if (any(first >= size)) {
        return;
    }
    var row = 0;
    loop {
        place_run(first + vec2i(0, row));
        continuing {
            row += 4;
            break if row >= 16 || first.y + row >= size.y;
        }
    }
}
