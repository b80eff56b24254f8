// Applies black point, white balance and the curve of luma to a picture.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: tone/shared/tone_model.wgsl
// include: tone/shared/tone_levels.wgsl
// include: tone/shared/tone_curve.wgsl

struct ApplyParams {
    parts: Parts,
    levels: Levels,
    siting: Siting,
}

var<immediate> params: ApplyParams;
@group(0) @binding(0) var<storage, read> planes: array<vec2u>;
@group(0) @binding(1) var<storage, read> model: ToneModel;
@group(0) @binding(2) var<storage, read_write> corrected: array<vec2u>;

const GROUP: u32 = 64u;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return vec2u((size.x + 3u) / 4u, size.y);
}

// Pixels without lifted black, and with grey balanced.
struct Pixels {
    luma: vec4f,
    blue: vec4f,
    red: vec4f,
}

fn balanced(luma: vec4f, blue: vec4f, red: vec4f) -> Pixels {
    let spread = 1.0 / (1.0 - model.black);
    let y = (luma - model.black) * spread;
    // Distances of red and blue from luma are so many times their chroma.
    let red_reach = 2.0 * (1.0 - params.levels.weight_red);
    let blue_reach = 2.0 * (1.0 - params.levels.weight_blue);
    let r = red * spread * red_reach;
    let b = blue * spread * blue_reach;
    let balanced_luma = y
        + params.levels.weight_red * (model.gain_red - model.gain_green) * r
        + params.levels.weight_blue * (model.gain_blue - model.gain_green) * b;
    return Pixels(
        balanced_luma,
        (model.gain_blue * (y + b) - balanced_luma) / blue_reach,
        (model.gain_red * (y + r) - balanced_luma) / red_reach,
    );
}

fn luma_of(code: vec4f) -> vec4f {
    return (code - params.levels.black) * params.levels.luma_scale;
}

fn colour_of(code: vec4f) -> vec4f {
    return (code - GREY) * params.levels.chroma_scale;
}

fn luma_quad(x: u32, y: u32) -> vec4f {
    let columns = (luma_size().x + 3u) / 4u;
    return unpack_quad(planes[min(y, luma_size().y - 1u) * columns + min(x, columns - 1u)]);
}

fn corrected_luma(at: vec2u) -> vec4f {
    var blue = vec4f(0.0);
    var red = vec4f(0.0);
    if (has_chroma()) {
        blue = colour_of(chroma_at(1u, at));
        red = colour_of(chroma_at(2u, at));
    }
    let pixels = balanced(luma_of(luma_quad(at.x, at.y)), blue, red);
    return toned(pixels.luma, model.gain, model.top) / params.levels.luma_scale + params.levels.black;
}

// First row of luma that belongs to a row of chroma, and the distance to the next one.
fn luma_row(y: u32) -> vec2u {
    let shift = params.siting.shift_y;
    let of_field = vec2u(((y >> 1u) << (shift + 1u)) | (y & 1u), 2u);
    return select(vec2u(y << shift, 1u), of_field, params.siting.fields == 1u);
}

// Means of the luma that belongs to the pixels of a quad of chroma.
fn luma_below(at: vec2u) -> vec4f {
    let shift = params.siting.shift_x;
    let rows = luma_row(at.y);
    var sum = vec4f(0.0);
    for (var row = 0u; row < (1u << params.siting.shift_y); row++) {
        let y = rows.x + row * rows.y;
        let x = at.x << shift;
        let a = luma_quad(x, y);
        if (shift == 0u) {
            sum += a;
        } else if (shift == 1u) {
            let b = luma_quad(x + 1u, y);
            sum += 0.5 * (vec4f(a.xz, b.xz) + vec4f(a.yw, b.yw));
        } else {
            let quarter = vec4f(0.25);
            sum += vec4f(
                dot(a, quarter),
                dot(luma_quad(x + 1u, y), quarter),
                dot(luma_quad(x + 2u, y), quarter),
                dot(luma_quad(x + 3u, y), quarter),
            );
        }
    }
    return sum / f32(1u << params.siting.shift_y);
}

fn corrected_chroma(part: Part, index: u32) -> vec4f {
    let luma = part_quads(luma_size());
    let chroma = part_quads(chroma_size());
    let blue = colour_of(unpack_quad(planes[index - part.first + part_start(1u, luma, chroma)]));
    let red = colour_of(unpack_quad(planes[index - part.first + part_start(2u, luma, chroma)]));
    let pixels = balanced(luma_of(luma_below(part.at)), blue, red);
    let colour = select(pixels.red, pixels.blue, part.component == 1u);
    return colour * chroma_gain(pixels.luma, model.gain, model.top) / params.levels.chroma_scale + GREY;
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    let part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let index = part.first + part.at.y * u32(part.quads.x) + part.at.x;
    if (part.component == 0u) {
        corrected[index] = pack_quad(corrected_luma(part.at));
    } else {
        corrected[index] = pack_quad(corrected_chroma(part, index));
    }
}
