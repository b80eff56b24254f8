// One workgroup that does what else takes a chain of dispatches: its lanes, and what they share.
// Four lanes share each cell of the memory: lanes `cell`, `cell + 256` and so on.

const LANES: u32 = 1024u;
// How many share a cell.
const CELL_LANES: u32 = LANES / CELL_COUNT;
// What lanes hand on: moments of cells, or half of the products of those that hold them.
var<workgroup> scratch: array<vec4f, 1280>;
// Sums of parts of it.
var<workgroup> parts: array<vec4f, 160>;

// Adds up what the lanes of each cell have found: value k of a cell is left in
// `scratch[k * CELL_COUNT + cell]`. One lane after another, for memory of four times the size is not there.
fn share_cells(lane: u32, found: array<vec4f, 4>) {
    let cell = lane % CELL_COUNT;
    for (var turn = 0u; turn < CELL_LANES; turn++) {
        if (turn == lane / CELL_COUNT) {
            for (var k = 0u; k < 4u; k++) {
                let before = scratch[k * CELL_COUNT + cell];
                scratch[k * CELL_COUNT + cell] = found[k] + select(vec4f(0.0), before, turn > 0u);
            }
        }
        workgroupBarrier();
    }
}

// The sum of what all lanes have, in a fixed order, for all of them.
fn sum_of_lanes(lane: u32, value: vec4f) -> vec4f {
    scratch[lane] = value;
    workgroupBarrier();
    if (lane < 32u) {
        var sum = vec4f(0.0);
        for (var i = 0u; i < 32u; i++) {
            sum += scratch[32u * lane + i];
        }
        parts[lane] = sum;
    }
    workgroupBarrier();
    var all = vec4f(0.0);
    for (var i = 0u; i < 32u; i++) {
        all += parts[i];
    }
    workgroupBarrier();
    return all;
}

// The largest value of all lanes, and of equal ones the smallest number, for all of them.
fn best_of_lanes(lane: u32, value: f32, number: u32) -> vec2f {
    scratch[lane] = vec4f(value, f32(number), 0.0, 0.0);
    workgroupBarrier();
    if (lane < 32u) {
        var best = scratch[32u * lane].xy;
        for (var i = 1u; i < 32u; i++) {
            best = better(best, scratch[32u * lane + i].xy);
        }
        parts[lane] = vec4f(best, 0.0, 0.0);
    }
    workgroupBarrier();
    var best = parts[0].xy;
    for (var i = 1u; i < 32u; i++) {
        best = better(best, parts[i].xy);
    }
    workgroupBarrier();
    return best;
}

fn better(a: vec2f, b: vec2f) -> vec2f {
    return select(a, b, b.x > a.x || (b.x == a.x && b.y < a.y));
}
