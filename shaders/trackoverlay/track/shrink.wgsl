// Luma reduced to the size of the finest level: means of squares of pixels, as 8-bit code values times 256
// in 16 bits. An invocation makes eight samples of a row.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/tiles.wgsl
// include: trackoverlay/track/shared/luma.wgsl

// True if squares have one pixel; below, if they have two by two.
override WHOLE: bool = false;
override HALF: bool = false;

var<immediate> params: LumaParams;
@group(0) @binding(0) var<storage, read> track: Track;
// In the layout that `luma.wgsl` reads.
@group(0) @binding(1) var<storage, read> raw: array<u32>;
// The same buffer, four words at a time.
@group(0) @binding(2) var<storage, read> wide_raw: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> shrunk: array<vec4u>;

fn whole(x: u32, y: u32) -> vec4u {
    let a = word(row_at(y), 2u * x);
    let b = word(row_at(y), 2u * x + 1u);
    return vec4u(spread(a), spread(a >> 16u), spread(b), spread(b >> 16u));
}

fn half_row(x: u32, row: u32) -> vec4u {
    if (!RAGGED) {
        return sums(wide_raw[(row * params.words + x) / 4u]);
    }
    return sums(vec4u(word(row, x), word(row, x + 1u), word(row, x + 2u), word(row, x + 3u)));
}

fn half(x: u32, y: u32) -> vec4u {
    return (half_row(4u * x, row_at(2u * y)) + half_row(4u * x, row_at(2u * y + 1u))) << vec4u(6u);
}

@compute @workgroup_size(4, 8)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
    look_at_grid(0u);
    let shrink = f32(params.shrink);
    let tile = vec2u(first_tile(track.roi, level_tile(0u) * shrink, shrink));
    let id = invocation.xy + vec2u(4u, 8u) * tile;
    let octets = on.pitch / 8u;
    if ((track.mode & params.when) == 0u || id.x >= octets || id.y >= on.height) {
        return;
    }
    var value = vec4u(0u);
    if (WHOLE && !WIDE) {
        value = whole(id.x, id.y);
    } else if (HALF && !WIDE) {
        value = half(id.x, id.y);
    } else {
        let pair = 4u * id.x;
        value = vec4u(any_pair(pair, id.y), any_pair(pair + 1u, id.y), any_pair(pair + 2u, id.y),
            any_pair(pair + 3u, id.y));
    }
    shrunk[id.y * octets + id.x] = value;
}
