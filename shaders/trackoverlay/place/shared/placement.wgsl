// Shared by the compositing passes: parameters, the source as it appears in the frame, and blending.
//
// Software Vulkan executes both branches of each `if`, and runs the body of a `for` loop once more than
// needed. So unused parts are removed at compile time by override constants, and loops test their condition
// at the end.

// False if the blend mode is normal.
override BLENDS: bool = true;
// False if there is no matte.
override HAS_MATTE: bool = true;
// False if the placement gets no grain.
override IS_GRAINY: bool = false;

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
    // Texels of its plate to a cell.
    cell_texels: u32,
    // Number of the frame; and codes of an 8-bit code.
    frame: u32,
    unit: f32,
}

var<immediate> params: PlaceParams;
@group(0) @binding(0) var<storage, read> found_spot: Spot;
@group(0) @binding(1) var<storage, read> source: array<vec2u>;
@group(0) @binding(2) var<storage, read> matte: array<vec4f>;
@group(0) @binding(3) var<storage, read> frame: array<u32>;
@group(0) @binding(4) var<storage, read_write> target_frame: array<u32>;
@group(0) @binding(5) var<storage, read> shares: array<f32>;
@group(0) @binding(6) var<storage, read> plate: array<vec4f>;
@group(0) @binding(7) var<storage, read> grain: array<vec4f>;

// Copy of `found_spot`, so that memory is read once instead of at each pixel.
var<private> spot: Spot;

// What is under the placement at a pixel.
struct Beneath {
    // Share of the plane; the rest is something in front of it.
    share: f32,
    // Gain and bias of the light.
    light: vec2f,
    // The plane there: Y' from 0 to 1, Cb and Cr from -0.5 to 0.5. Only where the share is partial.
    lit: vec3f,
}

// Of the pixel that was placed last.
var<private> beneath: Beneath;

// 8-bit codes from black to white, and from the lowest to the highest chroma, as in the plate.
const PLATE_RANGE: vec3f = vec3f(219.0, 224.0, 224.0);

// Positions between which to interpolate, and the part of the way.
struct Between {
    a: vec2i,
    b: vec2i,
    part: vec2f,
}

fn between(at: vec2f, size: vec2i) -> Between {
    let place = clamp(at, vec2f(0.0), vec2f(size - vec2i(1)));
    let a = clamp(vec2i(place), vec2i(0), size - vec2i(1));
    return Between(a, min(a + vec2i(1), size - vec2i(1)), place - vec2f(a));
}

fn matte_at(cells: vec2f) -> vec4f {
    let pitch = i32(params.matte_cols);
    let w = between(cells, vec2i(pitch, i32(params.matte_rows)));
    let upper = mix(matte[w.a.y * pitch + w.a.x], matte[w.a.y * pitch + w.b.x], w.part.x);
    let lower = mix(matte[w.b.y * pitch + w.a.x], matte[w.b.y * pitch + w.b.x], w.part.x);
    return mix(upper, lower, w.part.y);
}

// Looks beneath a position in texels of the source's level 0.
fn look_beneath(texel: vec2f) {
    let cells = texel * spot.matte.xy + spot.matte.zw;
    let found = matte_at(cells);
    let size = i32(params.cell_texels) * vec2i(i32(params.matte_cols), i32(params.matte_rows));
    let w = between((cells + 0.5) * f32(params.cell_texels) - 0.5, size);
    let a = w.a.y * size.x;
    let b = w.b.y * size.x;
    let above = mix(shares[a + w.a.x], shares[a + w.b.x], w.part.x);
    let below = mix(shares[b + w.a.x], shares[b + w.b.x], w.part.x);
    beneath.share = mix(above, below, w.part.y);
    beneath.light = mix(vec2f(1.0, 0.0), found.yz, spot.light.w);
    if (beneath.share > 0.0 && beneath.share < 1.0) {
        let upper = mix(plate[a + w.a.x], plate[a + w.b.x], w.part.x);
        let lower = mix(plate[b + w.a.x], plate[b + w.b.x], w.part.x);
        let own = mix(upper, lower, w.part.y);
        beneath.lit = own.xyz * found.w / PLATE_RANGE + vec3f(found.z, 0.0, 0.0);
    }
}

// What the plane alone has, of a value that mixes it with what is in front; from `low` to `high`. The rest is in
// front and stays.
fn unmixed(value: f32, lit: f32, low: f32, high: f32) -> f32 {
    if (!HAS_MATTE || beneath.share <= 0.0 || beneath.share >= 1.0) {
        return value;
    }
    let front = clamp(value - beneath.share * lit, (1.0 - beneath.share) * low, (1.0 - beneath.share) * high);
    return (value - front) / beneath.share;
}

// The source at a position of the frame as premultiplied R'G'B' and alpha, after relighting and the matte.
fn placed(at: vec2f, print: Footprint) -> vec4f {
    let place = texel_at(at);
    let value = filtered(place, print);
    beneath = Beneath(1.0, spot.light.xy, vec3f(0.0));
    if (HAS_MATTE) {
        look_beneath(place);
    }
    let lit = value.rgb * beneath.light.x + value.a * beneath.light.y;
    // Relighting must not push a colour below black or above white, unless it was there before.
    let colour = clamp(lit, min(value.rgb, vec3f(0.0)), max(value.rgb, vec3f(value.a)));
    return vec4f(colour, value.a) * (spot.light.z * beneath.share);
}

// Grain in codes, at a sample of a plane, as much as the placement hides of the plate's own.
fn grain_at(at: vec2i, alpha: f32) -> vec3f {
    if (!IS_GRAINY || spot.grain.x == 0.0) {
        return vec3f(0.0);
    }
    let corner = hash(params.frame ^ (u32(at.x) >> PART_LOG2) ^ ((u32(at.y) >> PART_LOG2) << 16u));
    let place = (at + vec2i(i32(corner & 0xffu), i32((corner >> 8u) & 0xffu))) & vec2i(FIELD - 1);
    let left = 1.0 - alpha;
    return grain[place.y * FIELD + place.x].xyz * (params.unit * sqrt(max(1.0 - left * left, 0.0)));
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
