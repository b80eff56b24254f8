// The simplest filter that changes every bit: for the tests of the base class.

@group(0) @binding(0) var source: texture_2d<f32>;
@group(0) @binding(1) var result: texture_storage_2d<r8unorm, write>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (any(id.xy >= textureDimensions(source))) {
        return;
    }
    textureStore(result, id.xy, vec4f(1.0) - textureLoad(source, id.xy, 0));
}
