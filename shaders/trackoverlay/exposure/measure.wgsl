// Measures what a viewer sees of the placement in one frame: how much of it is behind something, and its brightness
// beside that of the plane below. One workgroup, at places spread evenly over the placement.
// include: trackoverlay/place/shared/spot.wgsl
// include: shared/sample_places.wgsl
// include: trackoverlay/shared/frame_read.wgsl

struct MeasureParams {
    // Size of luma in pixels.
    width: u32,
    height: u32,
    samples: SamplePlaces,
    // Code of black, and codes from black to white.
    luma_offset: f32,
    luma_scale: f32,
    // Size of the source relative to the plane.
    fit_x: f32,
    fit_y: f32,
    // Columns and rows of the matte's shares, 0 without one.
    share_cols: u32,
    share_rows: u32,
}

struct Shown {
    // Corners of the placement in pixels of the frame.
    corners_x: vec4f,
    corners_y: vec4f,
    // 1 if it was drawn, its opacity, and the confidence in the pose.
    drawn: f32,
    opacity: f32,
    confidence: f32,
    // Areas in units of the placement's middle: all in the frame, and what is hidden of that.
    area: f32,
    hidden: f32,
    // Luma, 0 to 1, times the area that is not hidden: of the placement, and of the plane below.
    luma: f32,
    plate_luma: f32,
    spare: f32,
}

var<immediate> params: MeasureParams;
@group(0) @binding(0) var<storage, read> found_spot: Spot;
// Workgroups that drew luma: none if nothing was drawn.
@group(0) @binding(1) var<storage, read> groups: array<u32>;
@group(0) @binding(2) var<storage, read> pose: array<vec4f>;
@group(0) @binding(3) var<storage, read> shares: array<f32>;
// Before and after the placement was drawn.
@group(0) @binding(4) var<storage, read> frame: array<u32>;
@group(0) @binding(5) var<storage, read> drawn_frame: array<u32>;
@group(0) @binding(6) var<storage, read_write> shown: Shown;

// Places along a side, each somewhere in its own cell of the placement: the golden ratio spreads them, so that a
// straight edge crosses no whole row of them at once.
const SIDE: u32 = 48u;
const GOLDEN: f32 = 0.618034;
const LANES: u32 = 256u;

var<workgroup> parts: array<vec4f, 256>;

fn drawn_code(at: vec2i) -> f32 {
    let byte = luma_byte(at);
    let mask = select(0xffffu, 0xffu, params.samples.sample_bytes == 1u);
    let word = drawn_frame[byte / 4u] >> (8u * (byte & 3u));
    return f32((word & mask) >> params.samples.shift);
}

// Share of the plane at one of its places, -1 to 1: as compositing has it (place/shared/placement.wgsl).
fn uncovered(on_plane: vec2f) -> f32 {
    if (params.share_cols == 0u) {
        return 1.0;
    }
    let last = vec2i(i32(params.share_cols), i32(params.share_rows)) - vec2i(1);
    let place = clamp((0.5 * on_plane + 0.5) * vec2f(last + vec2i(1)) - 0.5, vec2f(0.0), vec2f(last));
    let a = clamp(vec2i(place), vec2i(0), last);
    let b = min(a + vec2i(1), last);
    let part = place - vec2f(a);
    let upper = a.y * (last.x + 1);
    let lower = b.y * (last.x + 1);
    let above = mix(shares[upper + a.x], shares[upper + b.x], part.x);
    let below = mix(shares[lower + a.x], shares[lower + b.x], part.x);
    return mix(above, below, part.y);
}

// Area, hidden area, and both lumas of one place.
fn measured(number: u32, row_x: vec3f, row_y: vec3f, row_w: vec3f) -> vec4f {
    let cell = vec2f(vec2u(number % SIDE, number / SIDE));
    let within = fract(cell.yx * GOLDEN);
    let fit = min(vec2f(params.fit_x, params.fit_y), vec2f(1.0));
    let on_plane = ((cell + within) * (2.0 / f32(SIDE)) - 1.0) * fit;
    let depth = dot(row_w, vec3f(on_plane, 1.0));
    let at = vec2f(dot(row_x, vec3f(on_plane, 1.0)), dot(row_y, vec3f(on_plane, 1.0))) / depth;
    let end = vec2f(vec2u(params.width, params.height)) - 0.5;
    // Written so that a place that is not a number is outside.
    if (!(all(at >= vec2f(-0.5)) && all(at < end))) {
        return vec4f(0.0);
    }
    let nearer = row_w.z / depth;
    let area = nearer * nearer * nearer;
    let pixel = clamp(vec2i(round(at)), vec2i(0), vec2i(i32(params.width), i32(params.height)) - vec2i(1));
    let seen = area * uncovered(on_plane);
    let codes = vec2f(drawn_code(pixel), luma_code(pixel));
    let luma = seen * (codes - params.luma_offset) / params.luma_scale;
    return vec4f(area, area - seen, luma);
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
    let row_x = pose[0].xyz;
    let row_y = pose[1].xyz;
    let row_w = pose[2].xyz;
    let is_drawn = groups[0] > 0u;
    var sum = vec4f(0.0);
    if (is_drawn) {
        for (var number = lane; number < SIDE * SIDE; number += LANES) {
            sum += measured(number, row_x, row_y, row_w);
        }
    }
    parts[lane] = sum;
    workgroupBarrier();
    // Halves until one is left, always in the same order.
    for (var width = LANES / 2u; width > 0u; width /= 2u) {
        if (lane < width) {
            parts[lane] += parts[lane + width];
        }
        workgroupBarrier();
    }
    if (lane == 0u) {
        let total = parts[0];
        shown.corners_x = found_spot.corners_x;
        shown.corners_y = found_spot.corners_y;
        shown.drawn = select(0.0, 1.0, is_drawn);
        shown.opacity = found_spot.light.z;
        shown.confidence = pose[6].z;
        shown.area = total.x;
        shown.hidden = total.y;
        shown.luma = total.z;
        shown.plate_luma = total.w;
    }
}
