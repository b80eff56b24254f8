// Aligns the plane in one workgroup. If it is searched for: chooses the best shift, aligns from coarse to
// fine, and chooses where to begin. Then aligns at the finest grid and judges. If the plane is lost, several
// workgroups each align and judge one of the best positions of the hunt. Does the work of `pick.wgsl`,
// `align.wgsl`, `choose.wgsl`, `gather.wgsl`, `solve.wgsl`, `judge.wgsl`, `finds.wgsl` and `vote.wgsl`,
// which software Vulkan runs.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/level.wgsl
// include: trackoverlay/track/shared/quad.wgsl
// include: trackoverlay/track/shared/correlation.wgsl
// include: trackoverlay/track/shared/taps.wgsl
// include: trackoverlay/track/shared/footprint_rows.wgsl
// include: trackoverlay/track/shared/normal.wgsl
// include: trackoverlay/track/shared/lanes.wgsl
// include: trackoverlay/track/shared/scale.wgsl
// include: trackoverlay/track/shared/solve.wgsl
// include: trackoverlay/track/shared/iterate.wgsl
// include: trackoverlay/track/shared/refine.wgsl
// include: trackoverlay/track/shared/recipe.wgsl
// include: trackoverlay/track/shared/agreement.wgsl
// include: trackoverlay/track/shared/verdict.wgsl
// include: trackoverlay/track/shared/judged.wgsl
// include: trackoverlay/track/shared/candidate.wgsl
// include: trackoverlay/track/shared/preference.wgsl
// include: trackoverlay/track/shared/score.wgsl
// include: trackoverlay/track/shared/cost.wgsl
// include: trackoverlay/track/shared/variant.wgsl

var<immediate> params: ChainParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(0) @binding(2) var<storage, read> rendered: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> memory: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> biases: array<f32>;
@group(0) @binding(5) var<storage, read> scores: array<f32>;
@group(0) @binding(6) var<storage, read> finds: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> candidates: array<Candidate>;
@group(0) @binding(8) var<storage, read_write> agreement: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> residuals: array<f32>;

// Iterations at each grid, finest first.
const ROUNDS_0: u32 = 2u;
const ROUNDS_1: u32 = 3u;
const ROUNDS_2: u32 = 5u;
const ROUNDS_3: u32 = 5u;
// Smallest distance of two candidates, in positions.
const APART: f32 = 2.1;
// Lower scores are chance.
const LEAST_SCORE: f32 = 0.15;


// Chooses the start of the alignment: the prediction, the last position, or the best shift of either.
fn pick(lane: u32) {
    look_at_grid(3u);
    let width = 2u * params.reach + 1u;
    let count = width * width;
    let middle = count / 2u;
    let centre = select(0u, count, scores[count + middle] > scores[middle] + LAST_GAIN);
    var best = vec2f(-2.0, 0.0);
    for (var i = lane; i < count; i += LANES) {
        best = better(best, vec2f(scores[centre + i], f32(i)));
    }
    best = best_of_lanes(lane, best.x, u32(best.y));
    if (lane == 0u) {
        pose = track.predicted;
        if (centre > 0u) {
            pose = track.last;
        }
        if (best.x > scores[centre + middle] + SHIFT_GAIN) {
            let at = u32(best.y);
            pose = shifted(pose, vec2f(f32(at % width), f32(at / width)) - f32(params.reach));
        }
        light = track.last_light;
        light[1].w = max(2.0 * track.last_light[1].w, 4.0);
    }
    workgroupBarrier();
}

