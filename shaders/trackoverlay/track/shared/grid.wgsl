// A grid of the template, and the level of the frame that it looks at. All levels lie in one buffer,
// the finest first.

struct Grid {
    number: u32,
    // Samples along a side, and the first one's number among those of all grids.
    side: u32,
    first: u32,
    // The level's size, and floats from row to row; its first float.
    width: u32,
    height: u32,
    pitch: u32,
    start: u32,
    // Pixels of luma from one sample of the level to the next, and the first one's place.
    step: f32,
    origin: f32,
}

// The one that is looked at.
var<private> on: Grid;

// Samples along a side of each, the finest first.
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

// Floats from row to row of a level.
fn pitch_of(finest: u32, level: u32) -> u32 {
    return (halved(finest, level) + 7u) & ~7u;
}

fn grid_of(number: u32) -> Grid {
    let width = (params.width + params.shrink - 1u) / params.shrink;
    let height = (params.height + params.shrink - 1u) / params.shrink;
    // The coarsest grids may look at the same level.
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

// Begins to look at a grid.
fn look_at_grid(number: u32) {
    on = grid_of(number);
}
