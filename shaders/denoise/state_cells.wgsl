// Converts the state of luma to a network's first map: a cell has the 2x2 values in row order, then their
// deviations.
// include: shared/packed.wgsl

struct StateCellsParams {
    // Size of luma in pixels.
    width: u32,
    height: u32,
    // Cells from one row of the map to the next.
    pitch: u32,
}

var<immediate> params: StateCellsParams;
@group(0) @binding(0) var<storage, read> state: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> outputs: array<vec4u>;

// Values become -0.5 to 0.5. Deviations are a small part of the range, so they are read four times as large:
// as the network was trained.
const SCALE: f32 = 1.0 / 255.0;
const DEVIATION_FACTOR: f32 = 4.0;

// Two neighbouring pixels of a row; at the end of a row or column its last pixel is repeated.
fn state_pair(x: u32, y: u32) -> vec2u {
    let quads = (params.width + 3u) / 4u;
    let quad = state[min(y, params.height - 1u) * quads + x / 4u];
    let pair = select(quad.xy, quad.zw, (x & 2u) != 0u);
    return select(pair, pair.xx, x + 1u >= params.width);
}

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x * 2u >= params.width || id.y * 2u >= params.height) {
        return;
    }
    let cell = vec4u(state_pair(id.x * 2u, id.y * 2u), state_pair(id.x * 2u, id.y * 2u + 1u));
    let values = state_values(cell) * SCALE - 0.5;
    let deviations = sqrt(state_variances(cell)) * (SCALE * DEVIATION_FACTOR);
    outputs[(id.y + 1u) * params.pitch + id.x + 1u] = vec4u(
        pack2x16float(values.xy), pack2x16float(values.zw),
        pack2x16float(deviations.xy), pack2x16float(deviations.zw),
    );
}
