// From the findings of all blocks and the profiles of steps to what is known of the damage. One
// workgroup. What changes slowly is kept from picture to picture, so that repairs do not pump.
// include: shared/damage_model.wgsl

struct DamageModelParams {
    // Blocks looked at.
    blocks: u32,
    width: u32,
    height: u32,
    // Quantizer that the operator knows, on the scale of H.264; negative to estimate.
    quantizer: f32,
    // Factors of the operator.
    strength: f32,
    deblock: f32,
    dering: f32,
    deband: f32,
    // One code of the frame in 8-bit code values.
    code: f32,
    // 1 to forget all earlier pictures.
    first: u32,
}

var<immediate> params: DamageModelParams;
@group(0) @binding(0) var<storage, read> findings: array<vec4f>;
@group(0) @binding(1) var<storage, read> profile: array<f32>;
@group(0) @binding(2) var<storage, read_write> model: DamageModel;

const THREADS: u32 = 64u;
// Grids looked for along each axis: offsets of period 8, then 16, 12 (8 scaled by 1.5) and 32/3.
const GRIDS: u32 = 47u;

// The logarithm of the threshold that served pictures best, as a sum over the bands' mean
// logarithms; fitted on pictures coded by x264, MPEG-2 and MJPEG.
const WEIGHTS: vec4f = vec4f(0.562, -0.189, -0.927, 3.805);
const WEIGHT_HIGHEST: f32 = -4.032;
const BASE: f32 = -0.707;
// Level of pictures whose blocks are plainly seen.
const BLOCKED_LEVEL: f32 = 3.8;
// A threshold above 17 takes more than it gives, however damaged the picture is.
const HIGHEST_LEVEL: f32 = 4.1;
// Most change of the level between pictures of a scene, and the change that tells another scene.
const PACE: f32 = 0.02;
const ANOTHER_SCENE: f32 = 1.5;
// Another grid must stand out so much more than the present one.
const GRID_LEAD: f32 = 1.25;

var<workgroup> lows: array<vec4f, 64>;
var<workgroup> highs: array<vec4f, 64>;
// Height of each grid above the mean of its axis.
var<workgroup> heights: array<f32, 94>;

struct Grid {
    period: f32,
    offset: f32,
}

fn grid_of(number: u32) -> Grid {
    if (number < 8u) {
        return Grid(8.0, f32(number));
    }
    if (number < 24u) {
        return Grid(16.0, f32(number - 8u));
    }
    if (number < 36u) {
        return Grid(12.0, f32(number - 24u));
    }
    return Grid(32.0 / 3.0, f32(number - 36u));
}

// How far the boundaries of a grid rise above all others.
fn height_of(grid: Grid, start: u32, side: u32) -> f32 {
    var sum = 0.0;
    var count = 0.0;
    var total = 0.0;
    // The outermost boundaries have no neighbours.
    for (var at = 2u; at + 2u < side; at++) {
        let value = profile[start + at];
        total += value;
        let k = round((f32(at) - grid.offset) / grid.period);
        if (u32(max(round(grid.offset + k * grid.period), 0.0)) == at) {
            sum += value;
            count += 1.0;
        }
    }
    let others = f32(side) - 4.0 - count;
    if (count < 2.0 || others < 2.0) {
        return 0.0;
    }
    return sum / count - (total - sum) / others;
}

struct Found {
    number: u32,
    height: f32,
}

// The grid that stands out most: rarer boundaries must be higher.
fn best_grid(axis: u32, present: u32) -> Found {
    var best = Found(0u, -1e9);
    var score = -1e9;
    for (var i = 0u; i < GRIDS; i++) {
        let height = heights[axis * GRIDS + i];
        let lead = select(1.0, GRID_LEAD, i == present);
        let own = height * lead * inverseSqrt(grid_of(i).period);
        if (own > score) {
            score = own;
            best = Found(i, height);
        }
    }
    return best;
}

fn conclude(bands: vec4f, high: vec4f) {
    let is_first = params.first == 1u;
    let none = GRIDS;
    let x = best_grid(0u, select(u32(model.grid_x), none, is_first));
    let y = best_grid(1u, select(u32(model.grid_y), none, is_first));
    let seen = max(min(x.height, y.height), 0.0);
    let blockiness = select(mix(model.blockiness, seen, 0.2), seen, is_first);
    let count = max(f32(params.blocks), 1.0);
    var level = dot(WEIGHTS, bands / count) + WEIGHT_HIGHEST * high.x / count + BASE;
    level = max(level, mix(level, BLOCKED_LEVEL, smoothstep(0.6, 2.0, blockiness)));
    let change = level - model.level;
    if (!is_first && abs(change) < ANOTHER_SCENE) {
        level = model.level + clamp(0.15 * change, -PACE, PACE);
    }
    model.pictures = select(model.pictures + 1.0, 1.0, is_first);
    model.level = level;
    model.blockiness = blockiness;
    model.ringing = sqrt(high.z / max(high.y, 1.0));
    model.grid_x = f32(x.number);
    model.period_x = grid_of(x.number).period;
    model.offset_x = grid_of(x.number).offset;
    model.grid_y = f32(y.number);
    model.period_y = grid_of(y.number).period;
    model.offset_y = grid_of(y.number).offset;
    choose(level, blockiness);
}

// What is done about it. The threshold is 8 at a quantizer of 32 and doubles every 9.
fn choose(level: f32, blockiness: f32) {
    var threshold = exp2(level);
    var used = min(threshold, exp2(HIGHEST_LEVEL));
    var share = smoothstep(3.5, 8.0, threshold);
    if (params.blocks == 0u) {
        share = 0.0;
    }
    if (params.quantizer >= 0.0) {
        threshold = exp2(3.0 + (params.quantizer - 32.0) / 9.0);
        used = threshold;
        share = 1.0;
    }
    model.quantizer = clamp(32.0 + 9.0 * (log2(threshold) - 3.0), 0.0, 51.0);
    model.share = share;
    model.threshold = min(used * share * params.strength * params.dering, 200.0);
    let limit = min(1.5 * blockiness, 12.0) * smoothstep(0.4, 1.0, blockiness);
    model.deblock = limit * params.strength * params.deblock;
    model.deband = 1.25 * params.code * share * params.strength * params.deband;
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) thread: u32) {
    var low = vec4f(0.0);
    var high = vec4f(0.0);
    for (var i = thread; i < params.blocks; i += THREADS) {
        low += findings[i * 2u];
        high += findings[i * 2u + 1u];
    }
    lows[thread] = low;
    highs[thread] = high;
    for (var i = thread; i < 2u * GRIDS; i += THREADS) {
        let columns = (params.width + 3u) / 4u * 4u;
        if (i < GRIDS) {
            heights[i] = height_of(grid_of(i), 0u, params.width);
        } else {
            heights[i] = height_of(grid_of(i - GRIDS), columns, params.height);
        }
    }
    workgroupBarrier();
    if (thread == 0u) {
        for (var i = 1u; i < THREADS; i++) {
            low += lows[i];
            high += highs[i];
        }
        conclude(low, high);
    }
}
