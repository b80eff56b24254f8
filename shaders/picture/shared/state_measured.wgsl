// Uses another state as the measurement of a Kalman update, with the state's variances.

@group(0) @binding(0) var<storage, read> forward: array<vec4u>;
@group(0) @binding(1) var<storage, read> past: array<vec4u>;
@group(0) @binding(2) var vectors: texture_2d<f32>;
@group(0) @binding(3) var<storage, read_write> state: array<vec4u>;

fn measured(index: u32) -> vec4f {
    return state_values(forward[index]);
}

fn measured_variance(index: u32) -> vec4f {
    return state_variances(forward[index]);
}

fn local_variance(variance: vec4f, square: vec4f, range: f32) -> vec4f {
    return variance;
}

fn square_scale() -> f32 {
    return 1.0;
}

fn mean_scale() -> f32 {
    return 1.0;
}

fn is_scene_cut() -> bool {
    return false;
}
