// The second shrinkage of preset balanced: overlapped 8x8 DCT on a lattice that lies 2 columns and rows off
// the first one's, each coefficient weighed by the energy that the pilot has there. The curves' constants come from training on damaged photographs.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/shrinkage.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/block_store.wgsl
// include: shared/damage_model.wgsl
// include: shared/curve.wgsl

@group(0) @binding(0) var<storage, read> planes: array<vec2u>;
@group(0) @binding(1) var<storage, read> pilot: array<vec2u>;
@group(0) @binding(2) var<storage, read> model: DamageModel;
@group(0) @binding(3) var<storage, read_write> blocks: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> weights: array<f32>;

// How fast the halves grow with the threshold, as a power.
const GROWTH: f32 = 2.359;
const GROWTH_BLOCKED: f32 = -0.002886;
// Floors, energies of half the gain, and gains where there is most energy, by frequency.
const LOWS = array<vec4f, 16>(
    vec4f(0.04979, 0.001779, 0.002205, 0.364), vec4f(0.06074, 0.001976, 0.3076, 0.04111),
    vec4f(0.001779, 0.0006102, 0.02317, 0.0026), vec4f(0.09856, 0.01095, 0.2739, 0.01243),
    vec4f(0.002205, 0.02317, 0.1344, 0.02961), vec4f(0.1513, 0.02562, 0.2298, 0.01792),
    vec4f(0.364, 0.0026, 0.02961, 0.05542), vec4f(0.09608, 0.01547, 0.09978, 0.01265),
    vec4f(0.06074, 0.09856, 0.1513, 0.09608), vec4f(0.1337, 0.05299, 0.1187, 0.02437),
    vec4f(0.001976, 0.01095, 0.02562, 0.01547), vec4f(0.05299, 0.007583, 0.03432, 0.005762),
    vec4f(0.3076, 0.2739, 0.2298, 0.09978), vec4f(0.1187, 0.03432, 0.08167, 0.01641),
    vec4f(0.04111, 0.01243, 0.01792, 0.01265), vec4f(0.02437, 0.005762, 0.01641, 0.00138),
);
const LOWS_BLOCKED = array<vec4f, 16>(
    vec4f(0.04979, 0.1367, 0.01734, 0.03839), vec4f(0.1081, 0.004354, 0.04336, 0.01367),
    vec4f(0.1367, 0.0004307, 0.01308, 0.0004593), vec4f(0.02798, 0.0009641, 0.01615, 0.05221),
    vec4f(0.01734, 0.01308, 0.0588, 0.001673), vec4f(0.03467, 0.005117, 0.04107, 0.07455),
    vec4f(0.03839, 0.0004593, 0.001673, 0.001092), vec4f(0.02805, 0.002063, 0.01082, 0.05431),
    vec4f(0.1081, 0.02798, 0.03467, 0.02805), vec4f(0.02176, 0.01231, 0.02951, 0.05227),
    vec4f(0.004354, 0.0009641, 0.005117, 0.002063), vec4f(0.01231, 0.004132, 0.02035, 0.0278),
    vec4f(0.04336, 0.01615, 0.04107, 0.01082), vec4f(0.02951, 0.02035, 0.02126, 0.02673),
    vec4f(0.01367, 0.05221, 0.07455, 0.05431), vec4f(0.05227, 0.0278, 0.02673, 0.01006),
);
const HALVES = array<vec4f, 16>(
    vec4f(0.1827, 0.2947, 0.06217, 0.1693), vec4f(0.06271, 0.1177, 0.169, 0.4455),
    vec4f(0.2947, 0.1385, 0.04713, 0.08346), vec4f(0.0928, 0.2513, 0.4805, 0.2013),
    vec4f(0.06217, 0.04713, 0.02375, 0.04795), vec4f(0.05872, 0.1235, 0.1479, 0.1624),
    vec4f(0.1693, 0.08346, 0.04795, 0.05764), vec4f(0.05074, 0.1035, 0.07738, 0.1284),
    vec4f(0.06271, 0.0928, 0.05872, 0.05074), vec4f(0.03648, 0.1176, 0.07204, 0.163),
    vec4f(0.1177, 0.2513, 0.1235, 0.1035), vec4f(0.1176, 0.1777, 0.1192, 0.1186),
    vec4f(0.169, 0.4805, 0.1479, 0.07738), vec4f(0.07204, 0.1192, 0.05247, 0.2725),
    vec4f(0.4455, 0.2013, 0.1624, 0.1284), vec4f(0.163, 0.1186, 0.2725, 0.8976),
);
const HALVES_BLOCKED = array<vec4f, 16>(
    vec4f(0.1827, 0.01493, 0.1589, 0.499), vec4f(0.1248, 0.2598, 0.8464, 1.941),
    vec4f(0.01493, 0.1346, 0.139, 0.3189), vec4f(0.1313, 0.3729, 0.7576, 1.162),
    vec4f(0.1589, 0.139, 0.1101, 0.2174), vec4f(0.09297, 0.1872, 0.472, 0.8835),
    vec4f(0.499, 0.3189, 0.2174, 0.294), vec4f(0.1051, 0.28, 0.5614, 0.7964),
    vec4f(0.1248, 0.1313, 0.09297, 0.1051), vec4f(0.02665, 0.1577, 0.373, 0.5489),
    vec4f(0.2598, 0.3729, 0.1872, 0.28), vec4f(0.1577, 0.2955, 0.4471, 0.978),
    vec4f(0.8464, 0.7576, 0.472, 0.5614), vec4f(0.373, 0.4471, 0.7582, 1.211),
    vec4f(1.941, 1.162, 0.8835, 0.7964), vec4f(0.5489, 0.978, 1.211, 1.33),
);
const TOPS = array<vec4f, 16>(
    vec4f(1.0, 1.043, 1.026, 0.9819), vec4f(1.016, 1.088, 1.003, 0.9991),
    vec4f(1.043, 1.035, 1.022, 1.03), vec4f(1.031, 1.066, 1.034, 1.054),
    vec4f(1.026, 1.022, 1.015, 1.015), vec4f(1.026, 1.069, 1.024, 1.023),
    vec4f(0.9819, 1.03, 1.015, 0.9872), vec4f(1.008, 1.12, 1.031, 1.015),
    vec4f(1.016, 1.031, 1.026, 1.008), vec4f(1.025, 1.087, 1.061, 1.1),
    vec4f(1.088, 1.066, 1.069, 1.12), vec4f(1.087, 1.058, 1.079, 1.193),
    vec4f(1.003, 1.034, 1.024, 1.031), vec4f(1.061, 1.079, 0.9926, 0.9492),
    vec4f(0.9991, 1.054, 1.023, 1.015), vec4f(1.1, 1.193, 0.9492, 0.9496),
);
const TOPS_BLOCKED = array<vec4f, 16>(
    vec4f(1.0, 1.044, 1.027, 1.034), vec4f(1.052, 1.093, 1.015, 1.02),
    vec4f(1.044, 1.095, 1.069, 1.08), vec4f(1.062, 1.085, 1.028, 1.043),
    vec4f(1.027, 1.069, 1.069, 1.062), vec4f(1.05, 1.046, 0.969, 0.9107),
    vec4f(1.034, 1.08, 1.062, 1.118), vec4f(1.052, 1.048, 0.9627, 0.9377),
    vec4f(1.052, 1.062, 1.05, 1.052), vec4f(1.005, 1.012, 0.934, 0.8639),
    vec4f(1.093, 1.085, 1.046, 1.048), vec4f(1.012, 1.017, 0.8659, 0.9086),
    vec4f(1.015, 1.028, 0.969, 0.9627), vec4f(0.934, 0.8659, 0.7984, 0.7972),
    vec4f(1.02, 1.043, 0.9107, 0.9377), vec4f(0.8639, 0.9086, 0.7972, 0.8975),
);

