// Aligns the plane, in one workgroup: where it is searched for, picks the best shift, aligns from
// coarse to fine, and chooses where to begin; then aligns at the finest grid, and judges. Where it is
// lost, each of some workgroups takes one of the best places of the hunt, aligns and judges it. What
// takes the software tier `pick.wgsl`, `align.wgsl`, `choose.wgsl`, `gather.wgsl`, `solve.wgsl`,
// `judge.wgsl`, `finds.wgsl` and `vote.wgsl`.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/level.wgsl
// include: trackoverlay/track/shared/quad.wgsl
// include: trackoverlay/track/shared/correlation.wgsl
// include: trackoverlay/track/shared/taps.wgsl
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

// Iterations at each grid, the finest first.
const ROUNDS_0: u32 = 2u;
const ROUNDS_1: u32 = 3u;
const ROUNDS_2: u32 = 5u;
const ROUNDS_3: u32 = 5u;
// Where the best of each workgroup of a hunt begin, and how many places it has.
const BEST_AT: u32 = 32768u;
const SEATS: u32 = 28u;
// Places between two candidates.
const APART: f32 = 2.1;
// Scores below this are chance.
const LEAST_SCORE: f32 = 0.15;

var<workgroup> taken: array<vec2f, CANDIDATES>;

// Where to begin aligning: at the prediction, at the last place, or at the best shift of either.
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

// Begins the fine alignment: at the coarsely aligned place, or at the prediction where that fits
// better. What covers the plane may pull the coarse levels away.
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

fn is_free(place: vec2f, count: u32) -> bool {
    for (var i = 0u; i < count; i++) {
        if (distance(place, taken[i]) < APART) {
            return false;
        }
    }
    return true;
}

// The best place of a workgroup of the hunt that is apart from the first `count` candidates.
fn best_of_seats(group: u32, count: u32, width: u32) -> vec2f {
    let best = finds[BEST_AT + group];
    if (is_free(place_at(u32(best.y), width), count)) {
        return best;
    }
    var found = vec2f(-2.0, best.y);
    let groups = (width + SEATS - 1u) / SEATS;
    let first = (group / groups) * width + (group % groups) * SEATS;
    let end = min(first + SEATS, (group / groups + 1u) * width);
    for (var i = first; i < end; i++) {
        if (finds[i].x > found.x && is_free(place_at(i, width), count)) {
            found = vec2f(finds[i].x, f32(i));
        }
    }
    return found;
}

// The best places of the hunt, each apart from the others, up to that of a number.
fn find_place(lane: u32, number: u32) {
    look_at_grid(3u);
    let width = (on.width + params.stride - 1u) / params.stride;
    let height = (on.height + params.stride - 1u) / params.stride;
    let groups = height * ((width + SEATS - 1u) / SEATS);
    var found = vec2f(0.0);
    for (var k = 0u; k <= number; k++) {
        var best = vec2f(-2.0, 0.0);
        for (var group = lane; group < groups; group += LANES) {
            best = better(best, best_of_seats(group, k, width));
        }
        found = best_of_lanes(lane, best.x, u32(best.y));
        if (lane == 0u) {
            taken[k] = place_at(u32(found.y), width);
        }
        workgroupBarrier();
    }
    if (lane == 0u) {
        let middle = taken[number] * f32(params.stride) * on.step + on.origin;
        pose = moved_to(track.seen, middle, u32(finds[u32(found.y)].y));
        light[0] = vec4f(1.0, 0.0, 0.0, 0.0);
        light[1] = vec4f(0.0, 0.0, 0.0, 8.0);
        candidates[number].fit = vec4f(found.x, 0.0, 0.0, select(0.0, 1.0, found.x > LEAST_SCORE));
    }
    storageBarrier();
    workgroupBarrier();
}

// How much of the texture agrees, in squares of 2x2 cells.
fn count_votes(lane: u32, number: u32) {
    look_at_grid(1u);
    let m = on.side / CELLS;
    let corner = column_and_row(lane) * m;
    tally = Tally();
    var off = vec2f(0.0);
    for (var k = 0u; k < m * m; k++) {
        let column = corner.x + k % m;
        let row = corner.y + k / m;
        let t = rendered[on.first + row * on.side + column];
        let p = place_of(column, row, on.side);
        let q = pose * vec3f(p, 1.0);
        let at = q.xy / q.z;
        if (t.w >= 0.5 && q.z > 0.05 && is_in_sight(at)) {
            let v = level_at(at);
            let r = v - light[0].x * t.x - bias_at(p, light);
            off += vec2f(r, r * r);
            tally.n += 1.0;
            tally.first += vec2f(v, t.x);
            tally.second += vec3f(v * v, t.x * t.x, v * t.x);
        }
    }
    scratch[lane] = vec4f(off, tally.first);
    scratch[LANES + lane] = vec4f(tally.second, tally.n);
    workgroupBarrier();
    var votes = vec4f(0.0);
    if (lane % 4u == 0u) {
        let a = scratch[lane] + scratch[lane + 1u] + scratch[lane + 2u] + scratch[lane + 3u];
        let b = scratch[LANES + lane] + scratch[LANES + lane + 1u] + scratch[LANES + lane + 2u] + scratch[LANES + lane + 3u];
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

// Where it is followed: the coarse grid and the next where it is searched for, then the finest.
fn rounds_to_follow(phase: u32, mode: u32) -> u32 {
    if (phase == 2u) {
        // What was not as expected is not to be hurried.
        return ROUNDS_0 + select(0u, 1u, (mode & MODE_APPROACH) != 0u);
    }
    if ((mode & MODE_SEARCH) == 0u || (phase == 0u && params.top < 3u)) {
        return 0u;
    }
    return select(ROUNDS_2, ROUNDS_1, phase == 1u);
}

// Where it is lost: from the coarsest grid on.
fn rounds_to_try(phase: u32) -> u32 {
    return select(select(ROUNDS_1, ROUNDS_2, phase == 1u), ROUNDS_3, phase == 0u);
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    // The state is that of the last frame until this one ends; the mode may change here.
    let is_lost = track.state == STATE_LOST;
    if (track.state == STATE_IDLE || (!is_lost && group.x > 0u)) {
        return;
    }
    let mode = select(track.mode, 0u, is_lost);
    let is_sought = (mode & MODE_SEARCH) != 0u;
    workgroupBarrier();
    if (is_lost) {
        find_place(lane, group.x);
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
        let rounds = select(rounds_to_follow(phase, mode), rounds_to_try(phase), is_lost);
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
