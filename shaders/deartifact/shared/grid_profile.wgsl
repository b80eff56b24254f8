// Profile of steps: how much higher the step at each column or row boundary is than its neighbouring steps,
// averaged over the picture. A block grid shows as a comb. Twin: grid_profile.
//
// The shader that includes this also includes shared/packed.wgsl, has `width` and `height` in `params`, and
// binds `plane` and
//   profile: array<atomic<u32>>: bits of floats, one for each column (padding of the last quad included),
//     then one for each row. Boundary i lies before column or row i.

// A single step counts at most this much.
const MOST: f32 = 8.0;

fn excess(before: vec4f, step_here: vec4f, after: vec4f) -> vec4f {
    return clamp(step_here - 0.5 * (before + after), vec4f(-MOST), vec4f(MOST));
}

// Number of partial sums of each average, each by its own invocation, so that no loop is long.
const PARTS: u32 = 16u;

// Boundaries of the columns of one quad, summed over every fourth row of one part of the rows.
fn columns(x: u32, part: u32, quads: u32) -> vec4f {
    var sum = vec4f(0.0);
    for (var y = 1u + 4u * part; y < params.height; y += 4u * PARTS) {
        let row = y * quads;
        let here = unpack_quad(plane[row + x]);
        let left = unpack_quad(plane[row + max(x, 1u) - 1u]);
        let right = unpack_quad(plane[row + min(x + 1u, quads - 1u)]);
        let steps = abs(here - vec4f(left.w, here.xyz));
        sum += excess(vec4f(abs(left.w - left.z), steps.xyz), steps, vec4f(steps.yzw, abs(right.x - here.w)));
    }
    return sum;
}

// Boundary above one row, summed over every fourth quad of one part of the quads.
fn row(y: u32, part: u32, quads: u32) -> vec4f {
    let above = (max(y, 1u) - 1u) * quads;
    let far_above = (max(y, 2u) - 2u) * quads;
    let below = min(y + 1u, params.height - 1u) * quads;
    var sum = vec4f(0.0);
    for (var x = 4u * part; x < quads; x += 4u * PARTS) {
        let here = unpack_quad(plane[y * quads + x]);
        let before = unpack_quad(plane[above + x]);
        let steps = abs(here - before);
        let first = abs(before - unpack_quad(plane[far_above + x]));
        sum += excess(first, steps, abs(unpack_quad(plane[below + x]) - here));
    }
    return sum;
}

var<workgroup> sums: array<array<vec4f, 8>, 16>;

fn store_profile(at: u32, value: f32) {
    atomicStore(&profile[at], bitcast<u32>(value));
}

fn profile_at(at: u32) -> f32 {
    return bitcast<f32>(atomicLoad(&profile[at]));
}

// Profile of the columns of eight quads, or of eight rows, by a workgroup of 8 x PARTS. `at` is the
// invocation's quad or row, `local` its position in the workgroup.
fn find_profile(is_row: bool, at: u32, local: vec2u) {
    let quads = (params.width + 3u) / 4u;
    let inside = at < select(quads, params.height, is_row);
    var sum = vec4f(0.0);
    if (inside && is_row) {
        sum = row(at, local.y, quads);
    } else if (inside) {
        sum = columns(at, local.y, quads);
    }
    sums[local.y][local.x] = sum;
    workgroupBarrier();
    if (local.y == 0u && inside) {
        for (var part = 1u; part < PARTS; part++) {
            sum += sums[part][local.x];
        }
        if (is_row) {
            let count = 4u * ((quads + 3u) / 4u);
            store_profile(quads * 4u + at, dot(sum, vec4f(1.0)) / f32(count));
        } else {
            let mean = sum / f32(max((params.height + 2u) / 4u, 1u));
            store_profile(at * 4u, mean.x);
            store_profile(at * 4u + 1u, mean.y);
            store_profile(at * 4u + 2u, mean.z);
            store_profile(at * 4u + 3u, mean.w);
        }
    }
}
