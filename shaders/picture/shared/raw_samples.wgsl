// Parameters of the passes between frames and working planes, and positions of the frame's samples.

struct RawParams {
    parts: Parts,
    // Row y of the field is row y * row_step + row_offset of the frame.
    row_step: u32,
    row_offset: u32,
    samples: SamplePlaces,
    // For packing: 256ths that luma and chroma keep of the picture before the filter.
    keep_luma: u32,
    keep_chroma: u32,
    // Code values of the frame in one 8-bit code value, and its largest code value.
    unit: f32,
    max_code: f32,
}

var<immediate> params: RawParams;

// Position of a component's samples: first byte, bytes from sample to sample, bytes from row to row.
struct SamplePlace {
    start: u32,
    step: u32,
    stride: u32,
}

fn sample_place(component: u32) -> SamplePlace {
    let chroma = SamplePlace(
        select(params.samples.u_start, params.samples.v_start, component == 2u),
        params.samples.chroma_step,
        params.samples.chroma_stride,
    );
    if (component == 0u) {
        return SamplePlace(0u, params.samples.sample_bytes, params.samples.luma_stride);
    }
    return chroma;
}

fn raw_row(y: u32) -> u32 {
    return y * params.row_step + params.row_offset;
}
