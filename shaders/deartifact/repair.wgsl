// Levels the steps at the block grid.
// include: shared/packed.wgsl
// include: shared/damage_model.wgsl

struct RepairParams {
    width: u32,
    height: u32,
}

var<immediate> params: RepairParams;
@group(0) @binding(0) var<storage, read> plane: array<vec2u>;
@group(0) @binding(1) var<storage, read> model: DamageModel;
@group(0) @binding(2) var<storage, read_write> levelled: array<vec2u>;

// The boundary of a grid nearest to a place: the first pixel behind it.
fn boundary(place: f32, period: f32, offset: f32) -> i32 {
    return i32(round(offset + round((place - offset) / period) * period));
}

fn sample(x: i32, y: u32, quads: u32) -> f32 {
    let quad = unpack_quad(plane[y * quads + u32(x) / 4u]);
    return quad[u32(x) % 4u];
}

// How far the inner two of four pixels around a boundary lie from the slope between the outer two
// and themselves. A step too high for the quantizer is the picture's own.
fn jump(p1: vec4f, p0: vec4f, q0: vec4f, q1: vec4f) -> vec4f {
    let excess = (q0 - p0) - 0.5 * ((p0 - p1) + (q1 - q0));
    return excess * clamp(2.0 - abs(excess) / model.deblock, vec4f(0.0), vec4f(1.0));
}

// Share of the jump that a pixel takes, so many pixels behind the boundary.
fn ramp(distance: vec4f) -> vec4f {
    let near = 0.375 * step(abs(distance + 0.5), vec4f(0.6));
    let far = 0.125 * (step(abs(distance + 0.5), vec4f(1.6)) - step(abs(distance + 0.5), vec4f(0.6)));
    return (near + far) * -sign(distance + 0.5);
}

fn across_columns(x: u32, y: u32, quads: u32) -> vec4f {
    let at = boundary(f32(x * 4u) + 2.0, model.period_x, model.offset_x);
    let distance = vec4f(0.0, 1.0, 2.0, 3.0) + f32(i32(x * 4u) - at);
    if (at < 2 || at + 2 > i32(params.width) || distance.x > 1.5 || distance.w < -2.5) {
        return vec4f(0.0);
    }
    let step_here = jump(
        vec4f(sample(at - 2, y, quads)), vec4f(sample(at - 1, y, quads)),
        vec4f(sample(at, y, quads)), vec4f(sample(at + 1, y, quads)),
    );
    return step_here * ramp(distance);
}

fn across_rows(x: u32, y: u32, quads: u32) -> vec4f {
    let at = boundary(f32(y) + 0.5, model.period_y, model.offset_y);
    let distance = f32(i32(y) - at);
    if (at < 2 || at + 2 > i32(params.height) || distance > 1.5 || distance < -2.5) {
        return vec4f(0.0);
    }
    let first = u32(at - 2) * quads + x;
    let step_here = jump(
        unpack_quad(plane[first]), unpack_quad(plane[first + quads]),
        unpack_quad(plane[first + 2u * quads]), unpack_quad(plane[first + 3u * quads]),
    );
    return step_here * ramp(vec4f(distance));
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let quads = (params.width + 3u) / 4u;
    if (id.x >= quads || id.y >= params.height) {
        return;
    }
    let at = id.y * quads + id.x;
    var values = unpack_quad(plane[at]);
    if (model.deblock > 0.0) {
        values += across_columns(id.x, id.y, quads) + across_rows(id.x, id.y, quads);
    }
    levelled[at] = pack_quad(values);
}
