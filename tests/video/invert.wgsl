// The simplest filter that changes every bit: for the tests of the base class.

@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> result: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x < arrayLength(&source)) {
        result[id.x] = ~source[id.x];
    }
}
