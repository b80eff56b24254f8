// Second shrinkage of preset balanced: overlapping 8x8 DCT on a lattice 2 columns and rows off the first
// one's, each coefficient multiplied by a gain from its energy in the pilot.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/shrinkage.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/block_store.wgsl
// include: deartifact/shared/damage_model.wgsl
// include: deartifact/shared/curve.wgsl
// include: deartifact/shared/curve_second.wgsl

@group(0) @binding(0) var<storage, read> planes: array<vec2u>;
@group(0) @binding(1) var<storage, read> pilot: array<vec2u>;
@group(0) @binding(2) var<storage, read> model: DamageModel;
@group(0) @binding(3) var<storage, read_write> blocks: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> weights: array<f32>;

fn mirrored(x: i32, quad: vec2u, quads: vec2i) -> vec4f {
    let values = unpack_stored(quad);
    return select(values, values.wzyx, is_mirrored(x, quads));
}

// One row of the block, which starts in the middle of quad x. Rows are loaded with constant indices:
// compilers may keep an array in memory, not in registers, if it is indexed in a loop.
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
    // No decoding of stored values is needed: their offset is in the mean only, which is kept.
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
    // The mean is always kept, and counts in the weight.
    b[0].x = mean;
    dct8_inverse(&b);
    let blocks_x = grid_of(vec2u(part.width, part.height), part.component).x;
    store_block(part.at, blocks_x, first_block(part.component), &b, 1.0 / (1.0 + dot(energy, vec4f(1.0))));
}
