// Cost of a pose: clipped residuals in the light of the last frame.

// Residuals are clipped at this multiple of the usual one, plus this many code values.
const CLIPPED_RESIDUAL: f32 = 3.0;
const CLIPPED_MORE: f32 = 2.0;
// Cost of a position outside the frame.
const HOPELESS: f32 = 1e9;

// Weighted cost (x) and weight (y) of one sample.
fn cost(p: vec2f, value: f32, h: mat3x3f, light: array<vec4f, 2>, clip: f32) -> vec2f {
    let q = h * vec3f(p, 1.0);
    let at = q.xy / q.z;
    if (!(q.z > 0.05) || !(at.x >= 2.0 && at.y >= 2.0
        && at.x < f32(params.width) - 3.0 && at.y < f32(params.height) - 3.0)) {
        return vec2f(0.0);
    }
    let bias = light[0].y + light[0].z * p.x + light[0].w * p.y
        + light[1].x * p.x * p.x + light[1].y * p.x * p.y + light[1].z * p.y * p.y;
    let r = (level_at(at) - light[0].x * value - bias) / clip;
    let w = 1.0 - 0.9 * memory[cell_at(p)].y;
    return w * vec2f(min(r * r, 1.0), 1.0);
}

fn mean_cost(sum: vec2f) -> f32 {
    return select(HOPELESS, sum.x / sum.y, sum.y > 20.0);
}
