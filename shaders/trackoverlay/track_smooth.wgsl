// The finest level: the binomial filter 1 4 6 4 1 in both directions, 4x4 samples at a time.
// Interpolation of a smooth picture has no bias that depends on the phase.
// include: shared/track_state.wgsl
// include: shared/track_tiles.wgsl

var<immediate> params: TrackParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> shrunk: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> level: array<vec4f>;

// One row, filtered along x. Outside, the edge's sample repeats.
fn row(x: i32, y: i32) -> vec4f {
    let quads = i32(params.level_pitch / 4u);
    let start = clamp(y, 0, i32(params.level_height) - 1) * quads;
    let b = shrunk[start + x];
    let left = shrunk[start + max(x - 1, 0)];
    let right = shrunk[start + min(x + 1, quads - 1)];
    let a = select(left, vec4f(b.x), x == 0);
    let c = select(right, vec4f(b.w), x == quads - 1);
    return (vec4f(a.z, a.w, b.x, b.y) + vec4f(b.z, b.w, c.x, c.y)
        + 4.0 * (vec4f(a.w, b.x, b.y, b.z) + vec4f(b.y, b.z, b.w, c.x)) + 6.0 * b) / 16.0;
}

fn column(a: vec4f, b: vec4f, c: vec4f, d: vec4f, e: vec4f) -> vec4f {
    return (a + e + 4.0 * (b + d) + 6.0 * c) / 16.0;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
    let shrink = f32(params.shrink);
    let id = invocation.xy + 8u * vec2u(first_tile(track.roi, level_tile(1u) * shrink, shrink));
    let quads = params.level_pitch / 4u;
    let top = id.y * 4u;
    if ((track.mode & params.when) == 0u || id.x >= quads || top >= params.level_height) {
        return;
    }
    let x = i32(id.x);
    let y = i32(top);
    let r0 = row(x, y - 2);
    let r1 = row(x, y - 1);
    let r2 = row(x, y);
    let r3 = row(x, y + 1);
    let r4 = row(x, y + 2);
    let r5 = row(x, y + 3);
    let r6 = row(x, y + 4);
    let r7 = row(x, y + 5);
    let start = top * quads + id.x;
    level[start] = column(r0, r1, r2, r3, r4);
    if (top + 1u < params.level_height) {
        level[start + quads] = column(r1, r2, r3, r4, r5);
    }
    if (top + 2u < params.level_height) {
        level[start + 2u * quads] = column(r2, r3, r4, r5, r6);
    }
    if (top + 3u < params.level_height) {
        level[start + 3u * quads] = column(r3, r4, r5, r6, r7);
    }
}
