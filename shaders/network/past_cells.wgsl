// The last output along the motion, for a network that reads it: the second channel group of the first map. A cell has
//   the four pixels of luma less those of the picture, in row order, U and V likewise, 0.1 if there is a last output,
//   and a zero.
// Differences are held to a part of the range and read four times as large, as the network was trained; the picture is
// read from the first channel group.
// include: shared/packed.wgsl
// include: picture/shared/cubic.wgsl

struct PastCellsParams {
    // Size of luma in pixels.
    width: u32,
    height: u32,
    // Size of chroma in pixels; 0 if there is none.
    chroma_width: u32,
    chroma_height: u32,
    // Chroma samples across and down a cell: 1 or 2.
    chroma_x: u32,
    chroma_y: u32,
    // Cells from one row of the map to the next, and from one channel group to the next.
    pitch: u32,
    area: u32,
    // Factor from 8-bit code values to 0..1.
    scale: f32,
    // Width and height of the vector field in blocks, and blocks across a tile of 8x8 luma pixels.
    blocks_x: u32,
    blocks_y: u32,
    tile_blocks: f32,
    // 1 if there is no last output.
    restart: u32,
}

var<immediate> params: PastCellsParams;
@group(0) @binding(0) var<storage, read> past: array<vec2u>;
@group(0) @binding(1) var<storage, read> past_u: array<vec2u>;
@group(0) @binding(2) var<storage, read> past_v: array<vec2u>;
@group(0) @binding(3) var vectors: texture_2d<f32>;
@group(0) @binding(4) var<storage, read> scene: array<u32>;
@group(0) @binding(5) var<storage, read_write> outputs: array<vec4u>;

const FACTOR: f32 = 4.0;
const MOST: f32 = 0.15;
const THERE: f32 = 0.1;

fn luma_size() -> vec2u {
    return vec2u(params.width, params.height);
}

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

// U and V at a chroma position.
fn chroma_at(x: i32, y: i32) -> vec2f {
    let column = u32(clamp(x, 0, i32(params.chroma_width) - 1));
    let row = u32(clamp(y, 0, i32(params.chroma_height) - 1));
    let at = row * ((params.chroma_width + 3u) / 4u) + column / 4u;
    let u = unpack_quad(past_u[at]);
    let v = unpack_quad(past_v[at]);
    let pair = select(vec4f(u.xy, v.xy), vec4f(u.zw, v.zw), (column & 2u) != 0u);
    return select(pair.xz, pair.yw, (column & 1u) != 0u);
}

// U and V of a cell's centre, between samples.
fn chroma_of(cell: vec2u, motion: vec2f) -> vec2f {
    let samples = vec2f(f32(params.chroma_x), f32(params.chroma_y));
    let at = (vec2f(cell) + 0.5 + 0.5 * motion) * samples - 0.5;
    let whole = floor(at);
    let share = at - whole;
    let first = vec2i(whole);
    let above = mix(chroma_at(first.x, first.y), chroma_at(first.x + 1, first.y), share.x);
    let below = mix(chroma_at(first.x, first.y + 1), chroma_at(first.x + 1, first.y + 1), share.x);
    return mix(above, below, share.y);
}

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x * 2u >= params.width || id.y * 2u >= params.height) {
        return;
    }
    let at = (id.y + 1u) * params.pitch + id.x + 1u;
    if (params.restart == 1u || scene[0] == 1u) {
        outputs[at + params.area] = vec4u(0u);
        return;
    }
    let here = outputs[at];
    let luma = past_cell(id.xy) * params.scale - 0.5 - vec4f(unpack2x16float(here.x), unpack2x16float(here.y));
    var chroma = vec2f(0.0);
    if (params.chroma_width > 0u) {
        let last = chroma_of(id.xy, cell_motion(id.xy).xy);
        chroma = last * params.scale - 0.5 - unpack2x16float(here.z);
    }
    let gained = clamp(luma, vec4f(-MOST), vec4f(MOST)) * FACTOR;
    let coloured = clamp(chroma, vec2f(-MOST), vec2f(MOST)) * FACTOR;
    outputs[at + params.area] = vec4u(
        pack2x16float(gained.xy), pack2x16float(gained.zw), pack2x16float(coloured), pack2x16float(vec2f(THERE, 0.0)),
    );
}
