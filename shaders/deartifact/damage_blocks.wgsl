// What a sample of 8x8 blocks tells of the damage: how much is left in five bands of frequency.
// Quantization takes the highest first. Blocks lie off the usual grids, one in each 16 columns and rows.
// include: shared/packed.wgsl
// include: shared/dct8.wgsl
// include: shared/damage_model.wgsl

struct DamageBlocksParams {
    // Quads in a row of the plane.
    quads: u32,
    // Blocks in a row and in a column.
    blocks_x: u32,
    blocks_y: u32,
}

var<immediate> params: DamageBlocksParams;
@group(0) @binding(0) var<storage, read> plane: array<vec2u>;
@group(0) @binding(1) var<storage, read> model: DamageModel;
// Two to a block: the logarithms of bands 0 to 3; then that of band 4, 1 where the block has an
// edge, and the mean square of what is below the threshold in it.
@group(0) @binding(2) var<storage, read_write> findings: array<vec4f>;

fn load_row(b: ptr<function, array<vec4f, 16>>, row: u32, first: u32) {
    (*b)[row * 2u] = unpack_quad(plane[first + row * params.quads]);
    (*b)[row * 2u + 1u] = unpack_quad(plane[first + row * params.quads + 1u]);
}

// Sum of the squares whose diagonal lies between low and high.
fn band(squares: vec4f, diagonals: vec4f, low: f32, high: f32) -> f32 {
    return dot(squares, step(vec4f(low), diagonals) * step(diagonals, vec4f(high)));
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.blocks_x || id.y >= params.blocks_y) {
        return;
    }
    let first = (id.y * 16u + 4u) * params.quads + id.x * 4u + 1u;
    var b: array<vec4f, 16>;
    load_row(&b, 0u, first);
    load_row(&b, 1u, first);
    load_row(&b, 2u, first);
    load_row(&b, 3u, first);
    load_row(&b, 4u, first);
    load_row(&b, 5u, first);
    load_row(&b, 6u, first);
    load_row(&b, 7u, first);
    dct8_forward(&b);
    let limit = model.threshold * model.threshold;
    var low = vec4f(0.0);
    var highest = 0.0;
    var below = 0.0;
    for (var i = 0; i < 16; i++) {
        let squares = b[i] * b[i];
        let diagonals = vec4f(0.0, 1.0, 2.0, 3.0) + f32(i / 2 + (i % 2) * 4);
        low += vec4f(
            band(squares, diagonals, 1.0, 2.0), band(squares, diagonals, 3.0, 4.0),
            band(squares, diagonals, 5.0, 6.0), band(squares, diagonals, 7.0, 9.0),
        );
        highest += band(squares, diagonals, 10.0, 14.0);
        below += band(squares * step(squares, vec4f(limit)), diagonals, 1.0, 14.0);
    }
    // Coefficients in each band: 5, 9, 13, 21 and 15.
    let bands = log2(0.25 + sqrt(low / vec4f(5.0, 9.0, 13.0, 21.0)));
    let is_edge = f32(low.x > 64.0 * limit && limit > 0.0);
    let at = (id.y * params.blocks_x + id.x) * 2u;
    findings[at] = bands;
    findings[at + 1u] = vec4f(log2(0.25 + sqrt(highest / 15.0)), is_edge, is_edge * below / 64.0, 0.0);
}
