// Updates the damage model from sampled blocks and the block grid, and decides the strength of repairs.
// Slowly changing values are smoothed over pictures, so that repairs do not pump. Each invocation measures
// one block; the last workgroup to end combines the results of all.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: deartifact/shared/damage_model.wgsl
// include: shared/noise_model.wgsl
// include: shared/last_group.wgsl
// include: deartifact/shared/damage_blocks.wgsl
// include: deartifact/shared/coding_noise.wgsl

struct DamageModelParams {
    // Quads in a row of the plane.
    quads: u32,
    // Columns and rows of sampled blocks. There are two sets: across the grid's lines, and on the grid.
    blocks_x: u32,
    blocks_y: u32,
    // The user's quantizer on H.264's scale; negative to estimate it.
    quantizer: f32,
    // The user's factors.
    strength: f32,
    deblock: f32,
    dering: f32,
    deband: f32,
    temporal: f32,
    // One code of the frame in 8-bit code values.
    code: f32,
    // 1 to forget all earlier pictures.
    first: u32,
}

var<immediate> params: DamageModelParams;
@group(0) @binding(0) var<storage, read> plane: array<vec2u>;
// Sums of each workgroup's findings as bits of floats: 12 for each workgroup, first those of blocks across
// the grid.
@group(0) @binding(1) var<storage, read_write> sums: array<atomic<u32>>;
@group(0) @binding(2) var<storage, read_write> done: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> model: DamageModel;
@group(0) @binding(4) var<storage, read_write> noise: NoiseModel;

const COLUMNS: u32 = 8u;
const ROWS: u32 = 16u;
const THREADS: u32 = COLUMNS * ROWS;
// Findings of one block, and of a pair of blocks (across the grid, and on it).
const FINDINGS: u32 = 12u;
const PAIR: u32 = 2u * FINDINGS;
// Number of partial sums over the blocks of a workgroup, and over all workgroups.
const BLOCK_PARTS: u32 = 8u;
const GROUP_PARTS: u32 = 5u;
// Quantizer of codecs with a deblocking filter, as a weighted sum of mean findings. Fitted to photographs in
// motion, coded by x264.
const SMOOTH_ACROSS = array<vec4f, 3>(
    vec4f(3.12, -12.21, 4.531, 9.109),
    vec4f(-9.207, 0.0, 0.0, -19.87),
    vec4f(133.8, -61.43, -114.7, -18.96),
);
const SMOOTH_ON = array<vec4f, 3>(
    vec4f(0.5323, 14.81, -11.44, -16.04),
    vec4f(-5.708, 0.0, 0.0, 0.0),
    vec4f(-106.7, 22.85, 66.46, -21.35),
);
const SMOOTH_BASE: f32 = 109.9;
// Logarithm of the quantizer of codecs without one; fitted to the same photographs coded by MPEG-2 and
// MJPEG.
const BLOCKED_ACROSS = array<vec4f, 3>(
    vec4f(-0.004887, 0.6107, 0.3376, 0.3424),
    vec4f(-1.163, 0.0, 0.0, 2.924),
    vec4f(4.654, 1.123, -2.875, -11.01),
);
const BLOCKED_ON = array<vec4f, 3>(
    vec4f(-0.09648, -0.2137, -0.1634, -0.1863),
    vec4f(-0.04908, 0.0, 0.0, 0.0),
    vec4f(-3.457, -2.463, 0.6051, 10.33),
);
const BLOCKED_BASE: f32 = 1.468;
// From that logarithm to the level of the threshold, and the range of blockiness in which the curves for one
// kind of codec are replaced by those for the other. All from training together with the curves;
// BLOCKED_LEVEL is lowered by 0.2, because training used the first pictures of streams, which are more
// damaged than the later, predicted ones.
const BLOCKED_LEVEL: f32 = 1.23;
const BLOCKED_SLOPE: f32 = 0.6128;
const BLOCKED_FROM: f32 = -0.1791;
const BLOCKED_AT: f32 = 1.884;
// Pictures with a quantizer up to CLEAN are not repaired, those from DAMAGED on fully.
const CLEAN: f32 = 20.0;
const DAMAGED: f32 = 29.0;
// Largest change of the quantizer between pictures of a scene, and the change that is taken for a new scene.
const PACE: f32 = 0.15;
const ANOTHER_SCENE: f32 = 13.5;
// Largest change of the share between pictures: a part of itself, plus a constant so that it can leave 0.
const SHARE_PACE: f32 = 0.04;
const SHARE_START: f32 = 0.001;

// Sums over blocks across the grid and on it, in the order of the findings.
struct Sums {
    across: array<vec4f, 3>,
    on: array<vec4f, 3>,
}

// Findings of all blocks of this workgroup, then partial sums.
var<workgroup> findings: array<f32, 1536>;
var<workgroup> parts: array<f32, 120>;

fn block_count() -> u32 {
    return params.blocks_x * params.blocks_y;
}

// Partial sum of this workgroup's findings that one invocation adds up.
fn add_blocks(thread: u32) {
    let part = thread / FINDINGS;
    let finding = thread - part * FINDINGS;
    var sum = 0.0;
    for (var block = part; block < THREADS; block += BLOCK_PARTS) {
        sum += findings[block * FINDINGS + finding];
    }
    parts[thread] = sum;
}

