// Chroma by the edges of luma: each sample becomes the mean of those around it, as far as luma there is alike
// and chroma no further apart than damage puts it. Chroma is coded more coarsely than luma, in blocks of twice
// the size where it is subsampled, so its blocks and bleeding edges are levelled by what luma shows.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: deartifact/shared/damage_model.wgsl

struct ChromaParams {
    parts: Parts,
    // Right shifts from luma to chroma coordinates, horizontally and vertically.
    shift_x: u32,
    shift_y: u32,
}

var<immediate> params: ChromaParams;
@group(0) @binding(0) var<storage, read> planes: array<vec2u>;
@group(0) @binding(1) var<storage, read> luma: array<vec2u>;
@group(0) @binding(2) var<storage, read> model: DamageModel;
@group(0) @binding(3) var<storage, read_write> guided: array<vec2u>;

// Component of this invocation.
var<private> part: Part;

// Standard deviations of the weights as parts of the threshold: by difference in luma, and in chroma. Measured
// best on video coded by six encoders.
const LUMA_REACH: f32 = 0.6;
const CHROMA_REACH: f32 = 0.35;
// Samples are taken at this distance, and at twice of it, in each direction.
const DISTANCE: i32 = 2;

// Sums of weights, and of weighted samples.
struct Mean {
    weights: vec4f,
    sum: vec4f,
}

// Luma at one row of it, at the places of a quad of chroma.
fn luma_row(x: u32, y: u32) -> vec4f {
    let quads = (params.parts.luma_width + 3u) / 4u;
    let row = min(y, params.parts.luma_height - 1u) * quads;
    if (params.shift_x == 0u) {
        return unpack_quad(luma[row + min(x, quads - 1u)]);
    }
    let left = unpack_quad(luma[row + min(x * 2u, quads - 1u)]);
    let right = unpack_quad(luma[row + min(x * 2u + 1u, quads - 1u)]);
    return 0.5 * (vec4f(left.xz, right.xz) + vec4f(left.yw, right.yw));
}

// Mean luma at the places of a quad of chroma.
fn luma_at(x: i32, y: i32) -> vec4f {
    let column = u32(clamp(x, 0, part.quads.x - 1));
    let row = u32(y) << params.shift_y;
    let upper = luma_row(column, row);
    if (params.shift_y == 0u) {
        return upper;
    }
    return 0.5 * (upper + luma_row(column, row + 1u));
}

fn chroma_at(x: i32, y: i32) -> vec4f {
    return unpack_quad(planes[part.first + quad_index(x, y, part.quads)]);
}

// Adds the samples at these columns. Those outside the picture do not count.
fn add(mean: ptr<function, Mean>, columns: vec4i, chroma: vec4f, apart: vec4f, from_luma: vec4f, scale: vec2f) {
    let differences = chroma - apart;
    let exponents = differences * differences * scale.y + from_luma * from_luma * scale.x;
    let inside = (columns >= vec4i(0)) & (columns < vec4i(i32(part.width)));
    let weights = select(vec4f(0.0), exp2(-exponents), inside);
    (*mean).weights += weights;
    (*mean).sum += weights * differences;
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
    let at = vec2i(part.at);
    let place = part.first + part.at.y * u32(part.quads.x) + part.at.x;
    if (model.wanted <= 0.0 || model.threshold <= 0.0) {
        guided[place] = planes[place];
        return;
    }
    let here = chroma_at(at.x, at.y);
    let own = luma_at(at.x, at.y);
    // exp2 of a square times this is a Gaussian of the square.
    let unit = 0.7213475 / (model.threshold * model.threshold);
    let scale = vec2f(unit / (LUMA_REACH * LUMA_REACH), unit / (CHROMA_REACH * CHROMA_REACH));
    let columns = at.x * 4 + vec4i(0, 1, 2, 3);
    var mean = Mean(vec4f(0.0), vec4f(0.0));
    for (var step = -2; step <= 2; step++) {
        let y = at.y + step * DISTANCE;
        if (y < 0 || y >= part.quads.y) {
            continue;
        }
        let c0 = chroma_at(at.x - 1, y);
        let c1 = chroma_at(at.x, y);
        let c2 = chroma_at(at.x + 1, y);
        let l0 = luma_at(at.x - 1, y);
        let l1 = luma_at(at.x, y);
        let l2 = luma_at(at.x + 1, y);
        add(&mean, columns - 2 * DISTANCE, c0, here, l0 - own, scale);
        add(&mean, columns - DISTANCE, vec4f(c0.zw, c1.xy), here, vec4f(l0.zw, l1.xy) - own, scale);
        add(&mean, columns, c1, here, l1 - own, scale);
        add(&mean, columns + DISTANCE, vec4f(c1.zw, c2.xy), here, vec4f(l1.zw, l2.xy) - own, scale);
        add(&mean, columns + 2 * DISTANCE, c2, here, l2 - own, scale);
    }
    guided[place] = pack_quad(here + model.wanted * mean.sum / mean.weights);
}
