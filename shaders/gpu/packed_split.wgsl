// From host memory that orders samples in its own way to the planes of a frame. An invocation writes a
// word of a plane.
// include: shared/sample_places.wgsl
// include: gpu/shared/packed_order.wgsl

@group(0) @binding(0) var<storage, read> packed: array<u32>;
@group(0) @binding(1) var<storage, read_write> frame: array<u32>;

fn packed_sample(component: u32, x: u32, y: u32) -> u32 {
    let plane = byte_of(params.planes, component);
    let count = byte_of(params.counts, component);
    let bit = first_bit(component, x, count);
    let group = x / count * byte_of(params.group_words, plane);
    return (packed[row_start(plane, y) + group + bit / 32u] >> (bit % 32u)) & sample_mask();
}

// R, G or B as 16 bits.
fn primary(component: u32, x: u32, y: u32) -> i32 {
    let code = packed_sample(component, x, y) & ((1u << params.depth) - 1u);
    return i32(code << (16u - params.depth));
}

fn frame_sample(component: u32, x: u32, y: u32) -> u32 {
    if (!RGB || component == 3u) {
        return packed_sample(component, x, y);
    }
    let r = primary(0u, x, y);
    let b = primary(2u, x, y);
    let luma = rounded(KR * r + KG * primary(1u, x, y) + KB * b, WEIGHT_BITS);
    if (component == 0u) {
        return u32(luma);
    }
    let chroma = select(rounded((r - luma) * TO_CR, CHROMA_BITS), rounded((b - luma) * TO_CB, CHROMA_BITS), component == 1u);
    return u32(chroma + CHROMA_MID);
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
        // Beyond the last column, its sample again.
        let columns = select(size.x, params.v_width, id.z == 2u);
        let x = min(id.x * count + i, columns - 1u);
        word |= frame_sample(id.z, x, id.y) << (i * bits);
    }
    frame[(first_byte(id.z) + id.y * stride_of(id.z)) / 4u + id.x] = word;
}
