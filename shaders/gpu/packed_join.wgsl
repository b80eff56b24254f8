// From the planes of a frame to host memory that orders samples in its own way. An invocation writes a
// word of one of its planes; bits that mean nothing are 0.
// include: shared/sample_places.wgsl
// include: gpu/shared/packed_order.wgsl

@group(0) @binding(0) var<storage, read> frame: array<u32>;
@group(0) @binding(1) var<storage, read_write> packed: array<u32>;

fn frame_sample(component: u32, x: u32, y: u32) -> u32 {
    let byte = first_byte(component) + y * stride_of(component) + x * params.samples.sample_bytes;
    let bits = 8u * params.samples.sample_bytes;
    return (frame[byte / 4u] >> (8u * (byte & 3u))) & ((1u << bits) - 1u);
}

fn host_sample(component: u32, x: u32, y: u32) -> u32 {
    if (!RGB || component == 3u) {
        return frame_sample(component, x, y) & sample_mask();
    }
    let luma = i32(frame_sample(0u, x, y));
    let b = luma + rounded((i32(frame_sample(1u, x, y)) - CHROMA_MID) * FROM_CB, WEIGHT_BITS);
    let r = luma + rounded((i32(frame_sample(2u, x, y)) - CHROMA_MID) * FROM_CR, WEIGHT_BITS);
    var value = select(r, b, component == 2u);
    if (component == 1u) {
        value = ((luma << WEIGHT_BITS) - KR * r - KB * b + KG / 2i) / KG;
    }
    let code = rounded(value, 16u - params.depth);
    return u32(clamp(code, 0i, (1i << params.depth) - 1i));
}

// What a component has in word `word` of a row of `plane`.
fn joined(component: u32, plane: u32, word: u32, y: u32) -> u32 {
    let words = byte_of(params.group_words, plane);
    let count = byte_of(params.counts, component);
    let size = size_of(component);
    var all = 0u;
    if (byte_of(params.planes, component) != plane || y >= size.y) {
        return all;
    }
    for (var i = 0u; i < count; i++) {
        let bit = first_bit(component, i, count);
        if (bit / 32u == word % words) {
            // Beyond the last column, its sample again.
            let x = min(word / words * count + i, size.x - 1u);
            all |= host_sample(component, x, y) << (bit % 32u);
        }
    }
    return all;
}

@compute @workgroup_size(32, 4, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let pitch = select(params.other_row_words, params.row_words, id.z == 0u);
    let rows = select(params.samples.chroma_height, params.height, id.z == 0u || params.samples.chroma_height == 0u);
    if (id.x >= pitch || id.y >= rows) {
        return;
    }
    var word = 0u;
    for (var c = 0u; c < 4u; c++) {
        word |= joined(c, id.z, id.x, id.y);
    }
    packed[row_start(id.z, id.y) + id.x] = word;
}
