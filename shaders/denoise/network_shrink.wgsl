// Takes away from a state what a network found to be noise, in multiples of the state's deviation.
// include: shared/packed.wgsl

struct NetworkShrinkParams {
    // Size of luma in pixels.
    width: u32,
    height: u32,
    // Cells from one row of the map to the next.
    pitch: u32,
}

var<immediate> params: NetworkShrinkParams;
@group(0) @binding(0) var<storage, read> state: array<vec4u>;
// For each cell, the 2x2 values of its luma in row order.
@group(0) @binding(1) var<storage, read> found: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> shrunk: array<vec2u>;

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quads = (params.width + 3u) / 4u;
    if (id.x >= quads || id.y >= params.height) {
        return;
    }
    let at = id.y * quads + id.x;
    // The second cell may lie beyond the picture's last: in the border, and its pixels in the row's padding.
    let from_cell = (id.y / 2u + 1u) * params.pitch + id.x * 2u + 1u;
    let left = found[from_cell];
    let right = found[from_cell + 1u];
    let pairs = select(vec2u(left.x, right.x), vec2u(left.y, right.y), (id.y & 1u) != 0u);
    let noise = vec4f(unpack2x16float(pairs.x), unpack2x16float(pairs.y));
    let pixels = state[at];
    shrunk[at] = pack_quad(state_values(pixels) - noise * sqrt(state_variances(pixels)));
}
