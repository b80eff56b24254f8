// Limits the repair of luma to what the quantizer explains and to the range of the surrounding pixels, and smooths
// bands with dither. Luma of drawings stays as it is.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: deartifact/shared/damage_model.wgsl

struct FinishParams {
    parts: Parts,
    // One code of the frame in 8-bit code values.
    code: f32,
}

var<immediate> params: FinishParams;
@group(0) @binding(0) var<storage, read> source: array<vec2u>;
@group(0) @binding(1) var<storage, read> repaired: array<vec2u>;
@group(0) @binding(2) var<storage, read> model: DamageModel;
@group(0) @binding(3) var<storage, read_write> finished: array<vec2u>;

// Component of this invocation.
var<private> part: Part;

// Distance in pixels of the pixels that a pixel is compared with, to find bands.
const REACH: i32 = 8;

// Uniform from -0.5 to 0.5, the same at a position in all pictures, so that the dither does not flicker.
fn dither(x: u32, y: u32) -> f32 {
    var h = (x * 0x9e3779b1u) ^ (y * 0x85ebca77u);
    h = (h ^ (h >> 15u)) * 0x2c1b3c6du;
    h = (h ^ (h >> 12u)) * 0x297a2d39u;
    return f32((h ^ (h >> 15u)) >> 8u) / 16777216.0 - 0.5;
}

// Each pixel of a row with its left and right neighbours.
struct Row {
    before: vec4f,
    here: vec4f,
    after: vec4f,
}

fn row_at(x: i32, y: i32, quads: vec2i) -> Row {
    let here = unpack_quad(source[part.first + quad_index(x, y, quads)]);
    let left = unpack_quad(source[part.first + quad_index(x - 1, y, quads)]);
    let right = unpack_quad(source[part.first + quad_index(x + 1, y, quads)]);
    let before = vec4f(select(left.w, here.x, x == 0), here.xyz);
    let after = vec4f(here.yzw, select(right.x, here.w, x + 1 == quads.x));
    return Row(before, here, after);
}

fn lowest(row: Row) -> vec4f {
    return min(row.here, min(row.before, row.after));
}

fn highest(row: Row) -> vec4f {
    return max(row.here, max(row.before, row.after));
}

fn is_one_of(row: Row, low: vec4f, high: vec4f) -> vec4<bool> {
    return ((row.before == low) | (row.before == high)) & ((row.here == low) | (row.here == high))
        & ((row.after == low) | (row.after == high));
}

fn equals(a: Row, b: Row) -> vec4<bool> {
    return (a.before == b.before) & (a.here == b.here) & (a.after == b.after);
}

// Contrast of a drawing, in 8-bit code values: steps of a block grid are no higher.
const DRAWN: f32 = 5.0;

// Clamps to the range of the 3x3 pixels around, so that no new ringing appears. If these have two values far
// apart, or are two or four areas of one value each, they are drawn, as titles and maps over a coded picture are:
// then the pixel stays.
fn within_range(values: vec4f, x: i32, y: i32, quads: vec2i) -> vec4f {
    let above = row_at(x, y - 1, quads);
    let here = row_at(x, y, quads);
    let below = row_at(x, y + 1, quads);
    let low = min(lowest(here), min(lowest(above), lowest(below)));
    let high = max(highest(here), max(highest(above), highest(below)));
    let is_two = is_one_of(above, low, high) & is_one_of(here, low, high) & is_one_of(below, low, high);
    let left = (above.before == above.here) & (here.before == here.here) & (below.before == below.here);
    let right = (above.after == above.here) & (here.after == here.here) & (below.after == below.here);
    let are_areas = (left | right) & (equals(above, here) | equals(here, below));
    let is_high = high - low >= vec4f(max(DRAWN, model.threshold));
    return select(clamp(values, low, high), here.here, (is_two | are_areas) & is_high);
}

fn smooth_bands(values: vec4f, x: u32, y: u32, quads: vec2i) -> vec4f {
    let at = vec2i(i32(x), i32(y));
    let left = unpack_quad(repaired[part.first + quad_index(at.x - REACH / 4, at.y, quads)]);
    let right = unpack_quad(repaired[part.first + quad_index(at.x + REACH / 4, at.y, quads)]);
    let above = unpack_quad(repaired[part.first + quad_index(at.x, at.y - REACH, quads)]);
    let below = unpack_quad(repaired[part.first + quad_index(at.x, at.y + REACH, quads)]);
    let farthest = max(max(abs(left - values), abs(right - values)), max(abs(above - values), abs(below - values)));
    let noise = vec4f(dither(x * 4u, y), dither(x * 4u + 1u, y), dither(x * 4u + 2u, y), dither(x * 4u + 3u, y));
    let mean = 0.25 * (left + right + above + below);
    let smoothed = mean + noise * params.code;
    // A completely flat area has no bands and needs no dither.
    let is_band = (farthest < vec4f(model.deband)) & (farthest > vec4f(0.25 * params.code));
    return select(values, smoothed, is_band);
}

const GROUP: u32 = 32u;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return vec2u((size.x + 3u) / 4u, size.y);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let at = part.first + part.at.y * u32(part.quads.x) + part.at.x;
    let before = unpack_quad(source[at]);
    let most = vec4f(model.threshold + model.deblock);
    var values = before + clamp(unpack_quad(repaired[at]) - before, -most, most);
    values = within_range(values, i32(part.at.x), i32(part.at.y), part.quads);
    if (model.deband > 0.0) {
        values = smooth_bands(values, part.at.x, part.at.y, part.quads);
    }
    finished[at] = pack_quad(values);
}
