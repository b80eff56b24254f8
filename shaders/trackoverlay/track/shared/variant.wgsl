// Rotations and scales in which a lost plane is searched for: three of each.

const TURN: f32 = 0.2;
const GROWTH: f32 = 1.2;

// Matrix of a rotation and scale, as its columns.
fn turn_of(variant: u32) -> vec4f {
    let angle = (f32(variant / 3u) - 1.0) * TURN;
    let size = pow(GROWTH, f32(variant % 3u) - 1.0);
    let c = cos(angle) * size;
    let s = sin(angle) * size;
    return vec4f(c, s, -s, c);
}

// A pose with its centre moved to a pixel, rotated and scaled around it.
fn moved_to(h: mat3x3f, middle: vec2f, variant: u32) -> mat3x3f {
    let turn = turn_of(variant);
    let old = project(h, vec2f(0.0));
    let shift = middle - turn.xy * old.x - turn.zw * old.y;
    return normalised(mat3x3f(vec3f(turn.xy, 0.0), vec3f(turn.zw, 0.0), vec3f(shift, 1.0)) * h);
}
