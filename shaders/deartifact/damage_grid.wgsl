// The block grid of a picture: its period and first boundary along each axis, and how plainly it is seen.
// Workgroups find the profile of steps; the last one finds the grid in it.
// include: shared/packed.wgsl
// include: deartifact/shared/damage_model.wgsl
// include: shared/last_group.wgsl
// include: deartifact/shared/grid_profile.wgsl

struct DamageGridParams {
    width: u32,
    height: u32,
    // 1 to forget all earlier pictures.
    first: u32,
}

var<immediate> params: DamageGridParams;
@group(0) @binding(0) var<storage, read> plane: array<vec2u>;
@group(0) @binding(1) var<storage, read_write> profile: array<atomic<u32>>;
@group(0) @binding(2) var<storage, read_write> done: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> model: DamageModel;
// Where the blocks of the coder's 8x8 grid begin, in cells of 2x2 pixels: column and row, 0 to 3.
@group(0) @binding(4) var<storage, read_write> origin: array<u32>;

const THREADS: u32 = 128u;
// Grids looked for along each axis: offsets of period 8, then 16, 12 (8 scaled by 1.5) and 32/3.
const GRIDS: u32 = 47u;
// All boundaries that lie so far apart are in the same grids: the least multiple of all periods.
const FOLD: u32 = 96u;
// Another grid must stand out so much more than the present one.
const GRID_LEAD: f32 = 1.25;
// Mean height of steps below which no grid is seen, in 8-bit code values.
const SEEN: f32 = 0.5;

// Sum of the profile over boundaries that lie FOLD apart, and their number: for columns, then for rows.
var<workgroup> folded: array<vec2f, 192>;
// The same over the boundaries of each grid.
var<workgroup> combs: array<vec2f, 94>;
// Height of each grid above the mean of its axis, and how much that counts.
var<workgroup> heights: array<vec2f, 94>;
// Number and height of the grid of each axis.
var<workgroup> best: array<vec2f, 2>;

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

// First element and number of boundaries of an axis.
fn axis_place(axis: u32) -> vec2u {
    return select(vec2u(0u, params.width), vec2u((params.width + 3u) / 4u * 4u, params.height), axis == 1u);
}

// A twentieth of the columns at full HD, and of the rows less. The outermost boundaries have no neighbours.
fn fold(index: u32) {
    let axis = index / FOLD;
    let place = axis_place(axis);
    var sum = vec2f(0.0);
    for (var at = index - axis * FOLD; at + 2u < place.y; at += FOLD) {
        if (at >= 2u) {
            sum += vec2f(profile_at(place.x + at), 1.0);
        }
    }
    folded[index] = sum;
}

// The boundaries of a grid.
fn comb(index: u32) {
    let axis = index / GRIDS;
    let grid = grid_of(index - axis * GRIDS);
    var sum = vec2f(0.0);
    for (var k = 0.0; k * grid.period < f32(FOLD); k += 1.0) {
        sum += folded[axis * FOLD + u32(round(grid.offset + k * grid.period)) % FOLD];
    }
    combs[index] = sum;
}

// How far the boundaries of a grid rise above all others of its axis; rarer ones must be higher to count
// as much.
fn rise(index: u32) {
    let axis = index / GRIDS;
    let number = index - axis * GRIDS;
    // The first eight grids have each boundary once.
    var all = vec2f(0.0);
    for (var i = 0u; i < 8u; i++) {
        all += combs[axis * GRIDS + i];
    }
    let own = combs[index];
    let others = all - own;
    var height = 0.0;
    if (own.y >= 2.0 && others.y >= 2.0) {
        height = own.x / own.y - others.x / others.y;
    }
    let present = select(model.grid_x, model.grid_y, axis == 1u);
    let has_lead = params.first == 0u && number == u32(present);
    let lead = select(1.0, GRID_LEAD, has_lead);
    heights[index] = vec2f(height, height * lead * inverseSqrt(grid_of(number).period));
}

// The grid of an axis that stands out most.
fn choose(axis: u32) {
    var number = 0u;
    for (var i = 1u; i < GRIDS; i++) {
        if (heights[axis * GRIDS + i].y > heights[axis * GRIDS + number].y) {
            number = i;
        }
    }
    best[axis] = vec2f(f32(number), heights[axis * GRIDS + number].x);
}

// The first cell of a block. A grid of another period, or one at an odd pixel, has no place between
// cells: then 0, which is the usual one.
fn first_cell(grid: Grid, blockiness: f32) -> u32 {
    let pixel = u32(grid.offset);
    let fits = blockiness >= SEEN && grid.period == 8.0 && (pixel & 1u) == 0u;
    return select(0u, pixel / 2u % 4u, fits);
}

fn conclude() {
    let x = grid_of(u32(best[0].x));
    let y = grid_of(u32(best[1].x));
    let seen = max(min(best[0].y, best[1].y), 0.0);
    let blockiness = select(mix(model.blockiness, seen, 0.2), seen, params.first == 1u);
    model.blockiness = blockiness;
    model.grid_x = best[0].x;
    model.period_x = x.period;
    model.offset_x = x.offset;
    model.grid_y = best[1].x;
    model.period_y = y.period;
    model.offset_y = y.offset;
    origin[0] = first_cell(x, blockiness);
    origin[1] = first_cell(y, blockiness);
}

// z = 0 for columns, 1 for rows.
@compute @workgroup_size(8, 16)
fn main(
    @builtin(global_invocation_id) id: vec3u,
    @builtin(local_invocation_id) local: vec3u,
    @builtin(local_invocation_index) thread: u32,
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
) {
    find_profile(group.z == 1u, id.x, local.xy);
    if (!is_last_group(groups, thread)) {
        return;
    }
    for (var i = thread; i < 2u * FOLD; i += THREADS) {
        fold(i);
    }
    workgroupBarrier();
    if (thread < 2u * GRIDS) {
        comb(thread);
    }
    workgroupBarrier();
    if (thread < 2u * GRIDS) {
        rise(thread);
    }
    workgroupBarrier();
    if (thread < 2u) {
        choose(thread);
    }
    workgroupBarrier();
    if (thread == 0u) {
        conclude();
    }
}
