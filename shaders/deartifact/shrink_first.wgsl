// The first shrinkage of preset balanced: overlapped 8x8 DCT, each coefficient weighed by its own energy. What
// comes out is the pilot of the second. The curves' constants come from training on damaged photographs.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/shrinkage.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/block_store.wgsl
// include: shared/damage_model.wgsl
// include: shared/curve.wgsl
// include: shared/block_load.wgsl

@group(0) @binding(0) var<storage, read> planes: array<vec2u>;
@group(0) @binding(1) var<storage, read> model: DamageModel;
@group(0) @binding(2) var<storage, read_write> blocks: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> weights: array<f32>;

// How fast the halves grow with the threshold, as a power.
const GROWTH: f32 = 1.83;
const GROWTH_BLOCKED: f32 = 2.341;
// Floors and energies of half the gain, by frequency.
const LOWS = array<vec4f, 16>(
    vec4f(0.01832, 0.1135, 1.753e-05, 0.00214), vec4f(0.004307, 0.003351, 0.003677, 0.0007533),
    vec4f(0.1135, 0.001678, 0.00102, 0.001789), vec4f(0.04445, 0.003756, 0.002336, 0.0006398),
    vec4f(1.753e-05, 0.00102, 0.002561, 0.007104), vec4f(0.0268, 0.01265, 0.01724, 0.001122),
    vec4f(0.00214, 0.001789, 0.007104, 0.008014), vec4f(0.06058, 0.009075, 0.01348, 0.002304),
    vec4f(0.004307, 0.04445, 0.0268, 0.06058), vec4f(0.07495, 0.04354, 0.01835, 0.003936),
    vec4f(0.003351, 0.003756, 0.01265, 0.009075), vec4f(0.04354, 0.01066, 0.01699, 0.003362),
    vec4f(0.003677, 0.002336, 0.01724, 0.01348), vec4f(0.01835, 0.01699, 0.01085, 0.006071),
    vec4f(0.0007533, 0.0006398, 0.001122, 0.002304), vec4f(0.003936, 0.003362, 0.006071, 0.002351),
);
const LOWS_BLOCKED = array<vec4f, 16>(
    vec4f(0.01832, 0.1603, 3.738e-05, 0.0001254), vec4f(0.001008, 3.81e-05, 0.0001493, 4.265e-05),
    vec4f(0.1603, 0.001161, 0.000581, 0.0001947), vec4f(0.001553, 4.126e-05, 8.034e-05, 3.8e-05),
    vec4f(3.738e-05, 0.000581, 0.0003647, 0.0001195), vec4f(0.006533, 5.029e-05, 0.0004088, 4.49e-05),
    vec4f(0.0001254, 0.0001947, 0.0001195, 0.0001786), vec4f(0.001742, 0.0001134, 0.0001115, 9.024e-05),
    vec4f(0.001008, 0.001553, 0.006533, 0.001742), vec4f(0.01246, 0.0004018, 0.0007062, 0.0001181),
    vec4f(3.81e-05, 4.126e-05, 5.029e-05, 0.0001134), vec4f(0.0004018, 0.0002245, 0.0001018, 0.0002648),
    vec4f(0.0001493, 8.034e-05, 0.0004088, 0.0001115), vec4f(0.0007062, 0.0001018, 0.0003724, 0.0001721),
    vec4f(4.265e-05, 3.8e-05, 4.49e-05, 9.024e-05), vec4f(0.0001181, 0.0002648, 0.0001721, 0.001777),
);
const HALVES = array<vec4f, 16>(
    vec4f(0.6065, 7.903, 0.4522, 3.356), vec4f(0.1023, 13.25, 0.2468, 88.08),
    vec4f(7.903, 1.014, 0.09418, 4.831), vec4f(0.05533, 2.81, 0.06161, 41.0),
    vec4f(0.4522, 0.09418, 0.03586, 0.556), vec4f(0.02255, 0.2072, 0.02432, 15.77),
    vec4f(3.356, 4.831, 0.556, 3.78), vec4f(0.05203, 1.227, 0.0458, 14.89),
    vec4f(0.1023, 0.05533, 0.02255, 0.05203), vec4f(0.04831, 0.07549, 0.01142, 4.312),
    vec4f(13.25, 2.81, 0.2072, 1.227), vec4f(0.07549, 0.3631, 0.01747, 1.388),
    vec4f(0.2468, 0.06161, 0.02432, 0.0458), vec4f(0.01142, 0.01747, 0.01791, 1.427),
    vec4f(88.08, 41.0, 15.77, 14.89), vec4f(4.312, 1.388, 1.427, 7.651),
);
const HALVES_BLOCKED = array<vec4f, 16>(
    vec4f(0.6065, 1.07, 0.1591, 0.2709), vec4f(0.3668, 2.386, 0.2797, 9.098),
    vec4f(1.07, 0.3602, 0.3815, 0.6109), vec4f(1.323, 1.218, 1.301, 4.153),
    vec4f(0.1591, 0.3815, 0.2906, 0.8273), vec4f(0.327, 1.745, 0.3026, 17.06),
    vec4f(0.2709, 0.6109, 0.8273, 0.7441), vec4f(0.9124, 1.563, 1.108, 17.16),
    vec4f(0.3668, 1.323, 0.327, 0.9124), vec4f(0.5038, 1.26, 0.1623, 28.98),
    vec4f(2.386, 1.218, 1.745, 1.563), vec4f(1.26, 2.488, 0.8809, 21.24),
    vec4f(0.2797, 1.301, 0.3026, 1.108), vec4f(0.1623, 0.8809, 0.2302, 6.623),
    vec4f(9.098, 4.153, 17.06, 17.16), vec4f(28.98, 21.24, 6.623, 13.65),
);

