// How much higher the step at each column or row boundary is than the steps beside it, on average
// over the picture. Block grids show as combs in it.
// include: shared/packed.wgsl

struct GridProfileParams {
    width: u32,
    height: u32,
    // 0 for boundaries between columns, 1 for those between rows.
    axis: u32,
}

var<immediate> params: GridProfileParams;
@group(0) @binding(0) var<storage, read> plane: array<vec2u>;
// One to a column, columns of the last quad included, then one to a row: boundary i lies before it.
@group(0) @binding(1) var<storage, read_write> profile: array<f32>;

// No single step counts for more than this.
const MOST: f32 = 8.0;

fn excess(before: vec4f, step_here: vec4f, after: vec4f) -> vec4f {
    return clamp(step_here - 0.5 * (before + after), vec4f(-MOST), vec4f(MOST));
}

// The boundaries of the columns of one quad, over every fourth row.
fn columns(x: u32, quads: u32) -> vec4f {
    var sum = vec4f(0.0);
    var count = 0.0;
    for (var y = 1u; y < params.height; y += 4u) {
        let row = y * quads;
        let here = unpack_quad(plane[row + x]);
        let left = unpack_quad(plane[row + max(x, 1u) - 1u]);
        let right = unpack_quad(plane[row + min(x + 1u, quads - 1u)]);
        let steps = abs(here - vec4f(left.w, here.xyz));
        sum += excess(vec4f(abs(left.w - left.z), steps.xyz), steps, vec4f(steps.yzw, abs(right.x - here.w)));
        count += 1.0;
    }
    return sum / max(count, 1.0);
}

// The boundary above one row, over every fourth quad.
fn row(y: u32, quads: u32) -> f32 {
    let above = (max(y, 1u) - 1u) * quads;
    let far_above = (max(y, 2u) - 2u) * quads;
    let below = min(y + 1u, params.height - 1u) * quads;
    var sum = vec4f(0.0);
    var count = 0.0;
    for (var x = 0u; x < quads; x += 4u) {
        let here = unpack_quad(plane[y * quads + x]);
        let before = unpack_quad(plane[above + x]);
        let steps = abs(here - before);
        let first = abs(before - unpack_quad(plane[far_above + x]));
        sum += excess(first, steps, abs(unpack_quad(plane[below + x]) - here));
        count += 4.0;
    }
    return dot(sum, vec4f(1.0)) / count;
}

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quads = (params.width + 3u) / 4u;
    if (params.axis == 0u) {
        if (id.x < quads) {
            let found = columns(id.x, quads);
            profile[id.x * 4u] = found.x;
            profile[id.x * 4u + 1u] = found.y;
            profile[id.x * 4u + 2u] = found.z;
            profile[id.x * 4u + 3u] = found.w;
        }
    } else if (id.x < params.height) {
        profile[quads * 4u + id.x] = row(id.x, quads);
    }
}
