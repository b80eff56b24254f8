// Fit of the frame for exposures of 0, 1/4, 1/2, 3/4 and all of the frame time, one workgroup for each. The
// template is blurred along the plane's motion.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/level.wgsl
// include: trackoverlay/track/shared/shutters.wgsl

var<immediate> params: FrameParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(0) @binding(2) var<storage, read> grid: array<vec4f>;
@group(0) @binding(3) var<storage, read> memory: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> fits: array<f32>;

const LANES: u32 = 512u;
// Invocations whose sums one of them adds up first, and number of such groups.
const PART: u32 = 16u;
const PARTS: u32 = LANES / PART;
// Only samples inside this part of the quad, from its centre, are used.
const INNER: f32 = 0.9;
const HOPELESS: f32 = 1e9;

var<workgroup> lane_sums: array<Sums, LANES>;

fn grid_value(x: i32, y: i32) -> f32 {
    let last = i32(on.side) - 1;
    return grid[on.first + u32(clamp(y, 0, last)) * on.side + u32(clamp(x, 0, last))].x;
}

fn grid_at(p: vec2f) -> f32 {
    let q = (p + REACH_OF_GRID) * (f32(on.side) / (2.0 * REACH_OF_GRID)) - 0.5;
    let whole = floor(q);
    let part = q - whole;
    let x = i32(whole.x);
    let y = i32(whole.y);
    let upper = mix(grid_value(x, y), grid_value(x + 1, y), part.x);
    let lower = mix(grid_value(x, y + 1), grid_value(x + 1, y + 1), part.x);
    return mix(upper, lower, part.y);
}

// Weight, and sums of template and frame, over samples.
struct Sums {
    weight: f32,
    first: vec2f,
    second: vec3f,
}

fn add(sums: Sums, p: vec2f, shutter: f32, steps: i32) -> Sums {
    let q = track.now * vec3f(p, 1.0);
    let at = q.xy / q.z;
    if (any(abs(p) > vec2f(INNER)) || !(q.z > 0.05) || !(at.x >= 2.0 && at.y >= 2.0
        && at.x < f32(params.width) - 3.0 && at.y < f32(params.height) - 3.0)) {
        return sums;
    }
    let moved = (project(track.path, p) - p) * shutter;
    var t = 0.0;
    // Two independent steps at a time, so that their loads overlap.
    for (var k = 0; k < steps; k += 2) {
        let one = grid_at(p + moved * ((f32(k) + 0.5) / f32(steps) - 0.5));
        let other = grid_at(p + moved * ((f32(k) + 1.5) / f32(steps) - 0.5));
        t += (one + select(0.0, other, k + 1 < steps)) / f32(steps);
    }
    let light = track.light;
    let v = level_at(at) - light[0].y - light[0].z * p.x - light[0].w * p.y
        - light[1].x * p.x * p.x - light[1].y * p.x * p.y - light[1].z * p.y * p.y;
    let w = 1.0 - 0.9 * memory[cell_at(p)].y;
    return Sums(sums.weight + w, sums.first + w * vec2f(t, v), sums.second + w * vec3f(t * t, v * v, t * v));
}

// Sum over `count` invocations that are `apart` from each other.
fn sum_of(first: u32, count: u32, apart: u32) -> Sums {
    var all = lane_sums[first];
    for (var i = 1u; i < count; i++) {
        let other = lane_sums[first + i * apart];
        all = Sums(all.weight + other.weight, all.first + other.first, all.second + other.second);
    }
    return all;
}

fn sums_of_lane(lane: u32, shutter: f32, steps: i32) -> Sums {
    let border = on.side / 8u;
    let inner = on.side - 2u * border;
    var sums = Sums(0.0, vec2f(0.0), vec3f(0.0));
    for (var i = lane; i < inner * inner; i += LANES) {
        sums = add(sums, place_of(border + i % inner, border + i / inner, on.side), shutter, steps);
    }
    return sums;
}

@compute @workgroup_size(512)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    look_at_grid(params.grid);
    if ((track.mode & params.when) == 0u || track.shutter.w == 0.0) {
        return;
    }
    let shutter = f32(group.x) / f32(SHUTTERS - 1u);
    let steps = clamp(i32(ceil(track.shutter.z * shutter / (1.8 * on.step))), 1, 24);
    lane_sums[lane] = sums_of_lane(lane, shutter, steps);
    workgroupBarrier();
    if (lane % PART == 0u) {
        lane_sums[lane] = sum_of(lane, PART, 1u);
    }
    workgroupBarrier();
    if (lane == 0u) {
        let sums = sum_of(0u, PARTS, PART);
        // Rest of the frame's variance that gain and bias do not explain.
        let mean = sums.first / sums.weight;
        let left = sums.second / sums.weight - vec3f(mean * mean, mean.x * mean.y);
        fits[group.x] = select(HOPELESS, left.y - left.z * left.z / (left.x + 1e-3), sums.weight > 50.0);
    }
}
