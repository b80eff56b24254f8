// The only shrinkage of preset fast: overlapped 8x8 DCT, blocks in a quincunx, each coefficient weighed by
// its own energy. The curves' constants come from training on damaged photographs.
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
const GROWTH: f32 = 2.175;
const GROWTH_BLOCKED: f32 = 0.931;
// Floors, energies of half the gain, and gains where there is most energy, by frequency.
const LOWS = array<vec4f, 16>(
    vec4f(0.01832, 0.01744, 0.001971, 0.2465), vec4f(0.05873, 0.004674, 0.03635, 0.0002904),
    vec4f(0.01744, 0.001715, 0.143, 0.03741), vec4f(0.3266, 0.006042, 0.0596, 0.0001269),
    vec4f(0.001971, 0.143, 0.2787, 0.2938), vec4f(0.312, 0.09459, 0.1448, 0.0004127),
    vec4f(0.2465, 0.03741, 0.2938, 0.04162), vec4f(0.1703, 0.01031, 0.06786, 0.0003245),
    vec4f(0.05873, 0.3266, 0.312, 0.1703), vec4f(0.3466, 0.03512, 0.08283, 0.0005339),
    vec4f(0.004674, 0.006042, 0.09459, 0.01031), vec4f(0.03512, 0.005442, 0.0255, 0.0003372),
    vec4f(0.03635, 0.0596, 0.1448, 0.06786), vec4f(0.08283, 0.0255, 0.0308, 0.001009),
    vec4f(0.0002904, 0.0001269, 0.0004127, 0.0003245), vec4f(0.0005339, 0.0003372, 0.001009, 0.0001541),
);
const LOWS_BLOCKED = array<vec4f, 16>(
    vec4f(0.01832, 1.061, 0.6239, 0.001252), vec4f(0.3971, 0.000133, 0.389, 3.452e-05),
    vec4f(1.061, 0.2321, 0.3448, 0.000765), vec4f(0.1658, 8.453e-05, 0.08373, 2.367e-05),
    vec4f(0.6239, 0.3448, 0.6489, 0.002744), vec4f(0.479, 0.0001805, 0.4397, 2.75e-05),
    vec4f(0.001252, 0.000765, 0.002744, 0.0003912), vec4f(0.005218, 0.0001046, 0.03612, 2.758e-05),
    vec4f(0.3971, 0.1658, 0.479, 0.005218), vec4f(0.5134, 0.0004841, 0.5945, 4.302e-05),
    vec4f(0.000133, 8.453e-05, 0.0001805, 0.0001046), vec4f(0.0004841, 6.602e-05, 0.008, 3.501e-05),
    vec4f(0.389, 0.08373, 0.4397, 0.03612), vec4f(0.5945, 0.008, 2.344, 0.0001009),
    vec4f(3.452e-05, 2.367e-05, 2.75e-05, 2.758e-05), vec4f(4.302e-05, 3.501e-05, 0.0001009, 4.819e-05),
);
const HALVES = array<vec4f, 16>(
    vec4f(0.6065, 0.4188, 0.1143, 0.2148), vec4f(0.1027, 0.2736, 0.1485, 2.74),
    vec4f(0.4188, 0.1584, 0.06058, 0.1392), vec4f(0.1769, 0.2851, 0.1826, 2.465),
    vec4f(0.1143, 0.06058, 0.05684, 0.1593), vec4f(0.1256, 0.1858, 0.1308, 1.105),
    vec4f(0.2148, 0.1392, 0.1593, 0.1607), vec4f(0.1593, 0.2733, 0.1796, 1.032),
    vec4f(0.1027, 0.1769, 0.1256, 0.1593), vec4f(0.2102, 0.1968, 0.1354, 0.7576),
    vec4f(0.2736, 0.2851, 0.1858, 0.2733), vec4f(0.1968, 0.3237, 0.1773, 0.8791),
    vec4f(0.1485, 0.1826, 0.1308, 0.1796), vec4f(0.1354, 0.1773, 0.2178, 0.733),
    vec4f(2.74, 2.465, 1.105, 1.032), vec4f(0.7576, 0.8791, 0.733, 4.222),
);
const HALVES_BLOCKED = array<vec4f, 16>(
    vec4f(0.6065, 0.1629, 0.2028, 0.5055), vec4f(0.4569, 1.844, 0.6249, 9.014),
    vec4f(0.1629, 0.09724, 0.3294, 0.5653), vec4f(0.54, 1.949, 0.8062, 9.463),
    vec4f(0.2028, 0.3294, 0.5094, 0.6116), vec4f(0.5835, 1.649, 0.6545, 8.643),
    vec4f(0.5055, 0.5653, 0.6116, 0.8293), vec4f(0.646, 2.025, 0.7896, 8.614),
    vec4f(0.4569, 0.54, 0.5835, 0.646), vec4f(0.6642, 1.445, 0.752, 7.614),
    vec4f(1.844, 1.949, 1.649, 2.025), vec4f(1.445, 3.518, 1.499, 10.49),
    vec4f(0.6249, 0.8062, 0.6545, 0.7896), vec4f(0.752, 1.499, 0.03631, 5.508),
    vec4f(9.014, 9.463, 8.643, 8.614), vec4f(7.614, 10.49, 5.508, 21.62),
);
const TOPS = array<vec4f, 16>(
    vec4f(1.0, 1.037, 1.024, 0.9928), vec4f(1.02, 1.042, 1.098, 1.016),
    vec4f(1.037, 1.064, 1.027, 1.002), vec4f(1.032, 1.06, 1.127, 1.025),
    vec4f(1.024, 1.027, 1.033, 1.014), vec4f(1.034, 1.054, 1.104, 1.032),
    vec4f(0.9928, 1.002, 1.014, 1.008), vec4f(1.03, 1.064, 1.16, 1.038),
    vec4f(1.02, 1.032, 1.034, 1.03), vec4f(1.044, 1.086, 1.156, 1.119),
    vec4f(1.042, 1.06, 1.054, 1.064), vec4f(1.086, 1.12, 1.179, 1.103),
    vec4f(1.098, 1.127, 1.104, 1.16), vec4f(1.156, 1.179, 1.124, 1.088),
    vec4f(1.016, 1.025, 1.032, 1.038), vec4f(1.119, 1.103, 1.088, 1.035),
);
const TOPS_BLOCKED = array<vec4f, 16>(
    vec4f(1.0, 1.033, 1.033, 1.054), vec4f(1.054, 1.112, 1.091, 1.102),
    vec4f(1.033, 1.086, 1.052, 1.086), vec4f(1.074, 1.121, 1.124, 1.123),
    vec4f(1.033, 1.052, 1.047, 1.079), vec4f(1.065, 1.072, 1.049, 1.125),
    vec4f(1.054, 1.086, 1.079, 1.101), vec4f(1.094, 1.076, 1.035, 1.07),
    vec4f(1.054, 1.074, 1.065, 1.094), vec4f(1.046, 1.042, 0.991, 1.035),
    vec4f(1.112, 1.121, 1.072, 1.076), vec4f(1.042, 1.021, 0.9642, 0.9741),
    vec4f(1.091, 1.124, 1.049, 1.035), vec4f(0.991, 0.9642, 1.067, 0.9916),
    vec4f(1.102, 1.123, 1.125, 1.07), vec4f(1.035, 0.9741, 0.9916, 0.9249),
);