fn mirrored(x: i32, quad: vec2u, quads: vec2i) -> vec4f {
    let values = unpack_stored(quad);
    return select(values, values.wzyx, is_mirrored(x, quads));
}

// One row of the block, which starts in the middle of quad x. Rows are loaded one by one, by constant
// indices: an array that is indexed in a loop may end up in memory instead of registers.
fn load_row(b: ptr<function, array<vec4f, 16>>, p: ptr<function, array<vec4f, 16>>, row: u32, at: vec2i, quads: vec2i) {
    let y = at.y + i32(row);
    let i0 = quad_index(at.x, y, quads);
    let i1 = quad_index(at.x + 1, y, quads);
    let i2 = quad_index(at.x + 2, y, quads);
    let s0 = mirrored(at.x, planes[part.first + i0], quads);
    let s1 = mirrored(at.x + 1, planes[part.first + i1], quads);
    let s2 = mirrored(at.x + 2, planes[part.first + i2], quads);
    (*b)[row * 2u] = vec4f(s0.zw, s1.xy);
    (*b)[row * 2u + 1u] = vec4f(s1.zw, s2.xy);
    let p0 = mirrored(at.x, pilot[part.first + i0], quads);
    let p1 = mirrored(at.x + 1, pilot[part.first + i1], quads);
    let p2 = mirrored(at.x + 2, pilot[part.first + i2], quads);
    (*p)[row * 2u] = vec4f(p0.zw, p1.xy);
    (*p)[row * 2u + 1u] = vec4f(p1.zw, p2.xy);
}

