// A 3x3 convolution of a tile of 32x8 cells in workgroup memory, an input oct at a time. The
// invocations of a row of the workgroup are the tile's columns; each row makes another output oct.
// The including shader says how many octs that are: const OCTS: u32.

// Columns of a tile, and with the neighbours that the kernel reaches.
const COLUMNS: u32 = 32u;
const WIDE: u32 = 34u;
// Cells of a tile and its neighbours.
const CELLS: u32 = 340u;

// Low and high halves apart, so that neighbours in a row lie side by side.
var<workgroup> tile_low: array<vec4f, CELLS>;
var<workgroup> tile_high: array<vec4f, CELLS>;
var<workgroup> tile_weights: array<vec4f, OCT_WEIGHTS * OCTS>;

fn weight(at: u32) -> vec4f {
    return tile_weights[at];
}

// `first` is the map's cell above and to the left of the tile.
fn load_tile(first: u32, input_oct: u32, first_oct: u32, index: u32) {
    for (var i = index; i < CELLS; i += COLUMNS * OCTS) {
        let cell = inputs[input_oct * params.area + first + (i / WIDE) * params.pitch + i % WIDE];
        tile_low[i] = low_half(cell);
        tile_high[i] = high_half(cell);
    }
    for (var i = index; i < OCT_WEIGHTS * OCTS; i += COLUMNS * OCTS) {
        let oct = first_oct + i / OCT_WEIGHTS;
        tile_weights[i] = weights[(oct * params.input_octs + input_oct) * OCT_WEIGHTS + i % OCT_WEIGHTS];
    }
}

fn convolve_tile(group: vec3u, local: vec3u) {
    let index = local.y * COLUMNS + local.x;
    let first = group.y * ROWS * params.pitch + group.x * COLUMNS;
    var sums: array<vec4f, 16>;
    for (var oct = 0u; oct < params.input_octs; oct++) {
        workgroupBarrier();
        load_tile(first, oct, group.z * OCTS, index);
        workgroupBarrier();
        for (var column = 0u; column < 3u; column++) {
            let at = local.x + column;
            let from_weight = local.y * OCT_WEIGHTS + column * 2u * HALF_WEIGHTS;
            add_column(
                &sums,
                tile_low[at], tile_low[at + WIDE], tile_low[at + 2u * WIDE], tile_low[at + 3u * WIDE],
                tile_low[at + 4u * WIDE], tile_low[at + 5u * WIDE], tile_low[at + 6u * WIDE],
                tile_low[at + 7u * WIDE], tile_low[at + 8u * WIDE], tile_low[at + 9u * WIDE],
                from_weight,
            );
            add_column(
                &sums,
                tile_high[at], tile_high[at + WIDE], tile_high[at + 2u * WIDE], tile_high[at + 3u * WIDE],
                tile_high[at + 4u * WIDE], tile_high[at + 5u * WIDE], tile_high[at + 6u * WIDE],
                tile_high[at + 7u * WIDE], tile_high[at + 8u * WIDE], tile_high[at + 9u * WIDE],
                from_weight + HALF_WEIGHTS,
            );
        }
    }
    store_column(&sums, group.z * OCTS + local.y, group.x * COLUMNS + local.x, group.y * ROWS);
}
