// One workgroup that does what else takes a chain of dispatches: its lanes, and what they share.

const LANES: u32 = 256u;
// What lanes hand on: moments of cells, or half of the products of those that hold them.
var<workgroup> scratch: array<vec4f, 1280>;
// Sums of parts of it.
var<workgroup> parts: array<vec4f, 160>;

// The sum of what all lanes have, in a fixed order, for all of them.
fn sum_of_lanes(lane: u32, value: vec4f) -> vec4f {
    scratch[lane] = value;
    workgroupBarrier();
    if (lane < 16u) {
        var sum = vec4f(0.0);
        for (var i = 0u; i < 16u; i++) {
            sum += scratch[16u * lane + i];
        }
        parts[lane] = sum;
    }
    workgroupBarrier();
    var all = vec4f(0.0);
    for (var i = 0u; i < 16u; i++) {
        all += parts[i];
    }
    workgroupBarrier();
    return all;
}

// The largest value of all lanes, and of equal ones the smallest number, for all of them.
fn best_of_lanes(lane: u32, value: f32, number: u32) -> vec2f {
    scratch[lane] = vec4f(value, f32(number), 0.0, 0.0);
    workgroupBarrier();
    if (lane < 16u) {
        var best = scratch[16u * lane].xy;
        for (var i = 1u; i < 16u; i++) {
            best = better(best, scratch[16u * lane + i].xy);
        }
        parts[lane] = vec4f(best, 0.0, 0.0);
    }
    workgroupBarrier();
    var best = parts[0].xy;
    for (var i = 1u; i < 16u; i++) {
        best = better(best, parts[i].xy);
    }
    workgroupBarrier();
    return best;
}

fn better(a: vec2f, b: vec2f) -> vec2f {
    return select(a, b, b.x > a.x || (b.x == a.x && b.y < a.y));
}
