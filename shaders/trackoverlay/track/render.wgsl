// Draws the template as it should look in this frame: with the frame's footprint, and blurred along the
// motion during the exposure. Draws all grids.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/taps.wgsl

// True in a chain: the pass is not gated, and invocations share the steps of a sample instead of running
// them one after another.
override CHAINED: bool = false;

var<immediate> params: FrameParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> grid: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> rendered: array<vec4f>;

// Distance of two steps along the motion, in samples of the level, which is smooth.
const BLUR_STEP: f32 = 3.0;
// Number of samples in all grids.
const SAMPLES: u32 = SIDE_0 * SIDE_0 + SIDE_1 * SIDE_1 + SIDE_2 * SIDE_2 + SIDE_3 * SIDE_3;

fn grid_with(sample: u32) -> Grid {
    var number = 0u;
    var end = 0u;
    for (var i = 0u; i < 3u; i++) {
        end += side_of_grid(i) * side_of_grid(i);
        number += select(0u, 1u, sample >= end);
    }
    return grid_of(number);
}

fn grid_value(x: i32, y: i32) -> vec4f {
    let last = i32(on.side) - 1;
    return grid[on.first + u32(clamp(y, 0, last)) * on.side + u32(clamp(x, 0, last))];
}

fn grid_at(p: vec2f) -> vec4f {
    let q = (p + REACH_OF_GRID) * (f32(on.side) / (2.0 * REACH_OF_GRID)) - 0.5;
    let whole = floor(q);
    let part = q - whole;
    let x = i32(whole.x);
    let y = i32(whole.y);
    let upper = mix(grid_value(x, y), grid_value(x + 1, y), part.x);
    let lower = mix(grid_value(x, y + 1), grid_value(x + 1, y + 1), part.x);
    return mix(upper, lower, part.y);
}

// Number of invocations that share a sample.
const SHARERS: u32 = 4u;
const LANES: u32 = 64u;

// Each invocation's share of a sample.
var<workgroup> shares: array<vec4f, LANES>;

// Sum over every `every`-th step of a sample, from step `first` on.
fn drawn(index: u32, first: i32, every: i32) -> vec4f {
    on = grid_with(index);
    let taps = track.template_taps[on.number];
    let along = select(3, 1, all(taps.xy == vec2f(0.0)));
    let across = select(3, 1, all(taps.zw == vec2f(0.0)));
    let count = along * across;
    let way = track.shutter.z;
    let steps = clamp(i32(ceil(way / (BLUR_STEP * on.step))), 1, 24);
    let p = place_of((index - on.first) % on.side, (index - on.first) / on.side, on.side);
    let moved = project(track.path, p) - p;
    var sum = vec4f(0.0);
    if (first >= steps) {
        return sum;
    }
    var k = first;
    // Tests its condition at the end, because software Vulkan runs the body of a `for` once more than
    // needed.
    loop {
        let shift = select((f32(k) + 0.5) / f32(steps) - 0.5, 0.0, steps == 1) * moved;
        var i = 0;
        loop {
            let a = tap(i % along, along);
            let b = tap(i / along, across);
            sum += a.y * b.y * grid_at(p + shift + a.x * taps.xy + b.x * taps.zw);
            continuing {
                i += 1;
                break if i >= count;
            }
        }
        continuing {
            k += every;
            break if k >= steps;
        }
    }
    return sum / f32(steps);
}

fn put(index: u32, mean: vec4f) {
    rendered[index] = vec4f(mean.xyz, select(0.0, 1.0, mean.w > 0.995));
}

fn draw_shared(group: u32, lane: u32) {
    let index = (group * LANES + lane) / SHARERS;
    if (track.drawn.z == f32(params.when) && index < SAMPLES) {
        shares[lane] = drawn(index, i32(lane % SHARERS), i32(SHARERS));
    }
    workgroupBarrier();
    if (track.drawn.z == f32(params.when) && index < SAMPLES && lane % SHARERS == 0u) {
        put(index, shares[lane] + shares[lane + 1u] + shares[lane + 2u] + shares[lane + 3u]);
    }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let index = group.x * LANES + lane;
    if (CHAINED) {
        draw_shared(group.x, lane);
    } else if (index < SAMPLES) {
        put(index, drawn(index, 0, 1));
    }
}
