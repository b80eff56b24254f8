// Makes the denoised picture of a state and of what a network found. A cell of 2x2 pixels has ten numbers in two
// channel groups: the noise of its pixels in deviations of the state, in row order; the share of each pixel in
// which that of shrunk blocks replaces the state; and the noise of U and V in deviations.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl

struct NetworkShrinkParams {
    parts: Parts,
    // Cells from one row of the map to the next, and from one channel group to the next.
    pitch: u32,
    area: u32,
}

var<immediate> params: NetworkShrinkParams;
@group(0) @binding(0) var<storage, read> state: array<vec4u>;
@group(0) @binding(1) var<storage, read> found: array<vec4u>;
// Luma as shrunk blocks left it, and then the result.
@group(0) @binding(2) var<storage, read_write> shrunk: array<vec2u>;

// Component of this invocation.
var<private> part: Part;

const GROUP: u32 = 32u;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return vec2u((size.x + 3u) / 4u, size.y);
}

// Four pixels of luma, which lie in two cells. The second may lie beyond the picture's last: in the border, and its
// pixels in the row's padding.
fn luma_quad(pixels: vec4u, blocks: vec4f) -> vec4f {
    let from_cell = (part.at.y / 2u + 1u) * params.pitch + part.at.x * 2u + 1u;
    let left = found[from_cell];
    let right = found[from_cell + 1u];
    let is_lower = (part.at.y & 1u) != 0u;
    let noise_pairs = select(vec2u(left.x, right.x), vec2u(left.y, right.y), is_lower);
    let share_pairs = select(vec2u(left.z, right.z), vec2u(left.w, right.w), is_lower);
    let deviations = vec4f(unpack2x16float(noise_pairs.x), unpack2x16float(noise_pairs.y));
    let shares = vec4f(unpack2x16float(share_pairs.x), unpack2x16float(share_pairs.y));
    let values = state_values(pixels);
    return values - deviations * sqrt(state_variances(pixels)) + shares * (blocks - values);
}

// Noise of a chroma sample of half size: that of a cell.
fn chroma_noise(x: u32) -> f32 {
    let at = params.area + (part.at.y + 1u) * params.pitch + x + 1u;
    let pair = unpack2x16float(found[at].x);
    return select(pair.x, pair.y, part.component == 2u);
}

fn chroma_quad(pixels: vec4u) -> vec4f {
    let x = part.at.x * 4u;
    let deviations = vec4f(chroma_noise(x), chroma_noise(x + 1u), chroma_noise(x + 2u), chroma_noise(x + 3u));
    return state_values(pixels) - deviations * sqrt(state_variances(pixels));
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let at = part.first + part.at.y * u32(part.quads.x) + part.at.x;
    let pixels = state[at];
    var values: vec4f;
    if (part.component == 0u) {
        values = luma_quad(pixels, unpack_quad(shrunk[at]));
    } else {
        values = chroma_quad(pixels);
    }
    shrunk[at] = pack_quad(values);
}
