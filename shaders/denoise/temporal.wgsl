// Kalman update of one component set: the temporally averaged noisy picture z and its variance P
// are carried along the motion, compared with the new picture y, and corrected.
// include: shared/plane.wgsl

struct TemporalParams {
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
    // Pixels of this plane to a block, and plane pixels to a luma pixel of motion.
    block_width: u32,
    block_height: u32,
    scale_x: f32,
    scale_y: f32,
    // Noise variance of a new sample.
    variance: f32,
    // 1 forgets the past.
    restart: u32,
}

var<immediate> params: TemporalParams;
@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var past: texture_2d<f32>;
@group(0) @binding(2) var vectors: texture_2d<f32>;
@group(0) @binding(3) var state: texture_storage_2d<rg32float, write>;

const TILE: vec2i = vec2i(32, 8);
const HALO: i32 = 2;
const SPREAD_X: i32 = 36;
const SPREAD_Y: i32 = 12;

// Squared innovation over tile and halo, then its horizontal sums.
var<workgroup> squares: array<f32, 432>;
var<workgroup> sums: array<f32, 384>;

fn catmull_rom(t: f32) -> vec4f {
    return vec4f(
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    );
}

fn past_row(at: vec2i, size: vec2i, w: vec4f) -> f32 {
    return w.x * textureLoad(past, clamp_pixel(at + vec2i(-1, 0), size), 0).r
        + w.y * textureLoad(past, clamp_pixel(at, size), 0).r
        + w.z * textureLoad(past, clamp_pixel(at + vec2i(1, 0), size), 0).r
        + w.w * textureLoad(past, clamp_pixel(at + vec2i(2, 0), size), 0).r;
}

// z and P where pixel p was in the last picture: bicubic for z, nearest for P.
fn predict(p: vec2i, size: vec2i) -> vec2f {
    let block = min(vec2u(p) / vec2u(params.block_width, params.block_height),
        vec2u(params.blocks_x, params.blocks_y) - 1u);
    let vector = textureLoad(vectors, block, 0).xy * vec2f(params.scale_x, params.scale_y);
    let whole = floor(vector);
    let fraction = vector - whole;
    let at = p + vec2i(whole);
    let nearest = textureLoad(past, clamp_pixel(p + vec2i(floor(vector + 0.5)), size), 0).rg;
    if (all(fraction == vec2f(0.0))) {
        return nearest;
    }
    let wx = catmull_rom(fraction.x);
    let wy = catmull_rom(fraction.y);
    let z = wy.x * past_row(at + vec2i(0, -1), size, wx) + wy.y * past_row(at, size, wx)
        + wy.z * past_row(at + vec2i(0, 1), size, wx) + wy.w * past_row(at + vec2i(0, 2), size, wx);
    return vec2f(z, nearest.y);
}

@compute @workgroup_size(32, 8)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(local_invocation_id) local: vec3u,
    @builtin(local_invocation_index) index: u32,
) {
    let size = vec2i(i32(params.width), i32(params.height));
    let origin = vec2i(group.xy) * TILE;
    let p = origin + vec2i(local.xy);
    let inside = all(p < size);
    let y = textureLoad(picture, clamp_pixel(p, size), 0).r;
    if (params.restart == 1u) {
        if (inside) {
            textureStore(state, p, vec4f(y, params.variance, 0.0, 1.0));
        }
        return;
    }
    let predicted = predict(clamp_pixel(p, size), size);
    for (var i = i32(index); i < SPREAD_X * SPREAD_Y; i += 256) {
        let q = clamp_pixel(origin + vec2i(i % SPREAD_X, i / SPREAD_X) - HALO, size);
        let d = textureLoad(picture, q, 0).r - predict(q, size).x;
        squares[i] = d * d;
    }
    workgroupBarrier();
    for (var i = i32(index); i < 32 * SPREAD_Y; i += 256) {
        let at = (i / 32) * SPREAD_X + i % 32;
        sums[i] = squares[at] + squares[at + 1] + squares[at + 2] + squares[at + 3] + squares[at + 4];
    }
    workgroupBarrier();
    if (!inside) {
        return;
    }
    let at = i32(local.y) * 32 + i32(local.x);
    let mean = (sums[at] + sums[at + 32] + sums[at + 64] + sums[at + 96] + sums[at + 128]) / 25.0;
    let expected = params.variance + predicted.y;
    let p_prior = predicted.y + max(0.0, mean - 1.3 * expected);
    let gain = p_prior / (p_prior + params.variance);
    let z = predicted.x + gain * (y - predicted.x);
    textureStore(state, p, vec4f(z, gain * params.variance, 0.0, 1.0));
}
