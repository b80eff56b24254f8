// From an average along the motion to the picture: no further from it than coding noise goes.
// include: shared/packed.wgsl
// include: shared/noise_model.wgsl

struct SettleParams {
    width: u32,
    height: u32,
    // 0 for Y, 1 for U, 2 for V.
    component: u32,
}

var<immediate> params: SettleParams;
@group(0) @binding(0) var<storage, read> plane: array<vec2u>;
@group(0) @binding(1) var<storage, read> average: array<vec4u>;
@group(0) @binding(2) var<storage, read> noise: NoiseModel;
@group(0) @binding(3) var<storage, read_write> settled: array<vec2u>;

// In deviations of coding noise.
const MOST: f32 = 2.0;

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quads = (params.width + 3u) / 4u;
    if (id.x >= quads || id.y >= params.height) {
        return;
    }
    let at = id.y * quads + id.x;
    let most = MOST * sqrt(select(noise.mean_u, noise.mean_y, params.component == 0u));
    let here = unpack_quad(plane[at]);
    let change = state_values(average[at]) - here;
    settled[at] = pack_quad(here + clamp(change, vec4f(-most), vec4f(most)));
}
