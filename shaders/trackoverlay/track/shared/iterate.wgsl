// Iterations of the alignment in one workgroup. Each invocation processes a quarter of a cell of the memory;
// 64 of them add up the products of four cells each. Cells are numbered so that 4, 16 and 64 consecutive
// ones form the squares of the coarser grids. Reads what `normal.wgsl` and `lanes.wgsl` declare.

// Invocations that hold products.
const HOLDERS: u32 = 64u;
// The 16x16 matrix has ten blocks of four columns; half of these columns at a time.
const HALF_COLUMNS: u32 = 20u;
var<workgroup> total: array<vec4f, 40>;
// The pose being aligned, and its light.
var<workgroup> pose: mat3x3f;
var<workgroup> light: array<vec4f, 2>;
// For each square: its bias; residuals minus the bias, and correlation.
var<workgroup> own_biases: array<f32, 256>;
var<workgroup> tallies: array<vec2f, 256>;
// Factor on the residuals found, for the scale of the next grid or iterations.
const LOOSER: f32 = 1.5;

// Every second bit of a number.
fn even_bits(n: u32) -> u32 {
    return (n & 1u) | ((n >> 1u) & 2u) | ((n >> 2u) & 4u) | ((n >> 3u) & 8u);
}

// Column and row of a cell or square from its number.
fn column_and_row(number: u32) -> vec2u {
    return vec2u(even_bits(number), even_bits(number >> 1u));
}

// Index in the memory of the cell with a number.
fn cell_of(number: u32) -> u32 {
    let at = column_and_row(number);
    return at.y * CELLS + at.x;
}

// Square of the current grid that contains the cell with a number.
fn square_of(number: u32) -> u32 {
    let at = column_and_row(number >> (2u * on.number));
    return at.y * squares_along(on.number) + at.x;
}

// Begins iterations at a grid, with no knowledge of its squares.
fn begin_at(lane: u32, number: u32) {
    look_at_grid(number);
    if (lane < CELL_COUNT) {
        square_weights[lane] = 1.0;
        own_biases[lane] = 0.0;
    }
    workgroupBarrier();
}

// Energy, residuals and correlation of all squares, from those of their cells.
fn share_tallies(lane: u32) {
    share_cells(lane, array<vec4f, 4>(
        vec4f(tally.energy, tally.off, tally.n),
        vec4f(tally.first, tally.second.xy),
        vec4f(tally.second.z, tally.judged, 0.0, 0.0),
        vec4f(0.0),
    ));
    if (lane < CELL_COUNT) {
        let a = scratch[lane];
        let b = scratch[CELL_COUNT + lane];
        let c = scratch[2u * CELL_COUNT + lane];
        note_cell(cell_of(lane), Tally(a.xy, c.y, a.z, b.xy, vec3f(b.zw, c.x), a.w));
    }
    if (lane < square_count(on.number)) {
        let cells = 1u << (2u * on.number);
        var a = vec4f(0.0);
        var b = vec4f(0.0);
        var c = 0.0;
        for (var i = lane * cells; i < (lane + 1u) * cells; i++) {
            a += scratch[i];
            b += scratch[CELL_COUNT + i];
            c += scratch[2u * CELL_COUNT + i].x;
        }
        let square = square_of(lane * cells);
        energies[square] = a.xy;
        tallies[square] = vec2f(a.z, correlation(a.w, b.xy, vec3f(b.zw, c)).x);
    }
    workgroupBarrier();
}

fn share_moments(lane: u32) {
    let m = cell_moments;
    share_cells(lane, array<vec4f, 4>(
        vec4f(m.gradient, m.along_x.x),
        vec4f(m.along_x.yz, m.along_y.xy),
        vec4f(m.along_y.z, m.values.xyz),
        vec4f(m.values.w, m.ones, 0.0),
    ));
}

fn shared_moments(number: u32) -> Moments {
    let a = scratch[number];
    let b = scratch[CELL_COUNT + number];
    let c = scratch[2u * CELL_COUNT + number];
    let d = scratch[3u * CELL_COUNT + number];
    return Moments(a.xyz, vec3f(a.w, b.xy), vec3f(b.zw, c.x), vec4f(c.yzw, d.x), d.yz);
}

// Eliminates a square's own bias from the equations, from the sums of its rows, and stores it.
fn end_square(square: u32) {
    add_products(-square_weights[square] / (all_weight + BIAS_HOLD), row_sums[0], row_sums[1], row_sums[2], row_sums[3]);
    own_biases[square] = own_bias(light, energies[square].y, tallies[square]);
}