// Chooses the start of the fine alignment: the coarsely aligned position, or the prediction if that fits
// better. Objects in front of the plane can mislead the coarse levels.
fn choose(lane: u32) {
    look_at_grid(1u);
    let clip = CLIPPED_RESIDUAL * track.last_light[1].w + CLIPPED_MORE;
    let border = on.side / 8u;
    let inner = on.side - 2u * border;
    var costs = vec4f(0.0);
    for (var i = lane; i < inner * inner; i += LANES) {
        let column = border + i % inner;
        let row = border + i / inner;
        let t = rendered[on.first + row * on.side + column];
        if (t.w > 0.5) {
            let p = place_of(column, row, on.side);
            costs += vec4f(cost(p, t.x, pose, track.last_light, clip), cost(p, t.x, track.predicted, track.last_light, clip));
        }
    }
    let sum = sum_of_lanes(lane, costs);
    if (lane == 0u) {
        if (!(mean_cost(sum.xy) < mean_cost(sum.zw) && is_plausible(pose))) {
            pose = track.predicted;
        }
        light = track.last_light;
        light[1].w = LOOSER * max(2.0 * track.last_light[1].w, 4.0);
    }
    workgroupBarrier();
}

fn place_at(index: u32, width: u32) -> vec2f {
    return vec2f(f32(index % width), f32(index / width));
}

// Bit mask of this invocation's positions (at most 32) that are far enough from all chosen ones.
var<private> is_free: u32;

// Best of this invocation's positions that is also far enough from the last chosen one, `taken`.
fn best_apart(lane: u32, taken: vec2f, width: u32, count: u32) -> vec2f {
    var best = vec2f(-2.0, 0.0);
    var bit = 1u;
    for (var i = lane; i < count; i += LANES) {
        if (distance(place_at(i, width), taken) < APART) {
            is_free &= ~bit;
        }
        best = select(best, better(best, vec2f(finds[i].x, f32(i))), (is_free & bit) != 0u);
        bit <<= 1u;
    }
    return best;
}

// Begins at the pose in which the plane was last seen.
fn return_to_seen(lane: u32) {
    if (lane == 0u) {
        pose = track.seen;
        light = as_last(track.last_light);
        candidates[CANDIDATES - 1u].fit = vec4f(0.0, 0.0, 0.0, 1.0);
    }
    storageBarrier();
    workgroupBarrier();
}

// Chooses the best positions of the hunt in turn, with a minimum distance, up to number `number`.
fn find_place(lane: u32, number: u32) {
    look_at_grid(3u);
    let width = (on.width + params.stride - 1u) / params.stride;
    let height = (on.height + params.stride - 1u) / params.stride;
    is_free = 0xffffffffu;
    var taken = vec2f(-2.0 * APART);
    var found = vec2f(0.0);
    for (var k = 0u; k <= number; k++) {
        let best = best_apart(lane, taken, width, width * height);
        found = best_of_lanes(lane, best.x, u32(best.y));
        taken = place_at(u32(found.y), width);
    }
    if (lane == 0u) {
        let middle = taken * f32(params.stride) * on.step + on.origin;
        pose = moved_to(track.predicted, middle, u32(finds[u32(found.y)].y));
        light = fresh_light();
        candidates[number].fit = vec4f(found.x, 0.0, 0.0, select(0.0, 1.0, found.x > LEAST_SCORE));
    }
    storageBarrier();
    workgroupBarrier();
}

// Sums over this invocation's part of a cell: residuals and their squares, frame and template, their squares
// and products, and the number of samples.
fn look_for_votes(lane: u32) -> array<vec4f, 4> {
    let m = on.side / CELLS;
    let corner = column_and_row(lane % CELL_COUNT) * m;
    var a = vec4f(0.0);
    var b = vec4f(0.0);
    for (var k = lane / CELL_COUNT; k < m * m; k += CELL_LANES) {
        let column = corner.x + k % m;
        let row = corner.y + k / m;
        let t = rendered[on.first + row * on.side + column];
        let p = place_of(column, row, on.side);
        let q = pose * vec3f(p, 1.0);
        let at = q.xy / q.z;
        if (t.w >= 0.5 && q.z > 0.05 && is_in_sight(at)) {
            let v = level_at(at);
            let r = v - light[0].x * t.x - bias_at(p, light);
            a += vec4f(r, r * r, v, t.x);
            b += vec4f(v * v, t.x * t.x, v * t.x, 1.0);
        }
    }
    return array<vec4f, 4>(a, b, vec4f(0.0), vec4f(0.0));
}

