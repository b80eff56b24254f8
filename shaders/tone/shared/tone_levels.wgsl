// Levels of a stream, and luma and chroma at the same pixels. The shader that includes this includes
// shared/parts.wgsl too, and has `levels: Levels` and `siting: Siting` in `params`.

struct Levels {
    // Black in 8-bit code values, and factors from these to luma of 0 to 1 and to chroma of -0.5 to 0.5.
    black: f32,
    luma_scale: f32,
    chroma_scale: f32,
    // Weights of red and blue in luma.
    weight_red: f32,
    weight_blue: f32,
}

struct Siting {
    // Right shifts from luma to chroma columns and rows.
    shift_x: u32,
    shift_y: u32,
    // 1 if rows belong to two fields in turn.
    fields: u32,
}

// Code value of no colour.
const GREY: f32 = 128.0;

// Row of chroma that belongs to a row of luma: of the same field.
fn chroma_row(y: u32) -> u32 {
    let shift = params.siting.shift_y;
    let of_field = ((y >> (shift + 1u)) << 1u) | (y & 1u);
    return min(select(y >> shift, of_field, params.siting.fields == 1u), chroma_size().y - 1u);
}

fn has_chroma() -> bool {
    return chroma_size().x > 0u && params.parts.end > 1u;
}

// Chroma of the pixels of a quad of luma.
fn chroma_at(component: u32, at: vec2u) -> vec4f {
    let columns = (chroma_size().x + 3u) / 4u;
    let first = part_start(component, part_quads(luma_size()), part_quads(chroma_size()));
    let shift = params.siting.shift_x;
    let column = (at.x * 4u) >> shift;
    let quad = min(column / 4u, columns - 1u);
    let v = unpack_quad(planes[first + chroma_row(at.y) * columns + quad]);
    let place = column - quad * 4u;
    if (shift == 0u) {
        return v;
    }
    if (shift == 1u) {
        return select(v.xxyy, v.zzww, place >= 2u);
    }
    return vec4f(v[min(place, 3u)]);
}
