// A cell of 2x2 luma pixels in the last output, along the motion.
//
// The shader that includes this also includes shared/packed.wgsl and picture/shared/cubic.wgsl, binds `past`, which
// begins with luma, and `vectors`, defines luma_size(), and has in `params`
//   blocks_x, blocks_y: size of the vector field in blocks,
//   tile_blocks: blocks across a tile of 8x8 luma pixels.

fn block_motion(block: vec2i) -> vec3f {
    return textureLoad(vectors, block, 0).xyw;
}

// Motion of the tile that a cell lies in, and the change of brightness along it: as in
// picture/shared/kalman_tile.
fn cell_motion(cell: vec2u) -> vec3f {
    let size = luma_size();
    let quads = vec2i(i32((size.x + 3u) / 4u), i32(size.y));
    let first = min(vec2i(cell / 4u) * vec2i(2, 8), max(quads - vec2i(2, 8), vec2i(0)));
    let at = (vec2f(first) * vec2f(0.5, 0.125) + 0.5) * params.tile_blocks - 0.5;
    let whole = floor(at);
    let share = at - whole;
    let last = vec2i(i32(params.blocks_x), i32(params.blocks_y)) - 1;
    let near = clamp(vec2i(whole), vec2i(0), last);
    let far = clamp(vec2i(whole) + 1, vec2i(0), last);
    let above = mix(block_motion(near), block_motion(vec2i(far.x, near.y)), share.x);
    let below = mix(block_motion(vec2i(near.x, far.y)), block_motion(far), share.x);
    return mix(above, below, share.y);
}

fn past_quad(x: i32, y: i32, quads: vec2i) -> vec4f {
    let quad = unpack_quad(past[quad_index(x, y, quads)]);
    return select(quad, quad.wzyx, is_mirrored(x, quads));
}

// Two neighbouring pixels of the last output, interpolated horizontally from the five at x .. x + 4.
fn past_pair(x: i32, y: i32, quads: vec2i, w: vec4f) -> vec2f {
    let a = past_quad(x >> 2u, y, quads);
    let b = past_quad((x >> 2u) + 1, y, quads);
    let one = (x & 1) != 0;
    let two = (x & 2) != 0;
    let a1 = select(a, vec4f(a.yzw, b.x), one);
    let b1 = select(b.xyz, b.yzw, one);
    let a2 = select(a1, vec4f(a1.zw, b1.xy), two);
    let fifth = select(b1.x, b1.z, two);
    return vec2f(dot(a2, w), dot(vec4f(a2.yzw, fifth), w));
}

// The cell's pixels in the last output.
fn past_cell(cell: vec2u) -> vec4f {
    let size = luma_size();
    let quads = vec2i(i32((size.x + 3u) / 4u), i32(size.y));
    let motion = cell_motion(cell);
    let whole = floor(motion.xy);
    let wx = cubic_weights(motion.x - whole.x);
    let wy = cubic_weights(motion.y - whole.y);
    let at = vec2i(cell) * 2 + vec2i(whole) - 1;
    let r0 = past_pair(at.x, at.y, quads, wx);
    let r1 = past_pair(at.x, at.y + 1, quads, wx);
    let r2 = past_pair(at.x, at.y + 2, quads, wx);
    let r3 = past_pair(at.x, at.y + 3, quads, wx);
    let r4 = past_pair(at.x, at.y + 4, quads, wx);
    let upper = r0 * wy.x + r1 * wy.y + r2 * wy.z + r3 * wy.w;
    let lower = r1 * wy.x + r2 * wy.y + r3 * wy.z + r4 * wy.w;
    return vec4f(upper, lower) + motion.z;
}