// Products of four cells.
fn hold_products(lane: u32) {
    clear_products();
    all_weight = 0.0;
    row_sums = array<vec4f, 4>();
    for (var i = 4u * lane; i < 4u * lane + 4u; i++) {
        let at = column_and_row(i);
        let square = square_of(i);
        add_cell(shared_moments(i), place_of(at.x, at.y, CELLS), square_weights[square]);
        if (on.number == 0u) {
            end_square(square);
            all_weight = 0.0;
            row_sums = array<vec4f, 4>();
        }
    }
}

// Adds the row sums that an invocation holds.
fn add_rows(holder: u32) {
    for (var k = 0u; k < 4u; k++) {
        row_sums[k] += scratch[k * HOLDERS + holder];
    }
    all_weight += scratch[4u * HOLDERS + holder].x;
}

// If a square has more cells than one invocation holds, adds the row sums of all that hold some.
fn join_rows(lane: u32) {
    if (lane < HOLDERS) {
        for (var k = 0u; k < 4u; k++) {
            scratch[k * HOLDERS + lane] = row_sums[k];
        }
        scratch[4u * HOLDERS + lane] = vec4f(all_weight, 0.0, 0.0, 0.0);
    }
    workgroupBarrier();
    let holders = HOLDERS / square_count(on.number);
    if (lane < HOLDERS && lane % holders == 0u) {
        for (var i = lane + 1u; i < lane + holders; i++) {
            add_rows(i);
        }
        end_square(square_of(4u * lane));
    }
    workgroupBarrier();
}

fn put(at: u32, m: mat4x4f) {
    scratch[at] = m[0];
    scratch[at + 1u] = m[1];
    scratch[at + 2u] = m[2];
    scratch[at + 3u] = m[3];
}

// Sums half of the products: over groups of eight holders, then over the groups.
fn total_half(lane: u32, half: u32) {
    workgroupBarrier();
    if (lane < 8u * HALF_COLUMNS) {
        let part = lane / HALF_COLUMNS;
        var sum = vec4f(0.0);
        for (var i = 8u * part; i < 8u * part + 8u; i++) {
            sum += scratch[i * HALF_COLUMNS + lane % HALF_COLUMNS];
        }
        parts[lane] = sum;
    }
    workgroupBarrier();
    if (lane < HALF_COLUMNS) {
        var sum = vec4f(0.0);
        for (var i = 0u; i < 8u; i++) {
            sum += parts[i * HALF_COLUMNS + lane];
        }
        total[half * HALF_COLUMNS + lane] = sum;
    }
    workgroupBarrier();
}

fn total_products(lane: u32) {
    let at = lane * HALF_COLUMNS;
    if (lane < HOLDERS) {
        put(at, m00);
        put(at + 4u, m01);
        put(at + 8u, m02);
        put(at + 12u, m03);
        put(at + 16u, m11);
    }
    total_half(lane, 0u);
    if (lane < HOLDERS) {
        put(at, m12);
        put(at + 4u, m13);
        put(at + 8u, m22);
        put(at + 12u, m23);
        put(at + 16u, m33);
    }
    total_half(lane, 1u);
}

// Normal equations at the pose, in `total`. With `is_fresh`, fits the light whatever the residuals.
fn find_equations(lane: u32, is_fresh: bool) {
    let number = lane % CELL_COUNT;
    let at = column_and_row(number);
    let cell = cell_of(number);
    let view = View(pose, light, own_biases[square_of(number)], is_fresh, track.image_taps[on.number], inner_part());
    tally = Tally();
    cell_moments = Moments();
    // At the coarsest grid a cell has only one sample.
    let first = lane / CELL_COUNT;
    if (first < (on.side / CELLS) * (on.side / CELLS)) {
        let trust = trust_in(cell, place_of(at.x, at.y, CELLS));
        look_at_cell(cell, trust, 1.0 - 0.9 * memory[cell].y, view, first, CELL_LANES);
    }
    share_tallies(lane);
    share_moments(lane);
    if (lane < HOLDERS) {
        hold_products(lane);
    }
    workgroupBarrier();
    if (on.number > 0u) {
        join_rows(lane);
    }
    total_products(lane);
}

// One iteration, with the light before it as prior. After the last one at a grid, all squares get the same
// weight, and the scale is widened for the next grid.
fn iterate(lane: u32, prior: array<vec4f, 2>, is_fresh: bool, is_last: bool) {
    find_equations(lane, is_fresh);
    if (!is_fresh) {
        find_scale(lane, light[1].w);
    } else if (lane == 0u) {
        found_scale = light[1].w;
    }
    workgroupBarrier();
    solve_step(lane, prior, found_scale);
    if (lane == 0u) {
        let next = stepped(pose);
        if (is_plausible(next)) {
            if (!is_fresh) {
                pose = next;
            }
            light = relit(light);
        }
        light[1].w = found_scale * select(1.0, LOOSER, is_last);
    }
    if (is_last && lane < CELL_COUNT) {
        square_weights[lane] = 1.0;
    }
    workgroupBarrier();
}
