// A grid of the template, and the level of the frame that it uses. All levels lie in one buffer, finest
// first.

struct Grid {
    number: u32,
    // Samples along a side, and index of its first sample among those of all grids.
    side: u32,
    first: u32,
    // Size of the level, floats from one row to the next, and its first float.
    width: u32,
    height: u32,
    pitch: u32,
    start: u32,
    // Distance of the level's samples in luma pixels, and position of the first one.
    step: f32,
    origin: f32,
}

// The current grid.
var<private> on: Grid;

// Samples along a side of each grid, finest first.
const SIDE_0: u32 = 96u;
const SIDE_1: u32 = 64u;
const SIDE_2: u32 = 32u;
const SIDE_3: u32 = 16u;

fn side_of_grid(number: u32) -> u32 {
    return select(select(select(SIDE_3, SIDE_2, number == 2u), SIDE_1, number == 1u), SIDE_0, number == 0u);
}

fn halved(side: u32, times: u32) -> u32 {
    return (side + (1u << times) - 1u) >> times;
}

// Floats from one row of a level to the next.
fn pitch_of(finest: u32, level: u32) -> u32 {
    return (halved(finest, level) + 7u) & ~7u;
}

fn grid_of(number: u32) -> Grid {
    let width = (params.width + params.shrink - 1u) / params.shrink;
    let height = (params.height + params.shrink - 1u) / params.shrink;
    // The coarsest grids may share a level.
    let level = min(number, params.top);
    var first = 0u;
    var start = 0u;
    for (var finer = 0u; finer < number; finer++) {
        first += side_of_grid(finer) * side_of_grid(finer);
        start += select(0u, pitch_of(width, finer) * halved(height, finer), finer < level);
    }
    return Grid(number, side_of_grid(number), first, halved(width, level), halved(height, level),
        pitch_of(width, level), start, f32(params.shrink << level), f32(params.shrink - 1u) * 0.5);
}

// Makes a grid the current one.
fn look_at_grid(number: u32) {
    on = grid_of(number);
}
