// Copies a few sites of a picture before and after denoising, to be read back.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl

struct GrainSitesParams {
    parts: Parts,
    // Right shifts from luma to chroma coordinates.
    shift_x: u32,
    shift_y: u32,
    // First site, and distance between sites, in luma pixels.
    x: u32,
    y: u32,
    step_x: u32,
    step_y: u32,
    // 256ths of the noise that the frame keeps, in luma and in chroma.
    keep_luma: u32,
    keep_chroma: u32,
}

var<immediate> params: GrainSitesParams;
@group(0) @binding(0) var<storage, read> noisy: array<vec2u>;
@group(0) @binding(1) var<storage, read> clean: array<vec2u>;
// Word 1 counts scene cuts.
@group(0) @binding(2) var<storage, read> scene: array<u32>;
// The count of cuts; then Y, U and V; for each of them all sites; of each the noisy, then the clean quads.
@group(0) @binding(3) var<storage, read_write> sites: array<vec2u>;

const GROUP: u32 = 64u;
// Side of a site in luma pixels; sites in a row, and rows of them.
const SIDE: u32 = 32u;
const COLUMNS: u32 = 4u;
const ROWS: u32 = 2u;

// Quads and rows of a site in one component.
fn site_size(component: u32) -> vec2u {
    let shift = select(vec2u(params.shift_x, params.shift_y), vec2u(0u), component == 0u);
    return vec2u((SIDE / 4u) >> shift.x, SIDE >> shift.y);
}

fn grid_of(size: vec2u, component: u32) -> vec2u {
    let site = site_size(component);
    return select(vec2u(site.x * COLUMNS * ROWS, site.y), vec2u(0u), size.x == 0u);
}

// Quads of both pictures at all sites.
fn all_quads(component: u32) -> u32 {
    let site = site_size(component);
    return 2u * site.x * site.y * COLUMNS * ROWS;
}

// The quad as it goes out: with a share of what it was, as picture/pack does it.
fn given_at(index: u32, component: u32) -> vec2u {
    let now = unpack_stored(clean[index]);
    let keep = i32(select(params.keep_chroma, params.keep_luma, component == 0u));
    let gone = vec4i(unpack_stored(noisy[index]) - now);
    return pack_stored(now + vec4f((gone * keep + 128) >> vec4u(8u)));
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    let part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    if (part.component == 0u && all(part.at == vec2u(0u))) {
        sites[0] = vec2u(scene[1], 0u);
    }
    let size = site_size(part.component);
    let number = part.at.x / size.x;
    let column = part.at.x % size.x;
    let shift = select(vec2u(params.shift_x, params.shift_y), vec2u(0u), part.component == 0u);
    let x = (params.x + number % COLUMNS * params.step_x) >> shift.x;
    let y = (params.y + number / COLUMNS * params.step_y) >> shift.y;
    let source = part.first + (y + part.at.y) * u32(part.quads.x) + x / 4u + column;
    let before = select(all_quads(0u), 0u, part.component == 0u) + select(0u, all_quads(1u), part.component == 2u);
    let target_quad = 1u + before + (2u * number * size.y + part.at.y) * size.x + column;
    sites[target_quad] = noisy[source];
    sites[target_quad + size.x * size.y] = given_at(source, part.component);
}
