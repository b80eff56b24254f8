// Position of an invocation in Y, U and V, which lie one after the other in each buffer. One dispatch
// processes all three; each component begins with a new workgroup.
//
// The shader that includes this also includes shared/filled.wgsl, has `parts: Parts` in `params`, and
// defines
//   GROUP: the size of its workgroups,
//   grid_of(size: vec2u, component: u32) -> vec2u: columns and rows of invocations for a component of `size`
//     pixels.

struct Parts {
    // Size of luma and of a chroma component in pixels.
    luma_width: u32,
    luma_height: u32,
    chroma_width: u32,
    chroma_height: u32,
    // Components of this dispatch, from first to end - 1: 0 for Y, 1 for U, 2 for V.
    first: u32,
    end: u32,
    // 1 if the bound buffers hold all components, 0 if they hold only the first of this dispatch.
    joined: u32,
}

// Components begin at multiples of this many quads: bindings can begin at multiples of 256 bytes, which are
// 32 quads of values.
const PART_QUADS: u32 = 32u;

// Component and position of an invocation.
struct Part {
    component: u32,
    width: u32,
    height: u32,
    // Quads in a row, and rows.
    quads: vec2i,
    // First quad of the component in the buffers.
    first: u32,
    // Column and row in the grid.
    at: vec2u,
    // False for idle invocations of the last workgroup.
    is_inside: bool,
}

fn luma_size() -> vec2u {
    return vec2u(params.parts.luma_width, params.parts.luma_height);
}

fn chroma_size() -> vec2u {
    return vec2u(params.parts.chroma_width, params.parts.chroma_height);
}

// First element of a component if luma takes `luma` and each chroma component `chroma` elements.
fn part_start(component: u32, luma: u32, chroma: u32) -> u32 {
    let start = select(luma + (component - 1u) * chroma, 0u, component == 0u);
    return select(0u, start, params.parts.joined == 1u);
}

fn part_quads(size: vec2u) -> u32 {
    return ((size.x + 3u) / 4u * size.y + PART_QUADS - 1u) & ~(PART_QUADS - 1u);
}

fn part_groups(grid: vec2u) -> u32 {
    return (grid.x * grid.y + GROUP - 1u) / GROUP;
}

fn find_part(group: vec3u, groups: vec3u, local: u32) -> Part {
    let number = group.y * groups.x + group.x;
    let first = params.parts.first;
    let luma_groups = select(0u, part_groups(grid_of(luma_size(), 0u)), first == 0u);
    let is_luma = number < luma_groups;
    let chroma_groups = max(part_groups(grid_of(chroma_size(), 1u)), 1u);
    let rest = number - luma_groups;
    let is_second = rest >= chroma_groups;
    let component = select(max(first, 1u) + select(0u, 1u, is_second), 0u, is_luma);
    let index = select(rest - select(0u, chroma_groups, is_second), number, is_luma) * GROUP + local;
    let size = select(chroma_size(), luma_size(), component == 0u);
    let grid = grid_of(size, component);
    let at = place_in_rows(index, max(grid.x, 1u));
    return Part(
        component,
        size.x,
        size.y,
        vec2i(i32(size.x + 3u) / 4, i32(size.y)),
        part_start(component, part_quads(luma_size()), part_quads(chroma_size())),
        at,
        component < params.parts.end && at.x < grid.x && at.y < grid.y,
    );
}
