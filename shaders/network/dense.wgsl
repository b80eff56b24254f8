// A dense layer: each output is a weighted sum of all inputs.

struct DenseParams {
    // Lengths of the input and output vectors.
    inputs: u32,
    outputs: u32,
    // Slope of the activation below zero; 1 for no activation.
    leak: f32,
    // Upper limit of each output.
    highest: f32,
}

var<immediate> params: DenseParams;
@group(0) @binding(0) var<storage, read> inputs: array<f32>;
// Weights by inputs, then outputs; after them the biases.
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> outputs: array<f32>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.outputs) {
        return;
    }
    var sum = weights[params.inputs * params.outputs + id.x];
    for (var i = 0u; i < params.inputs; i++) {
        sum += weights[i * params.outputs + id.x] * inputs[i];
    }
    outputs[id.x] = min(max(sum, sum * params.leak), params.highest);
}
