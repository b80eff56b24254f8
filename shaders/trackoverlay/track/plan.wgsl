// Stores the workgroup counts of all passes for this stack of levels.

struct PlanParams {
    // For each shape of dispatch: count along x, and along y in the high half.
    a: vec4u,
    b: vec4u,
    c: vec4u,
    d: vec4u,
}

var<immediate> params: PlanParams;
@group(0) @binding(0) var<storage, read_write> gates: array<vec4u>;

// Shapes are stored after the gates, as in `gates.wgsl`; here in rows of four.
const SHAPES_AT: u32 = 288u;

@compute @workgroup_size(1)
fn main() {
    gates[SHAPES_AT / 4u] = params.a;
    gates[SHAPES_AT / 4u + 1u] = params.b;
    gates[SHAPES_AT / 4u + 2u] = params.c;
    gates[SHAPES_AT / 4u + 3u] = params.d;
}
