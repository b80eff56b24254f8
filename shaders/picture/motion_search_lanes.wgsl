// motion_search for GPUs: a workgroup for each block, whose invocations first try one vector each, then one
// position and its two neighbours each. One invocation that tried all of them would issue 650 dependent
// loads at the coarsest level; here it issues three windows of 24.
// include: picture/shared/guide.wgsl
// include: shared/filled.wgsl
// include: shared/noise_model.wgsl
// include: picture/shared/matching.wgsl
// include: picture/shared/settled_motion.wgsl
// include: picture/shared/matching_fan.wgsl
// include: picture/shared/motion_search.wgsl

// At least the number of groups of three positions at the coarsest level, 27.
const GROUP: u32 = 32u;
// Larger than the difference of any window.
const NO_MATCH: f32 = 1e9;

var<workgroup> costs: array<f32, GROUP>;
var<workgroup> moves: array<vec2i, GROUP>;
var<workgroup> lanes: array<u32, GROUP>;
// Costs around the best position: left, centre and right; above; below.
var<workgroup> around: array<vec3f, 3>;

// Best match of the workgroup. Of equals, the lowest lane's, which is the order that motion_search tries
// them in.
fn best_of_lanes(lane: u32, own: Match) -> Match {
    costs[lane] = own.cost;
    moves[lane] = own.vector;
    lanes[lane] = lane;
    workgroupBarrier();
    for (var half = GROUP / 2u; half > 0u; half /= 2u) {
        if (lane < half) {
            let other = lane + half;
            let is_better = costs[other] < costs[lane];
            let is_earlier = costs[other] == costs[lane] && lanes[other] < lanes[lane];
            if (is_better || is_earlier) {
                costs[lane] = costs[other];
                moves[lane] = moves[other];
                lanes[lane] = lanes[other];
            }
        }
        workgroupBarrier();
    }
    let best = Match(moves[0], costs[0]);
    workgroupBarrier();
    return best;
}

// Tries the zero vector with its bonus (lane 0), then the vectors of the coarser level.
fn try_vectors(lane: u32, window: ptr<function, Window>, block: vec2u, at: vec2i, size: vec2i) -> Match {
    let is_coarse = params.coarse_x > 0u && lane > 0u && lane < 10u;
    var vector = vec2i(0);
    if (is_coarse) {
        vector = coarse_vector(block, lane - 1u);
    }
    let difference = window_difference(window, reference, at + vector, size);
    let bonus = select(0.0, params.bonus * sqrt(noise.mean_y), lane == 0u);
    return Match(vector, select(NO_MATCH, difference - bonus, is_coarse || lane == 0u));
}

// Best of three neighbouring positions in a row around `centre`.
fn try_fan(lane: u32, window: ptr<function, Window>, centre: vec2i, at: vec2i, size: vec2i) -> Match {
    let side = 2 * params.radius + 1;
    let fans = (side + 2) / 3;
    let i = i32(lane);
    let first = vec2i(i % fans * 3, i / fans) - params.radius;
    let vector = centre + first + vec2i(1, 0);
    let differences = fan_differences(window, reference, at + vector, size);
    // The last group of three may extend beyond the radius.
    let middle = select(NO_MATCH, differences.y, first.x + 1 <= params.radius);
    let right = select(NO_MATCH, differences.z, first.x + 2 <= params.radius);
    var best = Match(vector - vec2i(1, 0), differences.x);
    if (middle < best.cost) {
        best = Match(vector, middle);
    }
    if (right < best.cost) {
        best = Match(vector + vec2i(1, 0), right);
    }
    return Match(best.vector, select(NO_MATCH, best.cost, i < fans * side));
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
    let block = place_in_rows(group.y * groups.x + group.x, params.blocks_x);
    if (block.y >= params.blocks_y) {
        return;
    }
    let size = vec2i(i32(params.width), i32(params.height));
    let at = vec2i(block) * params.block + (params.block - WINDOW) / 2;
    var window = load_window(current, at, size);
    var best = best_of_lanes(lane, try_vectors(lane, &window, block, at, size));
    let near = best_of_lanes(lane, try_fan(lane, &window, best.vector, at, size));
    if (near.cost < best.cost) {
        best = near;
    }
    if (params.fraction == 1u) {
        if (lane == 0u) {
            around[0] = fan_differences(&window, reference, at + best.vector, size);
        } else if (lane < 3u) {
            let y = i32(lane) * 2 - 3;
            let place = at + best.vector + vec2i(0, y);
            around[lane] = vec3f(window_difference(&window, reference, place, size));
        }
        workgroupBarrier();
    }
    if (lane > 0u) {
        return;
    }
    var result = vec2f(best.vector);
    var brightness = 0.0;
    if (params.fraction == 1u) {
        let row = around[0];
        result += vec2f(vertex(row.x, row.y, row.z), vertex(around[1].x, row.y, around[2].x));
        let motion = settled(at, result, params.bonus * sqrt(noise.mean_y), noise.mean_y, size);
        result = motion.xy;
        brightness = motion.z;
    }
    textureStore(vectors, block, vec4f(result * params.scale, best.cost / WINDOW_PIXELS, brightness));
}
