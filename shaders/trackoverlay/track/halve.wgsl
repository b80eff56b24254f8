// Makes the next coarser level: smooths by 1 4 6 4 1 and keeps every second sample of every second row. An
// invocation makes eight samples of four rows.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/tiles.wgsl

var<immediate> params: FrameParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read_write> levels: array<vec4f>;

// The finer level.
var<private> finer: Grid;

// Four samples of a row of the finer level; the row's last sample is repeated beyond its end.
fn quad(x: i32, start: i32) -> vec4f {
    let last = i32(finer.width) - 1;
    let q = levels[start + clamp(x, 0, last / 4)];
    let columns = vec4i(4 * x) + vec4i(0, 1, 2, 3);
    let edge = q[clamp(last - 4 * (last / 4), 0, 3)];
    let inside = select(q, vec4f(edge), columns > vec4i(last));
    return select(inside, vec4f(q.x), columns < vec4i(0));
}

// Eight samples of a row of the finer level after filtering along x.
struct Row {
    left: vec4f,
    right: vec4f,
}

fn row(x: i32, y: i32) -> Row {
    let start = i32(finer.start / 4u) + clamp(y, 0, i32(finer.height) - 1) * i32(finer.pitch / 4u);
    let a = quad(4 * x - 1, start);
    let b = quad(4 * x, start);
    let c = quad(4 * x + 1, start);
    let d = quad(4 * x + 2, start);
    let e = quad(4 * x + 3, start);
    let f = quad(4 * x + 4, start);
    let middle = vec4f(d.x, d.z, e.x, e.z);
    return Row(
        vec4f(a.z, b.x, b.z, c.x) + vec4f(b.z, c.x, c.z, d.x)
            + 4.0 * (vec4f(a.w, b.y, b.w, c.y) + vec4f(b.y, b.w, c.y, c.w)) + 6.0 * vec4f(b.x, b.z, c.x, c.z),
        vec4f(c.z, d.x, d.z, e.x) + vec4f(d.z, e.x, e.z, f.x)
            + 4.0 * (vec4f(c.w, d.y, d.w, e.y) + vec4f(d.y, d.w, e.y, e.w)) + 6.0 * middle,
    );
}

fn column(a: vec4f, b: vec4f, c: vec4f, d: vec4f, e: vec4f) -> vec4f {
    return (a + e + 4.0 * (b + d) + 6.0 * c) * (1.0 / 256.0);
}

@compute @workgroup_size(4, 4)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
    look_at_grid(params.grid);
    finer = grid_of(params.grid - 1u);
    let shrink = f32(params.shrink);
    let tile = vec2u(first_tile(track.roi, level_tile(params.grid + 1u) * shrink, shrink));
    let id = invocation.xy + 4u * tile;
    let top = id.y * 4u;
    if ((track.mode & params.when) == 0u || 8u * id.x >= on.pitch || top >= on.height) {
        return;
    }
    let x = i32(id.x);
    var a = row(x, 2 * i32(top) - 2);
    var b = row(x, 2 * i32(top) - 1);
    var c = row(x, 2 * i32(top));
    let end = min(top + 4u, on.height);
    var y = top;
    loop {
        let d = row(x, 2 * i32(y) + 1);
        let e = row(x, 2 * i32(y) + 2);
        let at = (on.start + y * on.pitch + 8u * id.x) / 4u;
        levels[at] = column(a.left, b.left, c.left, d.left, e.left);
        levels[at + 1u] = column(a.right, b.right, c.right, d.right, e.right);
        a = c;
        b = d;
        c = e;
        continuing {
            y += 1u;
            break if y >= end;
        }
    }
}
