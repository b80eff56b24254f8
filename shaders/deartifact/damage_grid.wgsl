// From the profiles of steps to the block grid: its period and first boundary along each axis, and
// how plainly it is seen. One workgroup.
// include: shared/damage_model.wgsl

struct DamageGridParams {
    width: u32,
    height: u32,
    // 1 to forget all earlier pictures.
    first: u32,
}

var<immediate> params: DamageGridParams;
@group(0) @binding(0) var<storage, read> profile: array<f32>;
@group(0) @binding(1) var<storage, read_write> model: DamageModel;

// One for each grid of both axes, and more: nobody walks over a whole axis.
const THREADS: u32 = 128u;
// Grids looked for along each axis: offsets of period 8, then 16, 12 (8 scaled by 1.5) and 32/3.
const GRIDS: u32 = 47u;
// Another grid must stand out so much more than the present one.
const GRID_LEAD: f32 = 1.25;

// Height of each grid above the mean of its axis.
var<workgroup> heights: array<f32, 94>;
// What each thread has summed of the columns' profile and of the rows'.
var<workgroup> totals: array<vec2f, 128>;

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

// The thread's part of the sum over an axis. The outermost boundaries have no neighbours.
fn part_of_axis(thread: u32, start: u32, side: u32) -> f32 {
    var sum = 0.0;
    for (var at = thread + 2u; at + 2u < side; at += THREADS) {
        sum += profile[start + at];
    }
    return sum;
}

// How far the boundaries of a grid rise above all others of its axis, which add up to `total`. Goes
// from boundary to boundary: an eighth of the axis at most.
fn height_of(grid: Grid, start: u32, side: u32, total: f32) -> f32 {
    var sum = 0.0;
    var count = 0.0;
    var k = ceil((2.0 - 0.5 - grid.offset) / grid.period);
    loop {
        let at = u32(round(grid.offset + k * grid.period));
        if (at + 2u >= side) {
            break;
        }
        if (at >= 2u) {
            sum += profile[start + at];
            count += 1.0;
        }
        k += 1.0;
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

fn conclude() {
    let is_first = params.first == 1u;
    let none = GRIDS;
    let x = best_grid(0u, select(u32(model.grid_x), none, is_first));
    let y = best_grid(1u, select(u32(model.grid_y), none, is_first));
    let seen = max(min(x.height, y.height), 0.0);
    model.blockiness = select(mix(model.blockiness, seen, 0.2), seen, is_first);
    model.grid_x = f32(x.number);
    model.period_x = grid_of(x.number).period;
    model.offset_x = grid_of(x.number).offset;
    model.grid_y = f32(y.number);
    model.period_y = grid_of(y.number).period;
    model.offset_y = grid_of(y.number).offset;
}

@compute @workgroup_size(128)
fn main(@builtin(local_invocation_index) thread: u32) {
    let columns = (params.width + 3u) / 4u * 4u;
    totals[thread] = vec2f(
        part_of_axis(thread, 0u, params.width),
        part_of_axis(thread, columns, params.height),
    );
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (thread < half) {
            totals[thread] += totals[thread + half];
        }
    }
    workgroupBarrier();
    let total = totals[0];
    if (thread < GRIDS) {
        heights[thread] = height_of(grid_of(thread), 0u, params.width, total.x);
    } else if (thread < 2u * GRIDS) {
        heights[thread] = height_of(grid_of(thread - GRIDS), columns, params.height, total.y);
    }
    workgroupBarrier();
    if (thread == 0u) {
        conclude();
    }
}