const GROUP: u32 = 32u;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return lattice_blocks(size, vec2u(0u));
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let quads = part.quads;
    let at = vec2i(i32(part.at.x) - 1, i32(part.at.y * 4u) - 4);
    var b: array<vec4f, 16>;
    load_row(&b, 0u, at, quads);
    load_row(&b, 1u, at, quads);
    load_row(&b, 2u, at, quads);
    load_row(&b, 3u, at, quads);
    load_row(&b, 4u, at, quads);
    load_row(&b, 5u, at, quads);
    load_row(&b, 6u, at, quads);
    load_row(&b, 7u, at, quads);
    // Samples stay as they are stored: their offset is in the mean alone, which is kept.
    dct8_forward(&b);
    let blocked = model.blocked;
    let threshold = max(model.threshold * part_gain(), 1e-3);
    let unit = VALUE_SCALE * threshold;
    let growth = pow(threshold / 8.0, -mix(GROWTH, GROWTH_BLOCKED, blocked));
    // The curves are of squared energies.
    let scale = sqrt(growth) / (unit * unit);
    let mean = b[0].x;
    var energy = vec4f(0.0);
    var e: vec4f;
    var g: vec4f;
    e = b[0] * b[0] * scale;
    g = curve(e * e, LOWS[0], LOWS_BLOCKED[0], HALVES[0], HALVES_BLOCKED[0], blocked);
    g.x = 0.0;
    energy += g * g;
    b[0] *= g;
    e = b[1] * b[1] * scale;
    g = curve(e * e, LOWS[1], LOWS_BLOCKED[1], HALVES[1], HALVES_BLOCKED[1], blocked);
    energy += g * g;
    b[1] *= g;
    e = b[2] * b[2] * scale;
    g = curve(e * e, LOWS[2], LOWS_BLOCKED[2], HALVES[2], HALVES_BLOCKED[2], blocked);
    energy += g * g;
    b[2] *= g;
    e = b[3] * b[3] * scale;
    g = curve(e * e, LOWS[3], LOWS_BLOCKED[3], HALVES[3], HALVES_BLOCKED[3], blocked);
    energy += g * g;
    b[3] *= g;
    e = b[4] * b[4] * scale;
    g = curve(e * e, LOWS[4], LOWS_BLOCKED[4], HALVES[4], HALVES_BLOCKED[4], blocked);
    energy += g * g;
    b[4] *= g;
    e = b[5] * b[5] * scale;
    g = curve(e * e, LOWS[5], LOWS_BLOCKED[5], HALVES[5], HALVES_BLOCKED[5], blocked);
    energy += g * g;
    b[5] *= g;
    e = b[6] * b[6] * scale;
    g = curve(e * e, LOWS[6], LOWS_BLOCKED[6], HALVES[6], HALVES_BLOCKED[6], blocked);
    energy += g * g;
    b[6] *= g;
    e = b[7] * b[7] * scale;
    g = curve(e * e, LOWS[7], LOWS_BLOCKED[7], HALVES[7], HALVES_BLOCKED[7], blocked);
    energy += g * g;
    b[7] *= g;
    e = b[8] * b[8] * scale;
    g = curve(e * e, LOWS[8], LOWS_BLOCKED[8], HALVES[8], HALVES_BLOCKED[8], blocked);
    energy += g * g;
    b[8] *= g;
    e = b[9] * b[9] * scale;
    g = curve(e * e, LOWS[9], LOWS_BLOCKED[9], HALVES[9], HALVES_BLOCKED[9], blocked);
    energy += g * g;
    b[9] *= g;
    e = b[10] * b[10] * scale;
    g = curve(e * e, LOWS[10], LOWS_BLOCKED[10], HALVES[10], HALVES_BLOCKED[10], blocked);
    energy += g * g;
    b[10] *= g;
    e = b[11] * b[11] * scale;
    g = curve(e * e, LOWS[11], LOWS_BLOCKED[11], HALVES[11], HALVES_BLOCKED[11], blocked);
    energy += g * g;
    b[11] *= g;
    e = b[12] * b[12] * scale;
    g = curve(e * e, LOWS[12], LOWS_BLOCKED[12], HALVES[12], HALVES_BLOCKED[12], blocked);
    energy += g * g;
    b[12] *= g;
    e = b[13] * b[13] * scale;
    g = curve(e * e, LOWS[13], LOWS_BLOCKED[13], HALVES[13], HALVES_BLOCKED[13], blocked);
    energy += g * g;
    b[13] *= g;
    e = b[14] * b[14] * scale;
    g = curve(e * e, LOWS[14], LOWS_BLOCKED[14], HALVES[14], HALVES_BLOCKED[14], blocked);
    energy += g * g;
    b[14] *= g;
    e = b[15] * b[15] * scale;
    g = curve(e * e, LOWS[15], LOWS_BLOCKED[15], HALVES[15], HALVES_BLOCKED[15], blocked);
    energy += g * g;
    b[15] *= g;
    // The mean stays and counts.
    b[0].x = mean;
    dct8_inverse(&b);
    let blocks_x = grid_of(vec2u(part.width, part.height), part.component).x;
    store_block(part.at, blocks_x, first_block(part.component), &b, 1.0 / (1.0 + dot(energy, vec4f(1.0))));
}
