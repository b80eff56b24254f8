// Refinement of vectors to quarters of a pixel of a guide: first the eight places half a pixel around, then
// the eight a quarter around the best of those, the reference blended bilinearly. What the kernels have that
// judge the scene as well, and that do not.

struct MotionRefineParams {
    // Size of the level in pixels and in blocks, and the side of a block in pixels.
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
    block: i32,
    // Quarters of this level's pixels to a pixel of luma: 2 at half size, 4 at full size.
    quarters: f32,
    // Blocks to a block of the vectors to refine, as a shift.
    shift: u32,
    // The zero vector's advantage, in deviations of the noise summed over the window.
    bonus: f32,
}

var<immediate> params: MotionRefineParams;
@group(0) @binding(0) var current: texture_2d<u32>;
@group(0) @binding(1) var reference: texture_2d<u32>;
// In pixels of luma; then the mean of the block's window, or, where blocks become smaller, the change of
// brightness to keep.
@group(0) @binding(2) var vectors: texture_2d<f32>;
@group(0) @binding(4) var<storage, read> noise: NoiseModel;
// Vector, mean absolute difference of the match, change of brightness along it.
@group(0) @binding(3) var refined: texture_storage_2d<rgba32float, write>;

// Twelve pixels of a row, each in 16 bits: those at even columns and those at odd ones.
struct Lanes {
    even: vec3u,
    odd: vec3u,
}

// A row of the reference at three places side by side.
struct Fan {
    left: Lanes,
    middle: Lanes,
    right: Lanes,
}

// Sums of absolute differences at three places side by side, in two 16-bit lanes each.
struct Sums {
    left: u32,
    middle: u32,
    right: u32,
}

// Two pixels, a quarter of the way from a to b for each step of f.
fn blend_2(a: vec3u, b: vec3u, f: u32) -> vec3u {
    return ((a * (4u - f) + b * f + vec3u(0x00020002u)) >> vec3u(2u)) & vec3u(BYTES_02);
}

fn blend(a: Lanes, b: Lanes, f: u32) -> Lanes {
    return Lanes(blend_2(a.even, b.even, f), blend_2(a.odd, b.odd, f));
}

fn difference_2(a: vec3u, b: vec3u) -> u32 {
    return absolute_difference_2(a.x, b.x) + absolute_difference_2(a.y, b.y) + absolute_difference_2(a.z, b.z);
}

fn difference(a: Lanes, b: Lanes) -> u32 {
    return difference_2(a.even, b.even) + difference_2(a.odd, b.odd);
}

fn window_lanes(at: vec2i, y: i32, size: vec2i) -> Lanes {
    let row = window_row(current, at.x, at.y + y, size).xyz;
    return Lanes(row & vec3u(BYTES_02), (row >> vec3u(8u)) & vec3u(BYTES_02));
}

// Row y, three times: so many quarters of a pixel to the right of column x, up to seven.
fn reference_fan(x: i32, y: i32, quarters: vec3u, size: vec2i) -> Fan {
    let row = window_row(reference, x, y, size);
    let even = row & vec4u(BYTES_02);
    let odd = (row >> vec4u(8u)) & vec4u(BYTES_02);
    // Columns 2, 4, .. and 3, 5, ..
    let even_2 = (even.xyz >> vec3u(16u)) | (even.yzw << vec3u(16u));
    let odd_2 = (odd.xyz >> vec3u(16u)) | (odd.yzw << vec3u(16u));
    let next = quarters >= vec3u(4u);
    let f = quarters & vec3u(3u);
    return Fan(
        columns(even.xyz, odd.xyz, even_2, odd_2, next.x, f.x),
        columns(even.xyz, odd.xyz, even_2, odd_2, next.y, f.y),
        columns(even.xyz, odd.xyz, even_2, odd_2, next.z, f.z),
    );
}

fn columns(c0: vec3u, c1: vec3u, c2: vec3u, c3: vec3u, next: bool, f: u32) -> Lanes {
    let middle = select(c1, c2, next);
    return Lanes(blend_2(select(c0, c1, next), middle, f), blend_2(middle, select(c2, c3, next), f));
}

fn add_row(sums: ptr<function, Sums>, window: Lanes, above: Fan, below: Fan, f: u32, mask: u32) {
    (*sums).left += difference(window, blend(above.left, below.left, f)) & mask;
    (*sums).middle += difference(window, blend(above.middle, below.middle, f)) & mask;
    (*sums).right += difference(window, blend(above.right, below.right, f)) & mask;
}