// Partial sum over all workgroups; `count` is half of their number.
fn add_groups(thread: u32, count: u32) {
    let part = thread / PAIR;
    let value = thread - part * PAIR;
    let first = select(0u, count, value >= FINDINGS);
    let finding = value % FINDINGS;
    var sum = 0.0;
    for (var group = part; group < count; group += GROUP_PARTS) {
        sum += bitcast<f32>(atomicLoad(&sums[(first + group) * FINDINGS + finding]));
    }
    parts[thread] = sum;
}

fn total(value: u32) -> f32 {
    return parts[value] + parts[value + PAIR] + parts[value + 2u * PAIR] + parts[value + 3u * PAIR]
        + parts[value + 4u * PAIR];
}

fn totals(first: u32) -> vec4f {
    return vec4f(total(first), total(first + 1u), total(first + 2u), total(first + 3u));
}

// Weighted sum of mean findings; weights are in the order of the findings.
fn fitted(all: Sums, across: array<vec4f, 3>, on: array<vec4f, 3>) -> f32 {
    var sum = 0.0;
    for (var i = 0; i < 3; i++) {
        sum += dot(across[i], all.across[i]) + dot(on[i], all.on[i]);
    }
    return sum / max(f32(block_count()), 1.0);
}

// Quantizer estimated from this picture alone.
fn fresh_quantizer(all: Sums, is_plain: f32) -> f32 {
    let quantizer = fitted(all, SMOOTH_ACROSS, SMOOTH_ON) + SMOOTH_BASE;
    let coarseness = fitted(all, BLOCKED_ACROSS, BLOCKED_ON) + BLOCKED_BASE;
    let level = BLOCKED_LEVEL + BLOCKED_SLOPE * coarseness;
    return clamp(mix(quantizer, 32.0 + (level - LEVEL_AT_32) / LEVEL_SLOPE, is_plain), 0.0, 51.0);
}

fn conclude(all: Sums) {
    let is_first = params.first == 1u;
    var estimate = fresh_quantizer(all, smoothstep(0.9, 1.9, model.blockiness));
    let change = estimate - model.estimate;
    let is_steady = !is_first && abs(change) < ANOTHER_SCENE;
    if (is_steady) {
        estimate = model.estimate + clamp(0.15 * change, -PACE, PACE);
    }
    model.pictures = select(model.pictures + 1.0, 1.0, is_first);
    model.estimate = estimate;
    model.blocked = smoothstep(BLOCKED_FROM, BLOCKED_AT, model.blockiness);
    model.ringing = sqrt(all.across[1].z / max(all.across[1].y, 1.0));
    choose(is_steady);
    tell_coding_noise(params.strength * params.temporal);
}

// Decides the strength of each repair.
fn choose(is_steady: bool) {
    var quantizer = model.estimate;
    var share = select(smoothstep(CLEAN, DAMAGED, quantizer), 0.0, block_count() == 0u);
    if (is_steady) {
        let most = SHARE_PACE * model.share + SHARE_START;
        share = model.share + clamp(share - model.share, -most, most);
    }
    if (params.quantizer >= 0.0) {
        quantizer = params.quantizer;
        share = 1.0;
    }
    let wish = params.strength * params.dering;
    model.quantizer = quantizer;
    model.share = share;
    model.wanted = share * min(wish, 1.0);
    model.threshold = min(exp2(level_at(quantizer)) * wish, 200.0);
    let limit = min(1.5 * model.blockiness, 12.0) * smoothstep(0.4, 1.0, model.blockiness);
    model.deblock = limit * params.strength * params.deblock;
    model.deband = 1.25 * params.code * share * params.strength * params.deband;
}

// Layer 0 of the dispatch measures blocks across the grid, layer 1 blocks on it.
@compute @workgroup_size(COLUMNS, ROWS)
fn main(
    @builtin(global_invocation_id) id: vec3u,
    @builtin(local_invocation_index) thread: u32,
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
) {
    var own = Findings(vec4f(0.0), vec4f(0.0), vec4f(0.0));
    if (id.x < params.blocks_x && id.y < params.blocks_y) {
        own = block_findings(id.xy, group.z == 0u);
    }
    for (var i = 0u; i < 4u; i++) {
        findings[thread * FINDINGS + i] = own.bands[i];
        findings[thread * FINDINGS + 4u + i] = own.edge[i];
        findings[thread * FINDINGS + 8u + i] = own.small[i];
    }
    workgroupBarrier();
    if (thread < BLOCK_PARTS * FINDINGS) {
        add_blocks(thread);
    }
    workgroupBarrier();
    if (thread < FINDINGS) {
        var sum = 0.0;
        for (var part = 0u; part < BLOCK_PARTS; part++) {
            sum += parts[part * FINDINGS + thread];
        }
        let number = (group.z * groups.y + group.y) * groups.x + group.x;
        atomicStore(&sums[number * FINDINGS + thread], bitcast<u32>(sum));
    }
    if (!is_last_group(groups, thread)) {
        return;
    }
    if (thread < GROUP_PARTS * PAIR) {
        add_groups(thread, groups.x * groups.y);
    }
    workgroupBarrier();
    if (thread == 0u) {
        conclude(Sums(array(totals(0u), totals(4u), totals(8u)), array(totals(12u), totals(16u), totals(20u))));
    }
}
