// Makes the picture from the temporal average: limits their difference to what coding noise explains.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/noise_model.wgsl

struct SettleParams {
    parts: Parts,
}

var<immediate> params: SettleParams;
@group(0) @binding(0) var<storage, read> planes: array<vec2u>;
@group(0) @binding(1) var<storage, read> average: array<vec4u>;
@group(0) @binding(2) var<storage, read> noise: NoiseModel;
@group(0) @binding(3) var<storage, read_write> settled: array<vec2u>;

// Component of this invocation.
var<private> part: Part;

// Largest difference in standard deviations of coding noise.
const MOST: f32 = 2.0;

const GROUP: u32 = 32u;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return vec2u((size.x + 3u) / 4u, size.y);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let at = part.first + part.at.y * u32(part.quads.x) + part.at.x;
    let most = MOST * sqrt(select(noise.mean_u, noise.mean_y, part.component == 0u));
    let here = unpack_quad(planes[at]);
    let change = state_values(average[at]) - here;
    settled[at] = pack_quad(here + clamp(change, vec4f(-most), vec4f(most)));
}
