// The next level: smoothed again by 1 4 6 4 1, every second sample of every second row kept. Four
// samples of two rows at a time.
// include: shared/track_state.wgsl
// include: shared/track_tiles.wgsl

var<immediate> params: TrackParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> finer: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> level: array<vec4f>;

// Four samples of a finer row, or the last one's where the row ends. The finer level has `side`
// columns, `rounds` rows and `first` floats from row to row.
fn quad(x: i32, start: i32) -> vec4f {
    let last = i32(params.side) - 1;
    let q = finer[start + clamp(x, 0, last / 4)];
    let columns = vec4i(4 * x) + vec4i(0, 1, 2, 3);
    let edge = q[clamp(last - 4 * (last / 4), 0, 3)];
    let inside = select(q, vec4f(edge), columns > vec4i(last));
    return select(inside, vec4f(q.x), columns < vec4i(0));
}

// One finer row, filtered along x at every second sample.
fn row(x: i32, y: i32) -> vec4f {
    let start = clamp(y, 0, i32(params.rounds) - 1) * i32(params.first / 4u);
    let a = quad(2 * x - 1, start);
    let b = quad(2 * x, start);
    let c = quad(2 * x + 1, start);
    let d = quad(2 * x + 2, start);
    return (vec4f(a.z, b.x, b.z, c.x) + vec4f(b.z, c.x, c.z, d.x)
        + 4.0 * (vec4f(a.w, b.y, b.w, c.y) + vec4f(b.y, b.w, c.y, c.w))
        + 6.0 * vec4f(b.x, b.z, c.x, c.z)) / 16.0;
}

fn column(a: vec4f, b: vec4f, c: vec4f, d: vec4f, e: vec4f) -> vec4f {
    return (a + e + 4.0 * (b + d) + 6.0 * c) / 16.0;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
    let shrink = f32(params.shrink);
    let tile = level_tile(params.stage + 1u) * shrink;
    let id = invocation.xy + 8u * vec2u(first_tile(track.roi, tile, shrink));
    let quads = params.level_pitch / 4u;
    if ((track.mode & params.when) == 0u || id.x >= quads || id.y * 2u >= params.level_height) {
        return;
    }
    let x = i32(id.x);
    let y = i32(id.y) * 4;
    let r0 = row(x, y - 2);
    let r1 = row(x, y - 1);
    let r2 = row(x, y);
    let r3 = row(x, y + 1);
    let r4 = row(x, y + 2);
    let r5 = row(x, y + 3);
    let r6 = row(x, y + 4);
    let at = id.y * 2u * quads + id.x;
    level[at] = column(r0, r1, r2, r3, r4);
    if (id.y * 2u + 1u < params.level_height) {
        level[at + quads] = column(r2, r3, r4, r5, r6);
    }
}
