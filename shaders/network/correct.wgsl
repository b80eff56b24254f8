// Adds a network's correction to the picture, multiplied by one share for luma and one for chroma.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl

struct CorrectParams {
    parts: Parts,
    // Chroma samples across and down a cell: 1 or 2. A cell has 2x2 luma samples.
    cell_x: u32,
    cell_y: u32,
    // Cells from one row of the map to the next.
    pitch: u32,
    // Factor from 0..1 to 8-bit code values.
    scale: f32,
    // Factor on the correction, in addition to `share`.
    strength: f32,
}

var<immediate> params: CorrectParams;
@group(0) @binding(0) var<storage, read> corrections: array<vec4u>;
@group(0) @binding(1) var<storage, read> share: array<f32>;
@group(0) @binding(2) var<storage, read> planes: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> corrected: array<vec2u>;

// Component of this invocation.
var<private> part: Part;

fn chroma_correction(x: u32, row: u32) -> f32 {
    let pair = unpack2x16float(corrections[row + x / params.cell_x].z);
    return select(pair.x, pair.y, part.component == 2u);
}

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
    let cell_y = select(params.cell_y, 2u, part.component == 0u);
    let row = (part.at.y / cell_y + 1u) * params.pitch + 1u;
    var found: vec4f;
    if (part.component == 0u) {
        let left = corrections[row + part.at.x * 2u];
        let right = corrections[row + part.at.x * 2u + 1u];
        let pairs = select(vec2u(left.x, right.x), vec2u(left.y, right.y), (part.at.y & 1u) != 0u);
        found = vec4f(unpack2x16float(pairs.x), unpack2x16float(pairs.y));
    } else {
        let x = part.at.x * 4u;
        found = vec4f(
            chroma_correction(x, row), chroma_correction(x + 1u, row),
            chroma_correction(x + 2u, row), chroma_correction(x + 3u, row),
        );
    }
    let at = part.first + part.at.y * u32(part.quads.x) + part.at.x;
    let before = unpack_quad(planes[at]);
    let after = before + found * (params.scale * params.strength * share[min(part.component, 1u)]);
    corrected[at] = pack_quad(clamp(after, vec4f(0.0), vec4f(params.scale)));
}
