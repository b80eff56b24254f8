// First shrinkage of preset balanced: overlapping 8x8 DCT, each coefficient multiplied by a gain from its
// own energy. The result is the pilot of the second.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/shrinkage.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/block_store.wgsl
// include: deartifact/shared/damage_model.wgsl
// include: deartifact/shared/curve.wgsl
// include: deartifact/shared/curve_first.wgsl
// include: deartifact/shared/block_load.wgsl

@group(0) @binding(0) var<storage, read> planes: array<vec2u>;
@group(0) @binding(1) var<storage, read> model: DamageModel;
@group(0) @binding(2) var<storage, read_write> blocks: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> weights: array<f32>;

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
    // No decoding of stored values is needed: their offset is in the mean only, which is kept.
    dct8_forward(&b);
    let blocked = model.blocked;
    let threshold = max(model.threshold * part_gain(), 1e-3);
    let unit = VALUE_SCALE * threshold;
    let growth = pow(threshold / 8.0, -mix(GROWTH, GROWTH_BLOCKED, blocked));
    // The curves take squared energies.
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
    // The mean is always kept, and counts in the weight.
    b[0].x = mean;
    dct8_inverse(&b);
    let blocks_x = grid_of(vec2u(part.width, part.height), part.component).x;
    store_block(part.at, blocks_x, first_block(part.component), &b, 1.0 / (1.0 + dot(energy, vec4f(1.0))));
}
