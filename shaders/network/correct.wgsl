// Adds what a network found to a plane of the picture: a share of it, one for luma and one for chroma.
// include: shared/packed.wgsl

struct CorrectParams {
    // Size of the plane.
    width: u32,
    height: u32,
    // Samples of a cell, across and down: 1 or 2.
    cell_x: u32,
    cell_y: u32,
    // 0 for luma, 1 for U, 2 for V.
    component: u32,
    // Cells from row to row of the map.
    pitch: u32,
    // From 0..1 to 8-bit code values.
    scale: f32,
    // Factor on the corrections, besides the one in `share`.
    strength: f32,
}

var<immediate> params: CorrectParams;
@group(0) @binding(0) var<storage, read> corrections: array<vec4u>;
@group(0) @binding(1) var<storage, read> share: array<f32>;
@group(0) @binding(2) var<storage, read> plane: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> corrected: array<vec2u>;

fn chroma_correction(x: u32, row: u32) -> f32 {
    let pair = unpack2x16float(corrections[row + x / params.cell_x].z);
    return select(pair.x, pair.y, params.component == 2u);
}

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quads = (params.width + 3u) / 4u;
    if (id.x >= quads || id.y >= params.height) {
        return;
    }
    let row = (id.y / params.cell_y + 1u) * params.pitch + 1u;
    var found: vec4f;
    if (params.component == 0u) {
        let left = corrections[row + id.x * 2u];
        let right = corrections[row + id.x * 2u + 1u];
        let pairs = select(vec2u(left.x, right.x), vec2u(left.y, right.y), (id.y & 1u) != 0u);
        found = vec4f(unpack2x16float(pairs.x), unpack2x16float(pairs.y));
    } else {
        let x = id.x * 4u;
        found = vec4f(
            chroma_correction(x, row), chroma_correction(x + 1u, row),
            chroma_correction(x + 2u, row), chroma_correction(x + 3u, row),
        );
    }
    let at = id.y * quads + id.x;
    let before = unpack_quad(plane[at]);
    let after = before + found * (params.scale * params.strength * share[min(params.component, 1u)]);
    corrected[at] = pack_quad(clamp(after, vec4f(0.0), vec4f(params.scale)));
}
