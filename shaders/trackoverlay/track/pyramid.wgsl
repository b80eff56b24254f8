// Makes all levels of the frame; a workgroup makes those of one tile. The finest is smoothed by the binomial
// filter 1 4 6 4 1 in both directions, as in `smooth.wgsl`; each other level is smoothed again and halved,
// as in `halve.wgsl`.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/tiles.wgsl
// include: trackoverlay/track/shared/patch.wgsl

var<immediate> params: FrameParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> shrunk: array<u32>;
@group(0) @binding(2) var<storage, read_write> levels: array<f32>;

const LANES: u32 = 256u;
// Side of a tile with its margins, from the unsmoothed samples to the next to coarsest level: each needs two
// more samples on either side than the next one uses.
const RAW_SIDE: u32 = 57u;

var<workgroup> whole: array<f32, 3249>;
// The same after filtering along x.
var<workgroup> rows: array<f32, 3021>;

fn filtered(a: f32, b: f32, c: f32, d: f32, e: f32) -> f32 {
    return a + e + 4.0 * (b + d) + 6.0 * c;
}

fn side_of(level: u32) -> u32 {
    return select(select(select(4u, 11u, level == 2u), 25u, level == 1u), 53u, level == 0u);
}

// First sample of a level that a tile needs.
fn origin_of(level: u32, tile: vec2u) -> vec2i {
    let margin = select(select(select(0, 2, level == 2u), 6, level == 1u), 14, level == 0u);
    return vec2i(tile * (PATCH >> level)) - margin;
}

fn load_raw(lane: u32, tile: vec2u) {
    let origin = vec2i(tile * PATCH) - PATCH_MARGIN;
    for (var i = lane; i < RAW_SIDE * RAW_SIDE; i += LANES) {
        let at = origin + vec2i(i32(i % RAW_SIDE), i32(i / RAW_SIDE));
        let inside = vec2u(clamp(at, vec2i(0), vec2i(i32(on.pitch), i32(on.height)) - 1));
        let pair = shrunk[inside.y * (on.pitch / 2u) + inside.x / 2u];
        whole[i] = f32((pair >> (16u * (inside.x % 2u))) & 0xffffu);
    }
}

fn smooth_tile(lane: u32) {
    let side = side_of(0u);
    for (var i = lane; i < RAW_SIDE * side; i += LANES) {
        let at = i / side * RAW_SIDE + i % side;
        rows[i] = filtered(whole[at], whole[at + 1u], whole[at + 2u], whole[at + 3u], whole[at + 4u]);
    }
    workgroupBarrier();
    for (var i = lane; i < side * side; i += LANES) {
        let sum = filtered(rows[i], rows[i + side], rows[i + 2u * side], rows[i + 3u * side], rows[i + 4u * side]);
        whole[i] = sum * (1.0 / 65536.0) - 128.0;
    }
    workgroupBarrier();
}

// Indices of the five samples around `2 * i` and two margin samples in the finer level, clamped to its
// edges.
fn five(i: u32, origin: i32, last: i32) -> array<u32, 5> {
    let first = vec4i(origin + i32(2u * i)) + vec4i(0, 1, 2, 3);
    let inside = vec4u(clamp(first, vec4i(0), vec4i(last)) - origin);
    return array<u32, 5>(inside.x, inside.y, inside.z, inside.w, u32(clamp(first.w + 1, 0, last) - origin));
}

// Makes the current level of the tile from the finer one.
fn halve_tile(lane: u32, tile: vec2u, level: u32) {
    let finer = grid_of(level - 1u);
    let origin = origin_of(level - 1u, tile);
    let last = vec2i(i32(finer.width), i32(finer.height)) - 1;
    let wider = side_of(level - 1u);
    let side = side_of(level);
    for (var i = lane; i < wider * side; i += LANES) {
        let row = i / side * wider;
        let at = five(i % side, origin.x, last.x);
        rows[i] = filtered(whole[row + at[0]], whole[row + at[1]], whole[row + at[2]], whole[row + at[3]], whole[row + at[4]]);
    }
    workgroupBarrier();
    for (var i = lane; i < side * side; i += LANES) {
        let column = i % side;
        let at = five(i / side, origin.y, last.y);
        let sum = filtered(rows[at[0] * side + column], rows[at[1] * side + column], rows[at[2] * side + column],
            rows[at[3] * side + column], rows[at[4] * side + column]);
        whole[i] = sum * (1.0 / 256.0);
    }
    workgroupBarrier();
}

// Stores the tile's own part of the current level.
fn keep(lane: u32, tile: vec2u, level: u32) {
    let kept = PATCH >> level;
    let first = tile * kept;
    let inside = vec2u(vec2i(first) - origin_of(level, tile));
    for (var i = lane; i < kept * kept; i += LANES) {
        let at = vec2u(i % kept, i / kept);
        let place = first + at;
        if (place.x < on.pitch && place.y < on.height) {
            levels[on.start + place.y * on.pitch + place.x] = whole[(inside.y + at.y) * side_of(level) + inside.x + at.x];
        }
    }
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let box = patches();
    let tile = group.xy;
    if ((track.mode & params.when) == 0u || any(vec2i(tile) < box.xy) || any(vec2i(tile) >= box.zw)) {
        return;
    }
    look_at_grid(0u);
    load_raw(lane, tile);
    workgroupBarrier();
    smooth_tile(lane);
    keep(lane, tile, 0u);
    for (var level = 1u; level <= params.top; level++) {
        look_at_grid(level);
        halve_tile(lane, tile, level);
        keep(lane, tile, level);
    }
}
