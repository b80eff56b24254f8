// Two frames of one layout in one: a wipe, the middle of both beside one another, or their difference. An invocation
// writes four samples of a row; z is 0 for luma and 1 for chroma.
// include: shared/sample_places.wgsl

struct MixParams {
    // Size of luma in pixels.
    width: u32,
    height: u32,
    samples: SamplePlaces,
    // Luma pixels from one chroma sample to the next.
    sub_x: u32,
    // What is shown: WIPE, BESIDE or DIFFERENCE.
    mode: u32,
    // Luma column that the second frame begins at.
    line: u32,
    // First column of the part that is shown of both beside one another.
    left: u32,
    // Factor on the difference.
    gain: f32,
    // Half the width of the line between the frames in pixels; 0 for none.
    thick: u32,
    // Codes of white, of the middle and of the largest sample.
    white: f32,
    middle: f32,
    largest: f32,
}

var<immediate> params: MixParams;
@group(0) @binding(0) var<storage, read> first: array<u32>;
@group(0) @binding(1) var<storage, read> second: array<u32>;
@group(0) @binding(2) var<storage, read_write> mixed: array<u32>;

const WIPE: u32 = 0u;
const BESIDE: u32 = 1u;
const DIFFERENCE: u32 = 2u;

fn code_in(word: u32, byte: u32) -> f32 {
    let mask = select(0xffffu, 0xffu, params.samples.sample_bytes == 1u);
    return f32(((word >> (8u * (byte & 3u))) & mask) >> params.samples.shift);
}

fn code_of_first(byte: u32) -> f32 {
    return code_in(first[byte / 4u], byte);
}

fn code_of_second(byte: u32) -> f32 {
    return code_in(second[byte / 4u], byte);
}

fn write_code(byte: u32, code: f32) {
    let sample = u32(clamp(floor(code + 0.5), 0.0, params.largest)) << params.samples.shift;
    let mask = select(0xffffu, 0xffu, params.samples.sample_bytes == 1u);
    let bits = 8u * (byte & 3u);
    let word = mixed[byte / 4u];
    mixed[byte / 4u] = (word & ~(mask << bits)) | (sample << bits);
}

// The sample that stands at a column; `row` and `step` are bytes, `apart` luma pixels from one column to the next.
fn mixed_code(row: u32, step: u32, apart: u32, column: u32) -> f32 {
    let own = row + column * step;
    if (params.mode == DIFFERENCE) {
        return params.middle + params.gain * (code_of_second(own) - code_of_first(own));
    }
    let is_second = column * apart >= params.line;
    if (params.mode == WIPE) {
        if (is_second) {
            return code_of_second(own);
        }
        return code_of_first(own);
    }
    if (is_second) {
        return code_of_second(own - (params.line - params.left) / apart * step);
    }
    return code_of_first(own + params.left / apart * step);
}

fn is_line(pixel: u32) -> bool {
    return params.mode != DIFFERENCE && pixel + params.thick >= params.line && pixel < params.line + params.thick;
}

fn write_luma(at: vec2u) {
    let row = at.y * params.samples.luma_stride;
    let code = mixed_code(row, params.samples.sample_bytes, 1u, at.x);
    write_code(row + at.x * params.samples.sample_bytes, select(code, params.white, is_line(at.x)));
}

fn write_chroma(at: vec2u) {
    let step = params.samples.chroma_step;
    let row = at.y * params.samples.chroma_stride;
    let neutral = is_line(at.x * params.sub_x);
    let u = mixed_code(params.samples.u_start + row, step, params.sub_x, at.x);
    let v = mixed_code(params.samples.v_start + row, step, params.sub_x, at.x);
    write_code(params.samples.u_start + row + at.x * step, select(u, params.middle, neutral));
    write_code(params.samples.v_start + row + at.x * step, select(v, params.middle, neutral));
}

@compute @workgroup_size(16, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let is_luma = id.z == 0u;
    let luma = vec2u(params.width, params.height);
    let size = select(vec2u(params.samples.chroma_width, params.samples.chroma_height), luma, is_luma);
    let start = 4u * id.x;
    if (id.y >= size.y) {
        return;
    }
    for (var number = 0u; number < 4u; number++) {
        let at = vec2u(start + number, id.y);
        if (at.x >= size.x) {
            return;
        }
        if (is_luma) {
            write_luma(at);
        } else {
            write_chroma(at);
        }
    }
}
