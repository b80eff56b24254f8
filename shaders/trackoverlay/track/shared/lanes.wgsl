// Invocations and shared memory of a workgroup that does the work of several dispatches. Four invocations
// share each cell of the memory: `cell`, `cell + 256` and so on.

const LANES: u32 = 1024u;
// Number of invocations that share a cell.
const CELL_LANES: u32 = LANES / CELL_COUNT;
// Exchanged between invocations: moments of cells, or half of the products of their holders.
var<workgroup> scratch: array<vec4f, 1280>;
// Partial sums of these.
var<workgroup> parts: array<vec4f, 160>;

// Adds up the results of the invocations of each cell, and leaves value k of a cell in `scratch[k *
// CELL_COUNT + cell]`. One invocation after the other, because there is no memory for all at once.
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

// Sum over all invocations in a fixed order, returned to all of them.
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

// Largest value of all invocations and its number, returned to all of them; of equals the smallest number.
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
