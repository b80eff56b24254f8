// Converts what is known of a picture to the first map of the denoiser's network. A cell has 2x2 pixels and 22
// numbers in three channel groups:
//   the four values of the state in row order, their four deviations;
//   the noisy pixels less these values, and those that shrunk blocks left less these values;
//   U and V of the state, their mean deviation, noisy U and V less those of the state, the deviation of the
//   noise in luma, and two zeros.
// Values are -0.5 to 0.5; all else is a small part of the range and read four times as large, as the network
// was trained.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/noise_model.wgsl
// include: picture/shared/noise_read.wgsl

struct StateCellsParams {
    parts: Parts,
    // Chroma samples across and down a cell: 1 or 2; 0 without chroma.
    chroma_x: u32,
    chroma_y: u32,
    // Cells from one row of the map to the next, and from one channel group to the next.
    pitch: u32,
    area: u32,
}

var<immediate> params: StateCellsParams;
@group(0) @binding(0) var<storage, read> state: array<vec4u>;
@group(0) @binding(1) var<storage, read> planes: array<vec2u>;
@group(0) @binding(2) var<storage, read> shrunk: array<vec2u>;
@group(0) @binding(3) var<storage, read> noise: NoiseModel;
@group(0) @binding(4) var<storage, read_write> outputs: array<vec4u>;

const SCALE: f32 = 1.0 / 255.0;
const FACTOR: f32 = 4.0;

// Pixels, and places of components, are found one by one here.
const GROUP: u32 = 64u;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return (size + 1u) / 2u;
}

// Quad of luma that the pixel x, y lies in; below the last row that row is repeated.
fn luma_quad(x: u32, y: u32) -> u32 {
    let size = luma_size();
    return min(y, size.y - 1u) * ((size.x + 3u) / 4u) + x / 4u;
}

// Two neighbouring pixels of a quad; at the end of a row the last pixel is repeated.
fn state_pair(x: u32, y: u32) -> vec2u {
    let quad = state[luma_quad(x, y)];
    let pair = select(quad.xy, quad.zw, (x & 2u) != 0u);
    return select(pair, pair.xx, x + 1u >= luma_size().x);
}

fn pair_of(quad: vec4f, x: u32) -> vec2f {
    let pair = select(quad.xy, quad.zw, (x & 2u) != 0u);
    return select(pair, pair.xx, x + 1u >= luma_size().x);
}

fn noisy_pair(x: u32, y: u32) -> vec2f {
    return pair_of(unpack_quad(planes[luma_quad(x, y)]), x);
}

fn shrunk_pair(x: u32, y: u32) -> vec2f {
    return pair_of(unpack_quad(shrunk[luma_quad(x, y)]), x);
}

// Means of a cell's chroma samples: U and V of the state (xy), their deviations (zw), and of the noisy picture.
struct Chroma {
    kept: vec4f,
    noisy: vec2f,
}

// Sample of a component at a place: value, deviation, and the noisy sample.
fn chroma_at(component: u32, x: u32, y: u32) -> vec3f {
    let size = chroma_size();
    let start = part_start(component, part_quads(luma_size()), part_quads(size));
    let column = min(x, size.x - 1u);
    let at = start + min(y, size.y - 1u) * ((size.x + 3u) / 4u) + column / 4u;
    let pixels = state[at];
    let lane = column & 3u;
    let pixel = select(select(pixels.x, pixels.y, lane == 1u), select(pixels.z, pixels.w, lane == 3u), lane >= 2u);
    let measured = unpack_quad(planes[at]);
    let noisy = select(select(measured.x, measured.y, lane == 1u), select(measured.z, measured.w, lane == 3u), lane >= 2u);
    let one = vec4u(pixel);
    return vec3f(state_values(one).x, sqrt(state_variances(one).x), noisy);
}

fn chroma_pair(x: u32, y: u32) -> Chroma {
    let u = chroma_at(1u, x, y);
    let v = chroma_at(2u, x, y);
    return Chroma(vec4f(u.x, v.x, u.y, v.y), vec2f(u.z, v.z));
}

fn add(a: Chroma, b: Chroma) -> Chroma {
    return Chroma(a.kept + b.kept, a.noisy + b.noisy);
}

// Chroma of a cell; without any, grey that could have as much noise as luma: the network knows no other.
fn chroma_of(cell: vec2u, luma_deviation: f32) -> Chroma {
    if (params.chroma_x == 0u) {
        return Chroma(vec4f(127.5, 127.5, luma_deviation, luma_deviation), vec2f(127.5));
    }
    let x = cell.x * params.chroma_x;
    let y = cell.y * params.chroma_y;
    var sum = chroma_pair(x, y);
    if (params.chroma_x == 2u) {
        sum = add(sum, chroma_pair(x + 1u, y));
    }
    if (params.chroma_y == 2u) {
        sum = add(sum, chroma_pair(x, y + 1u));
    }
    if (params.chroma_x * params.chroma_y == 4u) {
        sum = add(sum, chroma_pair(x + 1u, y + 1u));
    }
    let share = 1.0 / f32(params.chroma_x * params.chroma_y);
    return Chroma(sum.kept * share, sum.noisy * share);
}

fn pack_channels(a: vec4f, b: vec4f) -> vec4u {
    return vec4u(pack2x16float(a.xy), pack2x16float(a.zw), pack2x16float(b.xy), pack2x16float(b.zw));
}

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let size = luma_size();
    if (id.x * 2u >= size.x || id.y * 2u >= size.y) {
        return;
    }
    let pixels = vec4u(state_pair(id.x * 2u, id.y * 2u), state_pair(id.x * 2u, id.y * 2u + 1u));
    let values = state_values(pixels);
    let noisy = vec4f(noisy_pair(id.x * 2u, id.y * 2u), noisy_pair(id.x * 2u, id.y * 2u + 1u));
    let blocks = vec4f(shrunk_pair(id.x * 2u, id.y * 2u), shrunk_pair(id.x * 2u, id.y * 2u + 1u));
    let deviations = sqrt(state_variances(pixels));
    let chroma = chroma_of(id.xy, dot(deviations, vec4f(0.25)));
    let sigma = sqrt(luma_variance(dot(values, vec4f(0.25))));
    let weak = SCALE * FACTOR;
    let at = (id.y + 1u) * params.pitch + id.x + 1u;
    outputs[at] = pack_channels(values * SCALE - 0.5, deviations * weak);
    outputs[at + params.area] = pack_channels((noisy - values) * weak, (blocks - values) * weak);
    let colour = vec3f(chroma.kept.xy * SCALE - 0.5, (chroma.kept.z + chroma.kept.w) * 0.5 * weak);
    outputs[at + 2u * params.area] = pack_channels(
        vec4f(colour, (chroma.noisy.x - chroma.kept.x) * weak),
        vec4f((chroma.noisy.y - chroma.kept.y) * weak, sigma * weak, 0.0, 0.0),
    );
}
