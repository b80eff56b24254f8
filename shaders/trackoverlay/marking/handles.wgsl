// Draws marks over a frame: a white ring with a dark rim around each, a dot in it, lines between them, and a second ring
// around the first, the plane's top-left corner. An invocation draws four samples of a row.
// include: shared/sample_places.wgsl
// include: trackoverlay/shared/frame_read.wgsl

struct HandlesParams {
    // Size of luma in pixels.
    width: u32,
    height: u32,
    samples: SamplePlaces,
    // Distance of neighbouring chroma samples in luma pixels, and position of the first one.
    sub_x: f32,
    sub_y: f32,
    site_x: f32,
    site_y: f32,
    // Line of the picture that a row holds is row * line_step + line_first.
    line_step: f32,
    line_first: f32,
    // Codes of black, of white, and of zero chroma.
    black: f32,
    white: f32,
    chroma_mid: f32,
    // Marks in pixels of the picture, and how many there are.
    x_0: f32,
    y_0: f32,
    x_1: f32,
    y_1: f32,
    x_2: f32,
    y_2: f32,
    x_3: f32,
    y_3: f32,
    count: u32,
    // Radius of a ring in pixels of the picture.
    radius: f32,
    // First pixel to draw, a multiple of 4 in x.
    luma_x: u32,
    luma_y: u32,
}

var<immediate> params: HandlesParams;
@group(0) @binding(0) var<storage, read_write> frame: array<u32>;

const FAR: f32 = 1e6;
// Width of lines as a share of the radius.
const THICKNESS: f32 = 1.0 / 6.0;
// Width of the dark rim in pixels, and how dark it is.
const RIM: f32 = 1.25;
const DARKNESS: f32 = 0.75;

fn mark(index: u32) -> vec2f {
    switch index {
        case 0u: { return vec2f(params.x_0, params.y_0); }
        case 1u: { return vec2f(params.x_1, params.y_1); }
        case 2u: { return vec2f(params.x_2, params.y_2); }
        default: { return vec2f(params.x_3, params.y_3); }
    }
}

// Distance to the line between two marks, as far as it is outside of their rings.
fn way_to_line(at: vec2f, a: vec2f, b: vec2f) -> f32 {
    if (min(distance(at, a), distance(at, b)) < params.radius) {
        return FAR;
    }
    let along = b - a;
    let part = clamp(dot(at - a, along) / max(dot(along, along), 1e-6), 0.0, 1.0);
    return distance(at, a + part * along);
}

fn way_to_marks(at: vec2f) -> f32 {
    var nearest = FAR;
    for (var index = 0u; index < params.count; index++) {
        let own = mark(index);
        let way = distance(at, own);
        nearest = min(nearest, min(abs(way - params.radius), way));
        if (index == 0u) {
            nearest = min(nearest, abs(way - 0.5 * params.radius));
        }
        if (index + 1u < params.count) {
            nearest = min(nearest, way_to_line(at, own, mark(index + 1u)));
        }
    }
    if (params.count == 4u) {
        nearest = min(nearest, way_to_line(at, mark(3u), mark(0u)));
    }
    return nearest;
}

// Shares of the sample at a place that are dark and then white.
fn cover(place: vec2f) -> vec2f {
    let at = vec2f(place.x, place.y * params.line_step + params.line_first);
    let inside = 0.5 * THICKNESS * params.radius - way_to_marks(at) + 0.5;
    return vec2f(DARKNESS * clamp(inside + RIM, 0.0, 1.0), clamp(inside, 0.0, 1.0));
}

fn write_code(byte: u32, code: f32) {
    let sample = u32(max(floor(code + 0.5), 0.0)) << params.samples.shift;
    let mask = select(0xffffu, 0xffu, params.samples.sample_bytes == 1u);
    let bits = 8u * (byte & 3u);
    let word = frame[byte / 4u];
    frame[byte / 4u] = (word & ~(mask << bits)) | (sample << bits);
}

fn draw_luma(at: vec2i) {
    let share = cover(vec2f(at));
    if (share.x > 0.0) {
        let dark = mix(luma_code(at), params.black, share.x);
        write_code(luma_byte(at), mix(dark, params.white, share.y));
    }
}

fn draw_chroma(at: vec2i) {
    let site = vec2f(at) * vec2f(params.sub_x, params.sub_y) + vec2f(params.site_x, params.site_y);
    let share = cover(site);
    if (share.x > 0.0) {
        let code = mix(chroma_code(at.x, at.y), vec2f(params.chroma_mid), max(share.x, share.y));
        write_code(params.samples.u_start + chroma_byte(at), code.x);
        write_code(params.samples.v_start + chroma_byte(at), code.y);
    }
}

@compute @workgroup_size(16, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let is_luma = id.z == 0u;
    let size = select(vec2u(params.samples.chroma_width, params.samples.chroma_height), vec2u(params.width, params.height), is_luma);
    let luma = vec2u(params.luma_x, params.luma_y);
    let chroma = vec2u(vec2f(luma) / vec2f(params.sub_x, params.sub_y)) & vec2u(~3u, ~0u);
    let origin = select(chroma, luma, is_luma);
    let first = origin + id.xy * vec2u(4u, 1u);
    if (first.y >= size.y) {
        return;
    }
    for (var x = first.x; x < min(first.x + 4u, size.x); x++) {
        if (is_luma) {
            draw_luma(vec2i(i32(x), i32(first.y)));
        } else {
            draw_chroma(vec2i(i32(x), i32(first.y)));
        }
    }
}