// Share of the texture that agrees, in squares of 2x2 cells.
fn count_votes(lane: u32, number: u32) {
    look_at_grid(1u);
    share_cells(lane, look_for_votes(lane));
    var votes = vec4f(0.0);
    if (lane < CELL_COUNT && lane % 4u == 0u) {
        let a = scratch[lane] + scratch[lane + 1u] + scratch[lane + 2u] + scratch[lane + 3u];
        let c = CELL_COUNT + lane;
        let b = scratch[c] + scratch[c + 1u] + scratch[c + 2u] + scratch[c + 3u];
        let n = max(b.w, 1.0);
        let own = a.x / n;
        let cell = cell_of(lane);
        let fit = correlation(b.w, a.zw, b.xyz);
        let v = vote(fit, select(memory[cell].x, 1.0, is_inner_cell(cell)), light[0].x, a.y / n - own * own);
        votes = vec4f(v, v.x * fit.x, 0.0);
    }
    workgroupBarrier();
    let all = sum_of_lanes(lane, votes);
    if (lane == 0u) {
        let share = select(vec2f(0.0), all.yz / all.x, all.x > 0.0);
        candidates[number].h = pose;
        candidates[number].light = light;
        candidates[number].fit.y = share.x;
        candidates[number].fit.z = share.y;
    }
}

// Iterations while tracked: at the coarse grids if the plane is searched for, then at the finest.
fn rounds_to_follow(phase: u32, mode: u32) -> u32 {
    if (phase == 2u) {
        // After a failed expectation, one iteration more.
        return ROUNDS_0 + select(0u, 1u, (mode & MODE_APPROACH) != 0u);
    }
    if ((mode & MODE_SEARCH) == 0u || (phase == 0u && params.top < 3u)) {
        return 0u;
    }
    return select(ROUNDS_2, ROUNDS_1, phase == 1u);
}

// Iterations while lost: from the coarsest grid on, but for the pose as last seen, as in `align.wgsl`.
fn rounds_to_try(phase: u32, is_seen: bool) -> u32 {
    if (is_seen && phase < 2u) {
        return 0u;
    }
    return select(select(ROUNDS_1, ROUNDS_2, phase == 1u), ROUNDS_3, phase == 0u);
}

@compute @workgroup_size(1024)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    // The state is that of the last frame until this one ends; the mode may change here.
    let is_lost = track.state == STATE_LOST;
    if (track.state == STATE_IDLE || (!is_lost && group.x > 0u)) {
        return;
    }
    let mode = select(track.mode, 0u, is_lost);
    let is_sought = (mode & MODE_SEARCH) != 0u;
    let is_seen = group.x == CANDIDATES - 1u;
    workgroupBarrier();
    if (is_lost) {
        if (is_seen) {
            return_to_seen(lane);
        } else {
            find_place(lane, group.x);
        }
        if (candidates[group.x].fit.w == 0.0) {
            return;
        }
    } else {
        take_up(lane);
        if (is_sought) {
            pick(lane);
        }
    }
    for (var phase = 0u; phase < 3u; phase++) {
        if (is_sought && phase == 1u) {
            choose(lane);
        }
        let rounds = select(rounds_to_follow(phase, mode), rounds_to_try(phase, is_seen), is_lost);
        let how = select(select(select(FINE, JUDGED, phase == 2u), COARSE, phase == 0u),
            select(COARSE, FRESH, phase == 0u), is_lost);
        if (rounds > 0u) {
            refine(lane, select(2u, 3u, is_lost) - phase, rounds, how);
        }
    }
    if (is_lost) {
        count_votes(lane, group.x);
    } else {
        put_down(lane);
        judge(lane, false);
    }
}
