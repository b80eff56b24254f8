// All that the passes of the tracker know of the plane.
//
// Homographies map the plane (the quad is the square from -1 to 1) to pixels of luma, scaled so
// that their last element is 1. Luma is in 8-bit code values less 128 throughout.

struct Track {
    // The plane: at arming, in work, before the second pass, in the last frame and the one before,
    // when last seen, and as expected now.
    home: mat3x3f,
    now: mat3x3f,
    kept: mat3x3f,
    last: mat3x3f,
    before: mat3x3f,
    seen: mat3x3f,
    predicted: mat3x3f,
    // Motion of the frame's points in one frame.
    way: mat3x3f,
    // Where a point of the plane at mid-exposure is at the shutter's end, seen from its start.
    path: mat3x3f,
    // What the operator corrected: from the corrected plane to the tracked one, and where that
    // came from.
    anchor: mat3x3f,
    anchor_old: mat3x3f,
    // For each level: taps that bring the template to the frame's footprint, in units of the
    // plane; and taps that bring the frame to the template's, in pixels. Two directions each.
    template_taps: array<vec4f, 4>,
    image_taps: array<vec4f, 4>,
    // Light: gain and bias 1, x, y | x2, xy, y2, and the scale of the residuals. In work, before
    // the second pass, of the last frame.
    light: array<vec4f, 2>,
    kept_light: array<vec4f, 2>,
    last_light: array<vec4f, 2>,
    // Mean sides of the armed quad in pixels: width, height. Its middle at arming.
    size: vec4f,
    // What of the frame is needed, in pixels: x0, y0, x1, y1.
    roi: vec4f,
    // Share of the texture that agrees, mean correlation, share of the first pass, inliers.
    judged: vec4f,
    // Part of the frame time that the shutter is open, frames it was found from, way of the
    // farthest point in pixels, steps to divide the path into.
    shutter: vec4f,
    // How far the correction has come, 0 to 1; visibility; confidence; usual scale of residuals.
    shown: vec4f,
    mode: u32,
    state: u32,
    // Frames since arming or finding again, and frames lost.
    age: u32,
    lost: u32,
    // What of the frame is needed where the plane is not where it is expected.
    wide: vec4f,
    // The look in which the template was drawn last: path, taps of the finest level; way in pixels,
    // 1 where it was drawn at all, and the modes in which it is drawn now.
    drawn_path: mat3x3f,
    drawn_taps: vec4f,
    drawn: vec4f,
}

// The quad takes 12 of the 16 cells along a side; the ring around it has the rest.
const CELLS: u32 = 16u;
const CELL_COUNT: u32 = 256u;
const REACH_OF_GRID: f32 = 16.0 / 12.0;

// Modes of a frame.
const MODE_FOLLOW: u32 = 1u;
const MODE_REFINE: u32 = 2u;
const MODE_HUNT: u32 = 4u;
const MODE_SEARCH: u32 = 8u;
const MODE_APPROACH: u32 = 16u;

// States, as in the pose.
const STATE_IDLE: u32 = 0u;
const STATE_TRACKING: u32 = 1u;
const STATE_DEGRADED: u32 = 2u;
const STATE_LOST: u32 = 3u;

const IDENTITY: mat3x3f = mat3x3f(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0);

fn inverse3(m: mat3x3f) -> mat3x3f {
    let a = cross(m[1], m[2]);
    let b = cross(m[2], m[0]);
    let c = cross(m[0], m[1]);
    return transpose(mat3x3f(a, b, c)) * (1.0 / dot(m[0], a));
}

fn normalised(m: mat3x3f) -> mat3x3f {
    return m * (1.0 / m[2].z);
}

fn project(m: mat3x3f, p: vec2f) -> vec2f {
    let h = m * vec3f(p, 1.0);
    return h.xy / h.z;
}

// The place of a sample of the template in the plane.
fn place_of(column: u32, row: u32, side: u32) -> vec2f {
    return REACH_OF_GRID * (2.0 * (vec2f(f32(column), f32(row)) + 0.5) / f32(side) - 1.0);
}

// The cell of the memory at a place in the plane.
fn cell_at(p: vec2f) -> u32 {
    let at = vec2i((p + REACH_OF_GRID) * (f32(CELLS) / (2.0 * REACH_OF_GRID)));
    let cell = clamp(at, vec2i(0), vec2i(i32(CELLS) - 1));
    return u32(cell.y) * CELLS + u32(cell.x);
}

// Squares along a side of a grid: as many as cells in the finest, half as many in the next.
fn squares_along(grid: u32) -> u32 {
    return CELLS >> grid;
}

fn square_count(grid: u32) -> u32 {
    return squares_along(grid) * squares_along(grid);
}

fn is_inner_cell(cell: u32) -> bool {
    let x = cell % CELLS;
    let y = cell / CELLS;
    return x >= 2u && x < 14u && y >= 2u && y < 14u;
}
