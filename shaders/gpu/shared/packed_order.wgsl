// Bit positions of the samples in packed host memory.

struct PackedParams {
    width: u32,
    height: u32,
    // Position of the samples in the frame.
    samples: SamplePlaces,
    // 32-bit words from one row of host memory to the next, and in a group of pixels.
    row_words: u32,
    words: u32,
    // Samples in a group: of luma, and of each chroma component.
    luma_samples: u32,
    chroma_samples: u32,
    // First bit of each sample in the group, a byte each, lowest byte first.
    luma_low: u32,
    luma_high: u32,
    u: u32,
    v: u32,
    // Bits of a sample, unused ones included.
    bits: u32,
}

var<immediate> params: PackedParams;

fn samples_of(component: u32) -> u32 {
    return select(params.chroma_samples, params.luma_samples, component == 0u);
}

fn size_of(component: u32) -> vec2u {
    let chroma = vec2u(params.samples.chroma_width, params.samples.chroma_height);
    return select(chroma, vec2u(params.width, params.height), component == 0u);
}

// First bit of sample x in its group.
fn first_bit(component: u32, x: u32) -> u32 {
    let i = x % samples_of(component);
    let chroma = select(params.u, params.v, component == 2u);
    let luma = select(params.luma_low, params.luma_high, i > 3u);
    return (select(chroma, luma, component == 0u) >> (8u * (i & 3u))) & 0xffu;
}

fn sample_mask() -> u32 {
    return (1u << params.bits) - 1u;
}

fn first_byte(component: u32) -> u32 {
    let chroma = select(params.samples.u_start, params.samples.v_start, component == 2u);
    return select(chroma, 0u, component == 0u);
}

fn stride_of(component: u32) -> u32 {
    return select(params.samples.chroma_stride, params.samples.luma_stride, component == 0u);
}
