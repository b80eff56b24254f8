// From a sample of blocks and the block grid to what is known of the damage and done about it. What changes
// slowly is kept from picture to picture, so that repairs do not pump. Each invocation looks at one block;
// the last workgroup joins what all have found.
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
    // Blocks in a row and in a column, across the grid, and as many on it.
    blocks_x: u32,
    blocks_y: u32,
    // Quantizer that the operator knows, on the scale of H.264; negative to estimate.
    quantizer: f32,
    // Factors of the operator.
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
// Sums of the findings of each workgroup's blocks, bits of floats: 12 to a workgroup, first of those
// across the grid.
@group(0) @binding(1) var<storage, read_write> sums: array<atomic<u32>>;
@group(0) @binding(2) var<storage, read_write> done: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> model: DamageModel;
@group(0) @binding(4) var<storage, read_write> noise: NoiseModel;

const COLUMNS: u32 = 8u;
const ROWS: u32 = 16u;
const THREADS: u32 = COLUMNS * ROWS;
// Findings of a block, and of one across the grid and one on it.
const FINDINGS: u32 = 12u;
const PAIR: u32 = 2u * FINDINGS;
// Parts that a sum over a workgroup's blocks is made of, and that over all workgroups.
const BLOCK_PARTS: u32 = 8u;
const GROUP_PARTS: u32 = 5u;
// The quantizer of codecs that smooth their blocks, as a sum over means of findings; fitted on photographs in
// motion coded by x264.
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
// The logarithm of the quantizer of codecs that do not; fitted on the same coded by MPEG-2 and MJPEG.
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
// From logarithms to levels, and the blockiness between which the curves of one
// kind of codec give way to those of the other; from training with the curves, but for BLOCKED_LEVEL, which
// is 0.2 lower: training sees the first pictures of a stream, of which the later ones are predicted and less damaged.
const BLOCKED_LEVEL: f32 = 1.23;
const BLOCKED_SLOPE: f32 = 0.6128;
const BLOCKED_FROM: f32 = -0.1791;
const BLOCKED_AT: f32 = 1.884;
// Pictures of a quantizer up to CLEAN are left alone, those from DAMAGED on fully repaired.
const CLEAN: f32 = 20.0;
const DAMAGED: f32 = 29.0;
// Most change of the quantizer between pictures of a scene, and the change that tells another scene.
const PACE: f32 = 0.15;
const ANOTHER_SCENE: f32 = 13.5;
// Most change of the share, as a part of itself and more where there was next to none.
const SHARE_PACE: f32 = 0.04;
const SHARE_START: f32 = 0.001;

// Sums over blocks across the grid and on it, in the order of the findings.
struct Sums {
    across: array<vec4f, 3>,
    on: array<vec4f, 3>,
}

// Findings of all blocks of this workgroup; parts of sums.
var<workgroup> findings: array<f32, 1536>;
var<workgroup> parts: array<f32, 120>;

fn block_count() -> u32 {
    return params.blocks_x * params.blocks_y;
}

// What of the findings of this workgroup's blocks one thread adds up.
fn add_blocks(thread: u32) {
    let part = thread / FINDINGS;
    let finding = thread - part * FINDINGS;
    var sum = 0.0;
    for (var block = part; block < THREADS; block += BLOCK_PARTS) {
        sum += findings[block * FINDINGS + finding];
    }
    parts[thread] = sum;
}

// The same of what all workgroups have stored; `count` is half their number.
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

// A weighted sum of means over blocks, whose fields are weighted in the order of the findings.
fn fitted(all: Sums, across: array<vec4f, 3>, on: array<vec4f, 3>) -> f32 {
    var sum = 0.0;
    for (var i = 0; i < 3; i++) {
        sum += dot(across[i], all.across[i]) + dot(on[i], all.on[i]);
    }
    return sum / max(f32(block_count()), 1.0);
}

// The quantizer that the picture seems to have had.
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

// What is done about it.
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

// z = 0 for blocks across the grid, 1 for those on it.
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
