// Deblocks luma: levels steps at the block grid. Copies chroma.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: deartifact/shared/damage_model.wgsl

struct RepairParams {
    parts: Parts,
}

var<immediate> params: RepairParams;
@group(0) @binding(0) var<storage, read> planes: array<vec2u>;
@group(0) @binding(1) var<storage, read> model: DamageModel;
@group(0) @binding(2) var<storage, read_write> levelled: array<vec2u>;

// Component of this invocation.
var<private> part: Part;

// The boundary of a grid nearest to `place`: index of the first pixel after it.
fn boundary(place: f32, period: f32, offset: f32) -> i32 {
    return i32(round(offset + round((place - offset) / period) * period));
}

fn sample(x: i32, y: u32, quads: u32) -> f32 {
    let quad = unpack_quad(planes[y * quads + u32(x) / 4u]);
    return quad[u32(x) % 4u];
}

// Height of the step between p0 and q0 beyond the slope that the four pixels around a boundary suggest. 0 if
// it is too high for the quantizer: then it belongs to the picture.
fn jump(p1: vec4f, p0: vec4f, q0: vec4f, q1: vec4f) -> vec4f {
    let excess = (q0 - p0) - 0.5 * ((p0 - p1) + (q1 - q0));
    return excess * clamp(2.0 - abs(excess) / model.deblock, vec4f(0.0), vec4f(1.0));
}

// Share of the step that is added to a pixel at this distance after the boundary.
fn ramp(distance: vec4f) -> vec4f {
    let near = 0.375 * step(abs(distance + 0.5), vec4f(0.6));
    let far = 0.125 * (step(abs(distance + 0.5), vec4f(1.6)) - step(abs(distance + 0.5), vec4f(0.6)));
    return (near + far) * -sign(distance + 0.5);
}

fn across_columns(x: u32, y: u32, quads: u32) -> vec4f {
    let at = boundary(f32(x * 4u) + 2.0, model.period_x, model.offset_x);
    let distance = vec4f(0.0, 1.0, 2.0, 3.0) + f32(i32(x * 4u) - at);
    if (at < 2 || at + 2 > i32(part.width) || distance.x > 1.5 || distance.w < -2.5) {
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
    if (at < 2 || at + 2 > i32(part.height) || distance > 1.5 || distance < -2.5) {
        return vec4f(0.0);
    }
    let first = u32(at - 2) * quads + x;
    let step_here = jump(
        unpack_quad(planes[first]), unpack_quad(planes[first + quads]),
        unpack_quad(planes[first + 2u * quads]), unpack_quad(planes[first + 3u * quads]),
    );
    return step_here * ramp(vec4f(distance));
}

const GROUP: u32 = 32u;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return vec2u((size.x + 3u) / 4u, size.y);
}

@compute @workgroup_size(GROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
    part = find_part(group, groups, local);
    if (!part.is_inside) {
        return;
    }
    let quads = u32(part.quads.x);
    let at = part.first + part.at.y * quads + part.at.x;
    // The model's grid is that of luma, which is the first component of the buffer.
    if (part.component > 0u || model.deblock <= 0.0) {
        levelled[at] = planes[at];
        return;
    }
    let levels = across_columns(part.at.x, part.at.y, quads) + across_rows(part.at.x, part.at.y, quads);
    levelled[at] = pack_quad(unpack_quad(planes[at]) + levels);
}