const GROUP: u32 = 32u;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return quincunx_blocks(size);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let quads = part.quads;
    // Every second column lies 4 rows lower.
    let at = vec2i(i32(part.at.x) - 1, i32(part.at.y * 8u + (part.at.x & 1u) * 4u) - 4);
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
    let scale = growth / (unit * unit);
    let mean = b[0].x;
    var energy = vec4f(0.0);
    var g: vec4f;
    g = mix(TOPS[0], TOPS_BLOCKED[0], blocked) * curve(b[0] * b[0] * scale, LOWS[0], LOWS_BLOCKED[0], HALVES[0], HALVES_BLOCKED[0], blocked);
    g.x = 0.0;
    energy += g * g;
    b[0] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[1], TOPS_BLOCKED[1], blocked) * curve(b[1] * b[1] * scale, LOWS[1], LOWS_BLOCKED[1], HALVES[1], HALVES_BLOCKED[1], blocked);
    energy += g * g;
    b[1] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[2], TOPS_BLOCKED[2], blocked) * curve(b[2] * b[2] * scale, LOWS[2], LOWS_BLOCKED[2], HALVES[2], HALVES_BLOCKED[2], blocked);
    energy += g * g;
    b[2] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[3], TOPS_BLOCKED[3], blocked) * curve(b[3] * b[3] * scale, LOWS[3], LOWS_BLOCKED[3], HALVES[3], HALVES_BLOCKED[3], blocked);
    energy += g * g;
    b[3] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[4], TOPS_BLOCKED[4], blocked) * curve(b[4] * b[4] * scale, LOWS[4], LOWS_BLOCKED[4], HALVES[4], HALVES_BLOCKED[4], blocked);
    energy += g * g;
    b[4] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[5], TOPS_BLOCKED[5], blocked) * curve(b[5] * b[5] * scale, LOWS[5], LOWS_BLOCKED[5], HALVES[5], HALVES_BLOCKED[5], blocked);
    energy += g * g;
    b[5] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[6], TOPS_BLOCKED[6], blocked) * curve(b[6] * b[6] * scale, LOWS[6], LOWS_BLOCKED[6], HALVES[6], HALVES_BLOCKED[6], blocked);
    energy += g * g;
    b[6] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[7], TOPS_BLOCKED[7], blocked) * curve(b[7] * b[7] * scale, LOWS[7], LOWS_BLOCKED[7], HALVES[7], HALVES_BLOCKED[7], blocked);
    energy += g * g;
    b[7] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[8], TOPS_BLOCKED[8], blocked) * curve(b[8] * b[8] * scale, LOWS[8], LOWS_BLOCKED[8], HALVES[8], HALVES_BLOCKED[8], blocked);
    energy += g * g;
    b[8] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[9], TOPS_BLOCKED[9], blocked) * curve(b[9] * b[9] * scale, LOWS[9], LOWS_BLOCKED[9], HALVES[9], HALVES_BLOCKED[9], blocked);
    energy += g * g;
    b[9] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[10], TOPS_BLOCKED[10], blocked) * curve(b[10] * b[10] * scale, LOWS[10], LOWS_BLOCKED[10], HALVES[10], HALVES_BLOCKED[10], blocked);
    energy += g * g;
    b[10] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[11], TOPS_BLOCKED[11], blocked) * curve(b[11] * b[11] * scale, LOWS[11], LOWS_BLOCKED[11], HALVES[11], HALVES_BLOCKED[11], blocked);
    energy += g * g;
    b[11] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[12], TOPS_BLOCKED[12], blocked) * curve(b[12] * b[12] * scale, LOWS[12], LOWS_BLOCKED[12], HALVES[12], HALVES_BLOCKED[12], blocked);
    energy += g * g;
    b[12] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[13], TOPS_BLOCKED[13], blocked) * curve(b[13] * b[13] * scale, LOWS[13], LOWS_BLOCKED[13], HALVES[13], HALVES_BLOCKED[13], blocked);
    energy += g * g;
    b[13] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[14], TOPS_BLOCKED[14], blocked) * curve(b[14] * b[14] * scale, LOWS[14], LOWS_BLOCKED[14], HALVES[14], HALVES_BLOCKED[14], blocked);
    energy += g * g;
    b[14] *= 1.0 + model.wanted * (g - 1.0);
    g = mix(TOPS[15], TOPS_BLOCKED[15], blocked) * curve(b[15] * b[15] * scale, LOWS[15], LOWS_BLOCKED[15], HALVES[15], HALVES_BLOCKED[15], blocked);
    energy += g * g;
    b[15] *= 1.0 + model.wanted * (g - 1.0);
    // The mean stays and counts.
    b[0].x = mean;
    dct8_inverse(&b);
    let blocks_x = grid_of(vec2u(part.width, part.height), part.component).x;
    store_block(part.at, blocks_x, first_block(part.component), &b, 1.0 / (1.0 + dot(energy, vec4f(1.0))));
}
