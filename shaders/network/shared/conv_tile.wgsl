// A tile of 32x8 cells with its neighbours in workgroup memory, one input channel group at a time. The
// invocations in a row of the workgroup are the tile's columns; each row computes another output channel
// group. The including shader defines their number: const CHANNEL_GROUPS: u32.

// Columns of a tile, without and with the neighbours that the kernel reads.
const COLUMNS: u32 = 32u;
const WIDE: u32 = 34u;
// Cells of a tile with these neighbours.
const CELLS: u32 = 340u;

// Low and high halves in separate arrays, so that neighbouring cells lie side by side.
var<workgroup> tile_low: array<Four, CELLS>;
var<workgroup> tile_high: array<Four, CELLS>;
var<workgroup> tile_weights: array<Four, CHANNEL_GROUP_WEIGHTS * CHANNEL_GROUPS>;

fn weight(at: u32) -> Four {
    return tile_weights[at];
}

// `first` is the map's cell above and to the left of the tile.
fn load_tile(first: u32, input_channel_group: u32, first_channel_group: u32, index: u32) {
    for (var i = index; i < CELLS; i += COLUMNS * CHANNEL_GROUPS) {
        let cell = inputs[input_channel_group * params.area + first + (i / WIDE) * params.pitch + i % WIDE];
        tile_low[i] = Four(low_half(cell));
        tile_high[i] = Four(high_half(cell));
    }
    for (var i = index; i < CHANNEL_GROUP_WEIGHTS * CHANNEL_GROUPS; i += COLUMNS * CHANNEL_GROUPS) {
        let channel_group = first_channel_group + i / CHANNEL_GROUP_WEIGHTS;
        let at = (channel_group * params.input_channel_groups + input_channel_group) * CHANNEL_GROUP_WEIGHTS + i % CHANNEL_GROUP_WEIGHTS;
        tile_weights[i] = Four(weights[at]);
    }
}

// Adds one kernel column over the tile's column `x`, for output channel group `row` of the tile.
fn add_tile_column(sums: ptr<function, Parts>, x: u32, row: u32, column: u32) {
    let at = x + column;
    let from_weight = row * CHANNEL_GROUP_WEIGHTS + column * 2u * HALF_WEIGHTS;
    add_column(
        sums,
        tile_low[at], tile_low[at + WIDE], tile_low[at + 2u * WIDE], tile_low[at + 3u * WIDE],
        tile_low[at + 4u * WIDE], tile_low[at + 5u * WIDE], tile_low[at + 6u * WIDE],
        tile_low[at + 7u * WIDE], tile_low[at + 8u * WIDE], tile_low[at + 9u * WIDE],
        from_weight,
    );
    add_column(
        sums,
        tile_high[at], tile_high[at + WIDE], tile_high[at + 2u * WIDE], tile_high[at + 3u * WIDE],
        tile_high[at + 4u * WIDE], tile_high[at + 5u * WIDE], tile_high[at + 6u * WIDE],
        tile_high[at + 7u * WIDE], tile_high[at + 8u * WIDE], tile_high[at + 9u * WIDE],
        from_weight + HALF_WEIGHTS,
    );
}
