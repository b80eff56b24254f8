// State of the tracker, shared by its passes.
//
// Homographies map the plane, where the quad is the square from -1 to 1, to luma pixels; their last element
// is 1. Luma is in 8-bit code values minus 128 throughout.

struct Track {
    // Homography of the plane: at arming, being aligned, before the second pass, in the last frame and the
    // one before, when last seen, and as predicted.
    home: mat3x3f,
    now: mat3x3f,
    kept: mat3x3f,
    last: mat3x3f,
    before: mat3x3f,
    seen: mat3x3f,
    predicted: mat3x3f,
    // Motion of the frame's points during one frame time.
    way: mat3x3f,
    // Maps a point of the plane at mid-exposure from its position at the start of the exposure to that at
    // the end.
    path: mat3x3f,
    // The user's correction: homography from the corrected plane to the tracked one; and the one before it,
    // from which it is interpolated.
    anchor: mat3x3f,
    anchor_old: mat3x3f,
    // For each level: taps that blur the template to the frame's footprint, in units of the plane; and taps
    // that blur the frame to the template's, in pixels. Two directions each.
    template_taps: array<vec4f, 4>,
    image_taps: array<vec4f, 4>,
    // Light: gain and bias 1, x, y | x2, xy, y2, and the scale of the residuals. Being aligned, before the
    // second pass, and of the last frame.
    light: array<vec4f, 2>,
    kept_light: array<vec4f, 2>,
    last_light: array<vec4f, 2>,
    // Mean lengths of the armed quad's sides in pixels (width, height), and its centre at arming.
    size: vec4f,
    // Part of the frame that is needed, in pixels: x0, y0, x1, y1.
    roi: vec4f,
    // Share of the texture that agrees, mean correlation, share after the first pass, inliers.
    judged: vec4f,
    // Exposure as a part of the frame time, number of frames it was measured in, motion of the farthest
    // point in pixels, number of steps to sample the path.
    shutter: vec4f,
    // Progress of the correction, 0 to 1; visibility; confidence; usual scale of residuals.
    shown: vec4f,
    mode: u32,
    state: u32,
    // Frames since arming or finding again, and frames since the loss.
    age: u32,
    lost: u32,
    // Part of the frame that is needed if the plane is not at its expected position.
    wide: vec4f,
    // How the template was last drawn: path, taps of the finest level; motion in pixels, 1 if it was drawn
    // at all, and the modes in which it is drawn now.
    drawn_path: mat3x3f,
    drawn_taps: vec4f,
    drawn: vec4f,
}

// The quad covers 12 of the 16 cells along a side; the ring around it covers the rest.
const CELLS: u32 = 16u;
const CELL_COUNT: u32 = 256u;
const REACH_OF_GRID: f32 = 16.0 / 12.0;

// Modes of a frame, as bits.
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

// Position in the plane of a sample of the template.
fn place_of(column: u32, row: u32, side: u32) -> vec2f {
    return REACH_OF_GRID * (2.0 * (vec2f(f32(column), f32(row)) + 0.5) / f32(side) - 1.0);
}

// Cell of the memory at a position in the plane.
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
