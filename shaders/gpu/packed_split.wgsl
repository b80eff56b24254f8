// Converts packed host memory to a frame's planes. An invocation writes one 32-bit word of a plane.
// include: shared/sample_places.wgsl
// include: gpu/shared/packed_order.wgsl

@group(0) @binding(0) var<storage, read> packed: array<u32>;
@group(0) @binding(1) var<storage, read_write> frame: array<u32>;

fn packed_sample(component: u32, x: u32, y: u32) -> u32 {
    let bit = first_bit(component, x);
    let word = packed[y * params.row_words + x / samples_of(component) * params.words + bit / 32u];
    return (word >> (bit % 32u)) & sample_mask();
}

@compute @workgroup_size(32, 4, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let size = size_of(id.z);
    let bits = 8u * params.samples.sample_bytes;
    let count = 32u / bits;
    if (id.x * count >= size.x || id.y >= size.y) {
        return;
    }
    var word = 0u;
    for (var i = 0u; i < count; i++) {
        // Beyond the last column, repeats its sample.
        let x = min(id.x * count + i, size.x - 1u);
        word |= packed_sample(id.z, x, id.y) << (i * bits);
    }
    frame[(first_byte(id.z) + id.y * stride_of(id.z)) / 4u + id.x] = word;
}
