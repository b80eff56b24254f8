// Shrinkage by trained curves in tiles: the part that all such shaders share.

// Curve of this invocation's row of coefficients.
var<private> own_curve: LaneCurve;
var<private> own_scale: f32;

fn source_quad(x: i32, y: i32, quads: vec2i) -> vec4u {
    let quad = to_uint(unpack_stored(planes[part.first + quad_index(x, y, quads)]));
    return select(quad, quad.wzyx, is_mirrored(x, quads));
}

fn block_weight(energy: f32) -> f32 {
    return 1.0 / (1.0 + energy);
}

fn finished(at: vec2u, values: vec4f) -> vec4f {
    return values;
}

// Stored values without decoding: their offset is in the mean only, which is kept.
fn tile_line(at: u32) -> Line {
    return Line(to_float(tile_pixels(at)), to_float(tile_pixels(at + 4u * TILE_WIDTH)));
}

// Factor on energies before they enter the curves.
fn energy_scale(growth: f32) -> f32 {
    let threshold = max(model.threshold * part_gain(), 1e-3);
    let unit = VALUE_SCALE * threshold;
    return pow(threshold / 8.0, -growth) / (unit * unit);
}

fn scaled_squares(f: Line, scale: f32) -> Line {
    return Line(f.a * f.a * scale, f.b * f.b * scale);
}

// Adds the gains of all coefficients except the mean.
fn add_gains(block: u32, lane: u32, gains: Line) {
    var squares = gains.a * gains.a;
    squares.x = select(squares.x, 0.0, lane == 0u);
    add_energy(block, lane, squares + gains.b * gains.b);
}

// Multiplies the coefficients by their gains; the mean is kept.
fn weighed(lane: u32, f: Line, gains: Line) -> Line {
    var a = f.a * gains.a;
    a.x = select(a.x, f.a.x, lane == 0u);
    return Line(a, f.b * gains.b);
}
