// picture/shared/kalman with eight invocations for each tile, for GPUs: each processes one row and shares
// sums through workgroup memory. Arithmetic as in picture/shared/kalman_tile.

// Tiles in a workgroup; grids count tiles.
const GROUP: u32 = 8u;
const LANES: u32 = 64u;
const ROWS: u32 = 8u;
// Rows of the past that the prediction of a tile reads.
const PAST_ROWS: u32 = 11u;

// Rows of the past after horizontal interpolation: two halves each.
var<workgroup> past_rows: array<vec4f, 176>;
// Innovations of each row: squares summed over five columns and over three, and values summed over three.
var<workgroup> row_squares: array<vec4f, 128>;
var<workgroup> row_near: array<vec4f, 128>;
var<workgroup> row_sums: array<vec4f, 128>;

fn keep_row(slot: u32, y: u32, row: Row) {
    let at = (slot * PAST_ROWS + y) * 2u;
    past_rows[at] = row.left;
    past_rows[at + 1u] = row.right;
}

// The stored row, without variances.
fn kept_row(slot: u32, y: u32) -> Row {
    let at = (slot * PAST_ROWS + y) * 2u;
    return Row(past_rows[at], past_rows[at + 1u], vec4f(0.0), vec4f(0.0));
}

// Sums around row y of a tile: over five rows and over three. At the top and bottom, the nearest rows are summed.
fn sums_around(slot: u32, y: u32) -> Sums {
    let at = (slot * ROWS + min(max(y, 2u) - 2u, 3u)) * 2u;
    let by = (slot * ROWS + min(max(y, 1u) - 1u, 5u)) * 2u;
    return Sums(
        array<vec4f, 2>(
            row_squares[at] + row_squares[at + 2u] + row_squares[at + 4u] + row_squares[at + 6u] + row_squares[at + 8u],
            row_squares[at + 1u] + row_squares[at + 3u] + row_squares[at + 5u] + row_squares[at + 7u] + row_squares[at + 9u],
        ),
        array<vec4f, 2>(
            row_near[by] + row_near[by + 2u] + row_near[by + 4u],
            row_near[by + 1u] + row_near[by + 3u] + row_near[by + 5u],
        ),
        array<vec4f, 2>(
            row_sums[by] + row_sums[by + 2u] + row_sums[by + 4u],
            row_sums[by + 1u] + row_sums[by + 3u] + row_sums[by + 5u],
        ),
    );
}

// Processes row `y` of the tile in `slot`. All invocations of a workgroup must call this; for tiles outside
// the picture they only take part in barriers.
fn update_row(slot: u32, y: u32) {
    let quads = part.quads;
    var by: Carried;
    var middle: Row;
    if (part.is_inside) {
        forgets = params.restart == 1u || is_scene_cut();
        by = carried();
        middle = past_row(by.at.x, by.at.y + i32(y) + 1, quads, by.wx);
        keep_row(slot, y + 1u, middle);
        // The first three invocations also make the surrounding rows 0, 9 and 10.
        if (y < 3u) {
            let around = select(y + 8u, 0u, y == 0u);
            keep_row(slot, around, past_row(by.at.x, by.at.y + i32(around), quads, by.wx));
        }
    }
    workgroupBarrier();
    var line: Line;
    if (part.is_inside) {
        let above = kept_row(slot, y);
        line = predict(above, middle, kept_row(slot, y + 2u), kept_row(slot, y + 3u), by, i32(y), quads);
        let at = (slot * ROWS + y) * 2u;
        row_squares[at] = line.squares[0];
        row_squares[at + 1u] = line.squares[1];
        row_near[at] = line.near[0];
        row_near[at + 1u] = line.near[1];
        row_sums[at] = line.sums[0];
        row_sums[at + 1u] = line.sums[1];
    }
    workgroupBarrier();
    if (part.is_inside) {
        correct(line, sums_around(slot, y), vec2i(part.at), i32(y), quads);
    }
}
