// Converts a frame's planes to packed host memory. An invocation writes one 32-bit word; unused bits are 0.
// include: shared/sample_places.wgsl
// include: gpu/shared/packed_order.wgsl

@group(0) @binding(0) var<storage, read> frame: array<u32>;
@group(0) @binding(1) var<storage, read_write> packed: array<u32>;

fn frame_sample(component: u32, x: u32, y: u32) -> u32 {
    let byte = first_byte(component) + y * stride_of(component) + x * params.samples.sample_bytes;
    return (frame[byte / 4u] >> (8u * (byte & 3u))) & sample_mask();
}

// The bits of a component in word `word` of row y.
fn joined(component: u32, word: u32, y: u32) -> u32 {
    let group = word / params.words;
    let own = word % params.words;
    let count = samples_of(component);
    var all = 0u;
    for (var i = 0u; i < count; i++) {
        let bit = first_bit(component, i);
        if (bit / 32u == own) {
            // Beyond the last column, repeats its sample.
            let x = min(group * count + i, size_of(component).x - 1u);
            all |= frame_sample(component, x, y) << (bit % 32u);
        }
    }
    return all;
}

@compute @workgroup_size(32, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let groups = (params.width + params.luma_samples - 1u) / params.luma_samples;
    if (id.x >= groups * params.words || id.y >= params.height) {
        return;
    }
    packed[id.y * params.row_words + id.x] = joined(0u, id.x, id.y) | joined(1u, id.x, id.y) | joined(2u, id.x, id.y);
}
