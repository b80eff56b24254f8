// Finds what colour stands in front near each cell, from inside of it, and how sure each cell is one or the other.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/plate.wgsl

struct FrontParams {
    // Cells along a side.
    cells: u32,
}

var<immediate> params: FrontParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> cells: array<CellSums>;
@group(0) @binding(2) var<storage, read> matte: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> fronts: array<Front>;

const LANES: u32 = 64u;
const TILE: u32 = 8u;
// Cells on each side whose colours are averaged, and the double square of a standard deviation in cells.
const REACH: u32 = 3u;
const SPREAD: f32 = 4.0;
// Cells along a side with their neighbours; and those that were shrunk by a cell.
const AROUND: u32 = 16u;
const INNER: u32 = 14u;
// Weight of cells that are not wholly hidden, if there are no others.
const PARTLY: f32 = 1e-3;
// Weight from which a colour is sure.
const SURE: f32 = 0.3;

var<workgroup> hidden: array<f32, 256>;
var<workgroup> shrunk: array<f32, 196>;

// Least and most hidden of 3x3 cells around a place of `hidden`.
fn bounds_at(at: vec2u) -> vec2f {
    var found = vec2f(1.0, 0.0);
    for (var k = 0u; k < 9u; k++) {
        let h = hidden[(at.y + k / 3u - 1u) * AROUND + at.x + k % 3u - 1u];
        found = vec2f(min(found.x, h), max(found.y, h));
    }
    return found;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    if (track.state == STATE_IDLE || track.state == STATE_LOST) {
        return;
    }
    let last = vec2i(i32(params.cells) - 1);
    let origin = vec2i(group.xy * TILE);
    for (var k = lane; k < AROUND * AROUND; k += LANES) {
        let at = clamp(origin + vec2i(vec2u(k % AROUND, k / AROUND)) - vec2i(4), vec2i(0), last);
        hidden[k] = 1.0 - matte[at.y * i32(params.cells) + at.x].x;
    }
    workgroupBarrier();
    for (var k = lane; k < INNER * INNER; k += LANES) {
        shrunk[k] = bounds_at(vec2u(k % INNER, k / INNER) + 1u).x;
    }
    workgroupBarrier();
    let own = vec2u(lane % TILE, lane / TILE);
    let cell = group.xy * TILE + own;
    if (any(cell >= vec2u(params.cells))) {
        return;
    }
    let index = cell.y * params.cells + cell.x;
    let range = bounds_at(own + 4u);
    if (range.y <= FREE_MOST || range.x >= HIDDEN_LEAST) {
        // Far from any edge no colour is needed.
        fronts[index] = Front(vec4f(0.0), range.x, range.y, vec2f(0.0));
        return;
    }
    var colour = vec3f(0.0);
    var weight = 0.0;
    for (var k = 0u; k < 49u; k++) {
        let step = vec2u(k % 7u, k / 7u);
        let inside = own + step;
        let off = vec2f(step) - f32(REACH);
        let deep = shrunk[inside.y * INNER + inside.x];
        let any_part = hidden[(inside.y + 1u) * AROUND + inside.x + 1u];
        let at = clamp(vec2i(cell + step) - vec2i(i32(REACH)), vec2i(0), last);
        let sums = cells[at.y * i32(params.cells) + at.x];
        let w = (deep * deep + PARTLY * any_part) * exp(-dot(off, off) / SPREAD);
        let count = max(sums.products.w + sums.sums.w, 1.0);
        colour += w * sums.colour.xyz / count;
        weight += select(0.0, w, sums.products.w + sums.sums.w > 0.5);
    }
    let mean = colour / max(weight, 1e-9);
    fronts[index] = Front(vec4f(mean, min(weight / SURE, 1.0)), range.x, range.y, vec2f(0.0));
}
