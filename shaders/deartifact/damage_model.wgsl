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
// Sums of each workgroup's findings as bits of floats: 16 for each workgroup, first those of blocks across
// the grid.
@group(0) @binding(1) var<storage, read_write> sums: array<atomic<u32>>;
@group(0) @binding(2) var<storage, read_write> done: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> model: DamageModel;
@group(0) @binding(4) var<storage, read_write> noise: NoiseModel;

const COLUMNS: u32 = 8u;
const ROWS: u32 = 16u;
const THREADS: u32 = COLUMNS * ROWS;
// Findings of one block, and of a pair of blocks (across the grid, and on it).
const FINDINGS: u32 = 16u;
const PAIR: u32 = 2u * FINDINGS;
// Number of partial sums over the blocks of a workgroup, and over all workgroups.
const BLOCK_PARTS: u32 = 8u;
const GROUP_PARTS: u32 = 4u;
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
// How far a picture is from one of a clean regular structure (tiles, windows, grids), whose lines look like
// those of blocks and which has as little between them: positive if it was coded. Fitted by
// training/structure.py to photographs with such structures, clean and coded.
const CODED_ACROSS = array<vec4f, 3>(
    vec4f(0.2773, 0.4796, -0.2275, -0.5241),
    vec4f(-1.208, 0.0, 0.0, -6.233),
    vec4f(5.599, -3.502, -4.279, -5.056),
);
const CODED_ON = array<vec4f, 3>(
    vec4f(0.1211, 0.8073, -0.3103, -0.5715),
    vec4f(-0.716, 0.0, 0.0, -2.045),
    vec4f(5.458, 0.835, 0.1727, 0.5371),
);
const CODED_BLOCKINESS: f32 = -0.04456;
const CODED_BASE: f32 = 7.661;
// From a picture that is surely none of a coder to one that is to be repaired in full.
const STRUCTURE: f32 = -1.0;
const CODED: f32 = 0.0;
// The same for the part of blocks that are not drawn, of all that are not flat.
const DRAWN: f32 = 0.25;
const FILMED: f32 = 0.5;
// Of pictures believed less than this the model learns nothing.
const BELIEVED: f32 = 0.05;
// Largest change of the quantizer between pictures of a scene, and the change that is taken for a new scene.
const PACE: f32 = 0.15;
const ANOTHER_SCENE: f32 = 13.5;
// Largest change of the share between pictures: a part of itself, plus a constant so that it can leave 0.
const SHARE_PACE: f32 = 0.04;
const SHARE_START: f32 = 0.001;

// Sums over blocks across the grid and on it, in the order of the findings.
struct Sums {
    across: array<vec4f, 4>,
    on: array<vec4f, 4>,
}

// Findings of all blocks of this workgroup, then partial sums.
var<workgroup> findings: array<f32, 2048>;
var<workgroup> parts: array<f32, 128>;

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
    return parts[value] + parts[value + PAIR] + parts[value + 2u * PAIR] + parts[value + 3u * PAIR];
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

// How far to believe that what looks like damage is damage: 0 for clean structures, 1 for coded pictures.
fn belief(all: Sums) -> f32 {
    let drawn = all.across[3].x + all.on[3].x;
    let filmed = all.across[3].y + all.on[3].y;
    let coded = fitted(all, CODED_ACROSS, CODED_ON) + CODED_BLOCKINESS * model.blockiness + CODED_BASE;
    return smoothstep(STRUCTURE, CODED, coded) * smoothstep(DRAWN, FILMED, filmed / max(drawn + filmed, 1.0));
}

fn conclude(all: Sums) {
    model.believed = belief(all);
    if (params.first == 1u) {
        model.pictures = 0.0;
    }
    if (model.believed >= BELIEVED) {
        learn(all);
    }
    choose();
    tell_coding_noise(params.strength * params.temporal);
}

// Takes up the damage of a picture.
fn learn(all: Sums) {
    let is_first = model.pictures == 0.0;
    var estimate = fresh_quantizer(all, smoothstep(0.9, 1.9, model.blockiness));
    let change = estimate - model.estimate;
    let is_steady = !is_first && abs(change) < ANOTHER_SCENE;
    if (is_steady) {
        estimate = model.estimate + clamp(0.15 * change, -PACE, PACE);
    }
    model.pictures += 1.0;
    model.estimate = estimate;
    model.blocked = smoothstep(BLOCKED_FROM, BLOCKED_AT, model.blockiness);
    model.ringing = sqrt(all.across[1].z / max(all.across[1].y, 1.0));
    var share = select(smoothstep(CLEAN, DAMAGED, estimate), 0.0, block_count() == 0u);
    if (is_steady) {
        let most = SHARE_PACE * model.paced + SHARE_START;
        share = model.paced + clamp(share - model.paced, -most, most);
    }
    model.paced = share;
}

// Decides the strength of each repair.
fn choose() {
    var quantizer = model.estimate;
    var share = model.paced;
    if (params.quantizer >= 0.0) {
        quantizer = params.quantizer;
        share = 1.0;
        model.believed = 1.0;
    }
    share *= model.believed;
    let wish = params.strength * params.dering;
    model.quantizer = quantizer;
    model.share = share;
    model.wanted = share * min(wish, 1.0);
    model.threshold = min(exp2(level_at(quantizer)) * wish, 200.0);
    let limit = min(1.5 * model.blockiness, 12.0) * smoothstep(0.4, 1.0, model.blockiness);
    model.deblock = limit * model.believed * params.strength * params.deblock;
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
    var own = Findings(vec4f(0.0), vec4f(0.0), vec4f(0.0), vec4f(0.0));
    if (id.x < params.blocks_x && id.y < params.blocks_y) {
        own = block_findings(id.xy, group.z == 0u);
    }
    for (var i = 0u; i < 4u; i++) {
        findings[thread * FINDINGS + i] = own.bands[i];
        findings[thread * FINDINGS + 4u + i] = own.edge[i];
        findings[thread * FINDINGS + 8u + i] = own.small[i];
        findings[thread * FINDINGS + 12u + i] = own.kind[i];
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
        conclude(Sums(
            array(totals(0u), totals(4u), totals(8u), totals(12u)),
            array(totals(16u), totals(20u), totals(24u), totals(28u)),
        ));
    }
}
