// Finds the block grid of a picture: period and first boundary along each axis, and how visible it is. All
// workgroups measure the profile of steps; the last one to end finds the grid in it.
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
// Origin of the codec's 8x8 block grid in cells of 2x2 pixels: column and row, 0 to 3 each.
@group(0) @binding(4) var<storage, read_write> origin: array<u32>;

const THREADS: u32 = 128u;
// Candidate grids along each axis: all offsets of period 8, then of 16, 12 (8 scaled by 1.5) and 32/3.
const GRIDS: u32 = 47u;
// Boundaries at this distance belong to the same grids: the least common multiple of all periods.
const FOLD: u32 = 96u;
// Another grid replaces the present one only if it stands out by this factor.
const GRID_LEAD: f32 = 1.25;
// Mean step height below which no grid is reported, in 8-bit code values.
const SEEN: f32 = 0.5;

// Sum of the profile over boundaries FOLD apart, and their number: columns first, then rows.
var<workgroup> folded: array<vec2f, 192>;
// Sum of the profile over the boundaries of each grid, and their number.
var<workgroup> combs: array<vec2f, 94>;
// Height of each grid above the mean of its axis, and the same weighted by significance.
var<workgroup> heights: array<vec2f, 94>;
// Index and height of the best grid of each axis.
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

// First element of an axis in the profile, and its number of boundaries.
fn axis_place(axis: u32) -> vec2u {
    return select(vec2u(0u, params.width), vec2u((params.width + 3u) / 4u * 4u, params.height), axis == 1u);
}

// Sums one residue modulo FOLD: a twentieth of the columns at 1080p, fewer of the rows. The outermost
// boundaries lack neighbours and are left out.
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

// Sums the boundaries of one grid.
fn comb(index: u32) {
    let axis = index / GRIDS;
    let grid = grid_of(index - axis * GRIDS);
    var sum = vec2f(0.0);
    for (var k = 0.0; k * grid.period < f32(FOLD); k += 1.0) {
        sum += folded[axis * FOLD + u32(round(grid.offset + k * grid.period)) % FOLD];
    }
    combs[index] = sum;
}

// Height of a grid's boundaries above all others of its axis. Grids with fewer boundaries must be higher for
// the same significance.
fn rise(index: u32) {
    let axis = index / GRIDS;
    let number = index - axis * GRIDS;
    // The first eight grids contain each boundary once.
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

// The most significant grid of an axis.
fn choose(axis: u32) {
    var number = 0u;
    for (var i = 1u; i < GRIDS; i++) {
        if (heights[axis * GRIDS + i].y > heights[axis * GRIDS + number].y) {
            number = i;
        }
    }
    best[axis] = vec2f(f32(number), heights[axis * GRIDS + number].x);
}

// First whole block, in cells. A grid of another period, or at an odd pixel, does not fit the cells: then 0,
// the usual origin.
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

// Layer 0 of the dispatch measures columns, layer 1 rows.
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