const GROUP: u32 = 32u;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return lattice_blocks(size, vec2u(2u));
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let quads = part.quads;
    let at = vec2i(i32(part.at.x) - 2, block_top(part.at.y, 2u));
    var b: array<vec4f, 16>;
    var p: array<vec4f, 16>;
    load_row(&b, &p, 0u, at, quads);
    load_row(&b, &p, 1u, at, quads);
    load_row(&b, &p, 2u, at, quads);
    load_row(&b, &p, 3u, at, quads);
    load_row(&b, &p, 4u, at, quads);
    load_row(&b, &p, 5u, at, quads);
    load_row(&b, &p, 6u, at, quads);
    load_row(&b, &p, 7u, at, quads);
    // Samples stay as they are stored: their offset is in the mean alone, which is kept.
    dct8_forward(&b);
    dct8_forward(&p);
    let blocked = model.blocked;
    let threshold = max(model.threshold * part_gain(), 1e-3);
    let unit = VALUE_SCALE * threshold;
    let growth = pow(threshold / 8.0, -mix(GROWTH, GROWTH_BLOCKED, blocked));
    let scale = growth / (unit * unit);
    let mean = b[0].x;
    var energy = vec4f(0.0);
    var g: vec4f;
    g = mix(TOPS[0], TOPS_BLOCKED[0], blocked) * curve(p[0] * p[0] * scale, LOWS[0], LOWS_BLOCKED[0], HALVES[0], HALVES_BLOCKED[0], blocked);
    g.x = 0.0;
    energy += g * g;
    b[0] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[1], TOPS_BLOCKED[1], blocked) * curve(p[1] * p[1] * scale, LOWS[1], LOWS_BLOCKED[1], HALVES[1], HALVES_BLOCKED[1], blocked);
    energy += g * g;
    b[1] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[2], TOPS_BLOCKED[2], blocked) * curve(p[2] * p[2] * scale, LOWS[2], LOWS_BLOCKED[2], HALVES[2], HALVES_BLOCKED[2], blocked);
    energy += g * g;
    b[2] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[3], TOPS_BLOCKED[3], blocked) * curve(p[3] * p[3] * scale, LOWS[3], LOWS_BLOCKED[3], HALVES[3], HALVES_BLOCKED[3], blocked);
    energy += g * g;
    b[3] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[4], TOPS_BLOCKED[4], blocked) * curve(p[4] * p[4] * scale, LOWS[4], LOWS_BLOCKED[4], HALVES[4], HALVES_BLOCKED[4], blocked);
    energy += g * g;
    b[4] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[5], TOPS_BLOCKED[5], blocked) * curve(p[5] * p[5] * scale, LOWS[5], LOWS_BLOCKED[5], HALVES[5], HALVES_BLOCKED[5], blocked);
    energy += g * g;
    b[5] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[6], TOPS_BLOCKED[6], blocked) * curve(p[6] * p[6] * scale, LOWS[6], LOWS_BLOCKED[6], HALVES[6], HALVES_BLOCKED[6], blocked);
    energy += g * g;
    b[6] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[7], TOPS_BLOCKED[7], blocked) * curve(p[7] * p[7] * scale, LOWS[7], LOWS_BLOCKED[7], HALVES[7], HALVES_BLOCKED[7], blocked);
    energy += g * g;
    b[7] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[8], TOPS_BLOCKED[8], blocked) * curve(p[8] * p[8] * scale, LOWS[8], LOWS_BLOCKED[8], HALVES[8], HALVES_BLOCKED[8], blocked);
    energy += g * g;
    b[8] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[9], TOPS_BLOCKED[9], blocked) * curve(p[9] * p[9] * scale, LOWS[9], LOWS_BLOCKED[9], HALVES[9], HALVES_BLOCKED[9], blocked);
    energy += g * g;
    b[9] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[10], TOPS_BLOCKED[10], blocked) * curve(p[10] * p[10] * scale, LOWS[10], LOWS_BLOCKED[10], HALVES[10], HALVES_BLOCKED[10], blocked);
    energy += g * g;
    b[10] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[11], TOPS_BLOCKED[11], blocked) * curve(p[11] * p[11] * scale, LOWS[11], LOWS_BLOCKED[11], HALVES[11], HALVES_BLOCKED[11], blocked);
    energy += g * g;
    b[11] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[12], TOPS_BLOCKED[12], blocked) * curve(p[12] * p[12] * scale, LOWS[12], LOWS_BLOCKED[12], HALVES[12], HALVES_BLOCKED[12], blocked);
    energy += g * g;
    b[12] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[13], TOPS_BLOCKED[13], blocked) * curve(p[13] * p[13] * scale, LOWS[13], LOWS_BLOCKED[13], HALVES[13], HALVES_BLOCKED[13], blocked);
    energy += g * g;
    b[13] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[14], TOPS_BLOCKED[14], blocked) * curve(p[14] * p[14] * scale, LOWS[14], LOWS_BLOCKED[14], HALVES[14], HALVES_BLOCKED[14], blocked);
    energy += g * g;
    b[14] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[15], TOPS_BLOCKED[15], blocked) * curve(p[15] * p[15] * scale, LOWS[15], LOWS_BLOCKED[15], HALVES[15], HALVES_BLOCKED[15], blocked);
    energy += g * g;
    b[15] *= 1.0 + model.wanted * (g - 1.0);
    // The mean stays and counts.
    b[0].x = mean;
    dct8_inverse(&b);
    let blocks_x = grid_of(vec2u(part.width, part.height), part.component).x;
    store_block(part.at, blocks_x, first_block(part.component), &b, 1.0 / (1.0 + dot(energy, vec4f(1.0))));
}
