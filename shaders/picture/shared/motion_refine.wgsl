// Refines vectors to quarter pixels of a guide: first the eight positions half a pixel around, then the
// eight positions a quarter pixel around the best of those. The reference is interpolated bilinearly. Shared
// by the kernels with and without scene detection.

struct MotionRefineParams {
    // Size of the level in pixels and in blocks, and side of a block in pixels.
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
    block: i32,
    // Quarter pixels of this level in a luma pixel: 2 at half size, 4 at full size.
    quarters: f32,
    // log2 of the ratio between the block size of `vectors` and that of `refined`.
    shift: u32,
    // Bonus of the zero vector, in standard deviations of the noise summed over the window.
    bonus: f32,
}

var<immediate> params: MotionRefineParams;
@group(0) @binding(0) var current: texture_2d<u32>;
@group(0) @binding(1) var reference: texture_2d<u32>;
// Vectors in luma pixels (xy). w: if blocks become smaller, the change of brightness to keep.
@group(0) @binding(2) var vectors: texture_2d<f32>;
@group(0) @binding(4) var<storage, read> noise: NoiseModel;
// Vector (xy), mean absolute difference of the match (z), change of brightness along it (w).
@group(0) @binding(3) var refined: texture_storage_2d<rgba32float, write>;

// Twelve pixels of a row in 16-bit lanes: those at even columns, and those at odd columns.
struct Lanes {
    even: vec3u,
    odd: vec3u,
}

// A row of the reference at three neighbouring positions.
struct Fan {
    left: Lanes,
    middle: Lanes,
    right: Lanes,
}

// Sums of absolute differences at three neighbouring positions, in two 16-bit lanes each.
struct Sums {
    left: u32,
    middle: u32,
    right: u32,
}

// Interpolates pairs of pixels from a to b, f quarters of the way.
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

// Row y at three positions: `quarters` (0 to 7 each) quarter pixels right of column x.
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

// Sums of absolute differences at nine positions, row by row. `first` is the first one's offset in quarter
// pixels, `distance` the spacing. All nine use the same rows of the reference, so each row is loaded and
// interpolated once.
fn nine_differences(at: vec2i, first: vec2i, distance: u32, size: vec2i) -> mat3x3f {
    let corner = at + (first >> vec2u(2u));
    let part = vec2u(first & vec2i(3));
    let steps = vec3u(0u, distance, 2u * distance);
    let across = part.x + steps;
    let down = part.y + steps;
    let f = down & vec3u(3u);
    // Positions that begin a row later compare each row of the reference with the previous row of the
    // window.
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

// Best vector so far in quarter pixels, and its cost.
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

// Tries the middle position, then the eight around it.
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

// Refines the vector of a block. Returns it, and the mean absolute difference of its match.
fn refine_block(id: vec2u) -> vec3f {
    let size = vec2i(i32(params.width), i32(params.height));
    let at = vec2i(id) * params.block + (params.block - WINDOW) / 2;
    let rough = textureLoad(vectors, id >> vec2u(params.shift), 0);
    var best = Match(vec2i(floor(rough.xy * params.quarters + 0.5)), 1e9, params.bonus * sqrt(noise.mean_y));
    // Half a pixel around, then a quarter pixel around the best.
    for (var distance = 2; distance > 0; distance--) {
        try_around(&best, at, distance, size);
    }
    let difference = best.cost / WINDOW_PIXELS;
    let motion = settled(at, vec2f(best.vector) * 0.25, best.bonus, noise.mean_y, size);
    let brightness = select(rough.w, motion.z, params.shift == 0u);
    let vector = motion.xy * (4.0 / params.quarters);
    textureStore(refined, id, vec4f(vector, difference, brightness));
    return vec3f(vector, difference);
}
