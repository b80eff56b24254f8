// Converts a picture to a network's first map: a cell has 2x2 luma samples, one sample each of U and V, and
// two channels of zero.
// include: shared/packed.wgsl

struct CellsParams {
    // Size of luma in pixels.
    width: u32,
    height: u32,
    // Size of chroma in pixels; 0 if there is none.
    chroma_width: u32,
    chroma_height: u32,
    // Chroma samples across and down a cell: 1 or 2.
    chroma_x: u32,
    chroma_y: u32,
    // Cells from one row of the map to the next.
    pitch: u32,
    // Factor from 8-bit code values to 0..1.
    scale: f32,
}

var<immediate> params: CellsParams;
@group(0) @binding(0) var<storage, read> luma: array<vec2u>;
@group(0) @binding(1) var<storage, read> chroma_u: array<vec2u>;
@group(0) @binding(2) var<storage, read> chroma_v: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> outputs: array<vec4u>;

// Two neighbouring samples of a row; at the end of the row its last sample is repeated.
fn luma_pair(x: u32, y: u32) -> vec2f {
    let quads = (params.width + 3u) / 4u;
    let quad = unpack_quad(luma[min(y, params.height - 1u) * quads + x / 4u]);
    let pair = select(quad.xy, quad.zw, (x & 2u) != 0u);
    return select(pair, pair.xx, x + 1u >= params.width);
}

// U and V at a chroma position.
fn chroma_at(x: u32, y: u32) -> vec2f {
    let column = min(x, params.chroma_width - 1u);
    let row = min(y, params.chroma_height - 1u);
    let at = row * ((params.chroma_width + 3u) / 4u) + column / 4u;
    let u = unpack_quad(chroma_u[at]);
    let v = unpack_quad(chroma_v[at]);
    let pair = select(vec4f(u.xy, v.xy), vec4f(u.zw, v.zw), (column & 2u) != 0u);
    return select(pair.xz, pair.yw, (column & 1u) != 0u);
}

fn chroma_mean(cell: vec2u) -> vec2f {
    let x = cell.x * params.chroma_x;
    let y = cell.y * params.chroma_y;
    var sum = chroma_at(x, y);
    if (params.chroma_x == 2u) {
        sum += chroma_at(x + 1u, y);
    }
    if (params.chroma_y == 2u) {
        sum += chroma_at(x, y + 1u);
    }
    if (params.chroma_x * params.chroma_y == 4u) {
        sum += chroma_at(x + 1u, y + 1u);
    }
    return sum / f32(params.chroma_x * params.chroma_y);
}

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x * 2u >= params.width || id.y * 2u >= params.height) {
        return;
    }
    let upper = luma_pair(id.x * 2u, id.y * 2u) * params.scale - 0.5;
    let lower = luma_pair(id.x * 2u, id.y * 2u + 1u) * params.scale - 0.5;
    var chroma = vec2f(0.0);
    if (params.chroma_width > 0u) {
        chroma = chroma_mean(id.xy) * params.scale - 0.5;
    }
    outputs[(id.y + 1u) * params.pitch + id.x + 1u] =
        vec4u(pack2x16float(upper), pack2x16float(lower), pack2x16float(chroma), 0u);
}
