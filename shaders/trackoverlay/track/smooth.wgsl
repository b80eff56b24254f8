// Makes the finest level by the binomial filter 1 4 6 4 1 in both directions, 8x8 samples for each
// invocation. Interpolation between smoothed samples has no bias that depends on the subpixel position.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/tiles.wgsl

var<immediate> params: FrameParams;
@group(0) @binding(0) var<storage, read> track: Track;
// Written by `track/shrink.wgsl`: eight samples at a time; below, two at a time.
@group(0) @binding(1) var<storage, read> shrunk: array<vec4u>;
@group(0) @binding(2) var<storage, read> pairs: array<u32>;
@group(0) @binding(3) var<storage, read_write> levels: array<vec4f>;

// Eight samples of a row: those at even positions, and those at odd positions.
struct Row {
    even: vec4f,
    odd: vec4f,
}

// Through signed integers: vector units convert those directly, but not unsigned ones.
fn low(w: vec4u) -> vec4f {
    return vec4f(vec4i(w & vec4u(0xffffu)));
}

fn high(w: vec4u) -> vec4f {
    return vec4f(vec4i(w >> vec4u(16u)));
}

// One row, filtered along x. The edge's sample is repeated outside of the frame.
fn row(x: u32, y: i32) -> Row {
    let octets = on.pitch / 8u;
    let at = u32(clamp(y, 0, i32(on.height) - 1)) * octets + x;
    let q = shrunk[at];
    let first = q.x & 0xffffu;
    let last = q.w >> 16u;
    let before = select(pairs[max(4u * at, 1u) - 1u], first | (first << 16u), x == 0u);
    let after = select(pairs[4u * min(at + 1u, octets * on.height - 1u)], last | (last << 16u), x + 1u >= octets);
    let even = low(q);
    let odd = high(q);
    let outer = vec4u(before, before, after, after);
    let sides = vec4f(low(outer).x, high(outer).x, low(outer).z, high(outer).z);
    let even_after = vec4f(even.yzw, sides.z);
    let odd_before = vec4f(sides.y, odd.xyz);
    return Row(
        vec4f(sides.x, even.xyz) + even_after + 4.0 * (odd_before + odd) + 6.0 * even,
        odd_before + vec4f(odd.yzw, sides.w) + 4.0 * (even + even_after) + 6.0 * odd,
    );
}

fn column(a: vec4f, b: vec4f, c: vec4f, d: vec4f, e: vec4f) -> vec4f {
    return (a + e + 4.0 * (b + d) + 6.0 * c) * (1.0 / 65536.0) - 128.0;
}

@compute @workgroup_size(4, 4)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
    look_at_grid(params.grid);
    let shrink = f32(params.shrink);
    let tile = vec2u(first_tile(track.roi, level_tile(1u) * shrink, shrink));
    let id = invocation.xy + 4u * tile;
    let top = id.y * 8u;
    if ((track.mode & params.when) == 0u || 8u * id.x >= on.pitch || top >= on.height) {
        return;
    }
    var a = row(id.x, i32(top) - 2);
    var b = row(id.x, i32(top) - 1);
    var c = row(id.x, i32(top));
    var d = row(id.x, i32(top) + 1);
    let end = min(top + 8u, on.height);
    var y = top;
    loop {
        let e = row(id.x, i32(y) + 2);
        let even = column(a.even, b.even, c.even, d.even, e.even);
        let odd = column(a.odd, b.odd, c.odd, d.odd, e.odd);
        let at = (y * on.pitch + 8u * id.x) / 4u;
        levels[at] = vec4f(even.x, odd.x, even.y, odd.y);
        levels[at + 1u] = vec4f(even.z, odd.z, even.w, odd.w);
        a = b;
        b = c;
        c = d;
        d = e;
        continuing {
            y += 1u;
            break if y >= end;
        }
    }
}