fn select_lanes(a: Lanes, b: Lanes, second: bool) -> Lanes {
    return Lanes(select(a.even, b.even, second), select(a.odd, b.odd, second));
}

fn totals(sums: Sums) -> vec3f {
    return vec3f(f32(lane_sum(sums.left)), f32(lane_sum(sums.middle)), f32(lane_sum(sums.right)));
}

// Sums of absolute differences at nine places, row by row, the first so many quarters of a pixel
// from the window. All nine use the same rows of the reference, so each is loaded and blended once.
fn nine_differences(at: vec2i, first: vec2i, distance: u32, size: vec2i) -> mat3x3f {
    let corner = at + (first >> vec2u(2u));
    let part = vec2u(first & vec2i(3));
    let steps = vec3u(0u, distance, 2u * distance);
    let across = part.x + steps;
    let down = part.y + steps;
    let f = down & vec3u(3u);
    // Places that begin a row later meet each row of the reference with the window's row before.
    let later = down >= vec3u(4u);
    var top = Sums(0u, 0u, 0u);
    var middle = top;
    var bottom = top;
    var last = Lanes(vec3u(0u), vec3u(0u));
    var above = reference_fan(corner.x, corner.y, across, size);
    for (var y = 0; y <= WINDOW; y++) {
        let window = window_lanes(at, y, size);
        let below = reference_fan(corner.x, corner.y + y + 1, across, size);
        let mask = select(vec3u(select(~0u, 0u, y == WINDOW)), vec3u(select(~0u, 0u, y == 0)), later);
        add_row(&top, select_lanes(window, last, later.x), above, below, f.x, mask.x);
        add_row(&middle, select_lanes(window, last, later.y), above, below, f.y, mask.y);
        add_row(&bottom, select_lanes(window, last, later.z), above, below, f.z, mask.z);
        last = window;
        above = below;
    }
    return mat3x3f(totals(top), totals(middle), totals(bottom));
}

// The best vector so far, in quarters of a pixel, and its cost.
struct Match {
    vector: vec2i,
    cost: f32,
    bonus: f32,
}

fn offer(best: ptr<function, Match>, vector: vec2i, difference: f32) {
    let cost = difference - select(0.0, (*best).bonus, all(vector == vec2i(0)));
    let better = cost < (*best).cost;
    (*best).cost = select((*best).cost, cost, better);
    (*best).vector = select((*best).vector, vector, better);
}

// Tries the place in the middle, then the eight around it.
fn try_around(best: ptr<function, Match>, at: vec2i, distance: i32, size: vec2i) {
    let centre = (*best).vector;
    let d = nine_differences(at, centre - distance, u32(distance), size);
    offer(best, centre, d[1].y);
    offer(best, centre + vec2i(-distance, -distance), d[0].x);
    offer(best, centre + vec2i(0, -distance), d[0].y);
    offer(best, centre + vec2i(distance, -distance), d[0].z);
    offer(best, centre + vec2i(-distance, 0), d[1].x);
    offer(best, centre + vec2i(distance, 0), d[1].z);
    offer(best, centre + vec2i(-distance, distance), d[2].x);
    offer(best, centre + vec2i(0, distance), d[2].y);
    offer(best, centre + vec2i(distance, distance), d[2].z);
}

// Refines the vector of a block; gives the mean absolute difference of its match.
fn refine_block(id: vec2u) -> f32 {
    let size = vec2i(i32(params.width), i32(params.height));
    let at = vec2i(id) * params.block + (params.block - WINDOW) / 2;
    let rough = textureLoad(vectors, id >> vec2u(params.shift), 0);
    var best = Match(vec2i(floor(rough.xy * params.quarters + 0.5)), 1e9, params.bonus * sqrt(noise.mean_y));
    // Half a pixel around, then a quarter around the best of those.
    for (var distance = 2; distance > 0; distance--) {
        try_around(&best, at, distance, size);
    }
    var brightness = rough.w;
    if (params.shift == 0u) {
        let part = vec2f(best.vector & vec2i(3)) * 0.25;
        let before = reference_mean(reference, at + (best.vector >> vec2u(2u)), part, size);
        brightness = brightness_change(brightness, before, noise.mean_y);
    }
    let difference = best.cost / WINDOW_PIXELS;
    textureStore(refined, id, vec4f(vec2f(best.vector) / params.quarters, difference, brightness));
    return difference;
}
