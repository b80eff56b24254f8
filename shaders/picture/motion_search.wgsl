// Searches one level of hierarchical block matching. Each block tries the zero vector, the vectors of the
// coarser level around it, then the surroundings of the best. Blocks do not depend on each other.
// include: picture/shared/guide.wgsl
// include: shared/filled.wgsl
// include: shared/noise_model.wgsl
// include: picture/shared/matching.wgsl
// include: picture/shared/settled_motion.wgsl
// include: picture/shared/matching_fan.wgsl
// include: picture/shared/motion_search.wgsl

fn offer(best: ptr<function, Match>, vector: vec2i, difference: f32) {
    let better = difference < (*best).cost;
    (*best).cost = select((*best).cost, difference, better);
    (*best).vector = select((*best).vector, vector, better);
}

// Bit mask of the vectors among the nine that are neither zero nor repeated.
fn new_vectors(block: vec2u) -> u32 {
    var vectors: array<vec2i, 9>;
    var bits = 0u;
    for (var i = 0u; i < 9u; i++) {
        vectors[i] = coarse_vector(block, i);
        var known = all(vectors[i] == vec2i(0));
        for (var j = 0u; j < i; j++) {
            known |= all(vectors[i] == vectors[j]);
        }
        bits |= select(1u << i, 0u, known);
    }
    return bits;
}

// Tries the vectors of the coarser level. Neighbours mostly agree, so few remain; parallel invocations wait
// for the one with the most, so duplicates are removed first.
fn try_coarse(best: ptr<function, Match>, window: ptr<function, Window>, block: vec2u, at: vec2i, size: vec2i) {
    var bits = new_vectors(block);
    loop {
        // When none remains, tries the last one again, which cannot win twice.
        let vector = coarse_vector(block, min(firstTrailingBit(bits), 8u));
        offer(best, vector, window_difference(window, reference, at + vector, size));
        continuing {
            bits &= bits - 1u;
            break if bits == 0u;
        }
    }
}

// Tries all positions up to `radius` around the best, three in a row at a time. The zero vector has been
// tried already, with its bonus.
fn try_around(best: ptr<function, Match>, window: ptr<function, Window>, at: vec2i, size: vec2i) {
    let centre = (*best).vector;
    let side = 2 * params.radius + 1;
    let fans = (side + 2) / 3;
    var i = 0;
    loop {
        let first = vec2i(i % fans * 3, i / fans) - params.radius;
        let vector = centre + first + vec2i(1, 0);
        let differences = fan_differences(window, reference, at + vector, size);
        // The last group of three may extend beyond the radius.
        offer(best, vector - vec2i(1, 0), differences.x);
        offer(best, vector, select(1e9, differences.y, first.x + 1 <= params.radius));
        offer(best, vector + vec2i(1, 0), select(1e9, differences.z, first.x + 2 <= params.radius));
        continuing {
            i++;
            break if i == fans * side;
        }
    }
}

const GROUP: u32 = 32u;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) invocation: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let id = filled_place(invocation, groups, params.blocks_x);
    if (id.x >= params.blocks_x || id.y >= params.blocks_y) {
        return;
    }
    let size = vec2i(i32(params.width), i32(params.height));
    let at = vec2i(id.xy) * params.block + (params.block - WINDOW) / 2;
    let bonus = params.bonus * sqrt(noise.mean_y);
    var window = load_window(current, at, size);
    var best = Match(vec2i(0), window_difference(&window, reference, at, size) - bonus);
    if (params.coarse_x > 0u) {
        try_coarse(&best, &window, id.xy, at, size);
    }
    try_around(&best, &window, at, size);
    var result = vec2f(best.vector);
    var brightness = 0.0;
    if (params.fraction == 1u) {
        let row = fan_differences(&window, reference, at + best.vector, size);
        let above = window_difference(&window, reference, at + best.vector + vec2i(0, -1), size);
        let below = window_difference(&window, reference, at + best.vector + vec2i(0, 1), size);
        result += vec2f(vertex(row.x, row.y, row.z), vertex(above, row.y, below));
        let motion = settled(at, result, bonus, noise.mean_y, size);
        result = motion.xy;
        brightness = motion.z;
    }
    textureStore(vectors, id.xy, vec4f(result * params.scale, best.cost / WINDOW_PIXELS, brightness));
}
