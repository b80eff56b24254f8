// First spatial step: overlapped 8x8 DCT at stride 4, coefficients below the noise are dropped.
// include: shared/plane.wgsl
// include: shared/dct8.wgsl

struct DctThresholdParams {
    width: u32,
    height: u32,
    blocks_x: u32,
    blocks_y: u32,
    // Factor on the noise's standard deviation below which a coefficient counts as noise.
    threshold: f32,
}

var<immediate> params: DctThresholdParams;
@group(0) @binding(0) var state: texture_2d<f32>;
@group(0) @binding(1) var<storage, read_write> blocks: array<vec4f>;

@compute @workgroup_size(16, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.blocks_x || id.y >= params.blocks_y) {
        return;
    }
    let size = vec2i(i32(params.width), i32(params.height));
    let origin = vec2i(id.xy) * 4 - 4;
    var b: array<vec4f, 16>;
    var variance = vec4f(0.0);
    for (var y = 0; y < 8; y++) {
        for (var h = 0; h < 2; h++) {
            let at = origin + vec2i(h * 4, y);
            let s0 = textureLoad(state, clamp_pixel(at, size), 0).rg;
            let s1 = textureLoad(state, clamp_pixel(at + vec2i(1, 0), size), 0).rg;
            let s2 = textureLoad(state, clamp_pixel(at + vec2i(2, 0), size), 0).rg;
            let s3 = textureLoad(state, clamp_pixel(at + vec2i(3, 0), size), 0).rg;
            b[y * 2 + h] = vec4f(s0.x, s1.x, s2.x, s3.x);
            variance += vec4f(s0.y, s1.y, s2.y, s3.y);
        }
    }
    let limit = params.threshold * sqrt(dot(variance, vec4f(1.0 / 64.0)));
    dct8_forward(&b);
    let mean = b[0].x;
    var kept = vec4f(0.0);
    for (var i = 0; i < 16; i++) {
        let keep = step(vec4f(limit), abs(b[i]));
        kept += keep;
        b[i] *= keep;
    }
    b[0].x = mean;
    dct8_inverse(&b);
    let base = (id.y * params.blocks_x + id.x) * 17u;
    blocks[base + 16u] = vec4f(1.0 / max(dot(kept, vec4f(1.0)), 1.0));
    for (var i = 0u; i < 16u; i++) {
        blocks[base + i] = b[i];
    }
}
