// Where the samples of a frame lie in its buffer, for the passes between frames and working planes.

struct RawParams {
    parts: Parts,
    // Row y of the field is row y * row_step + row_offset of the frame.
    row_step: u32,
    row_offset: u32,
    // Bytes from row to row of luma and of chroma.
    luma_stride: u32,
    chroma_stride: u32,
    // First byte of U and of V; luma begins at 0.
    u_start: u32,
    v_start: u32,
    // Bytes of a sample, and bits below it in its word.
    sample_bytes: u32,
    shift: u32,
    // Bytes from one sample of U or V to the next.
    chroma_step: u32,
    // Codes of the frame to an 8-bit code, and its largest one.
    unit: f32,
    max_code: f32,
}

var<immediate> params: RawParams;

// Where a component's samples lie: first byte, bytes from sample to sample and from row to row.
struct SamplePlace {
    start: u32,
    step: u32,
    stride: u32,
}

fn sample_place(component: u32) -> SamplePlace {
    let chroma = SamplePlace(
        select(params.u_start, params.v_start, component == 2u),
        params.chroma_step,
        params.chroma_stride,
    );
    if (component == 0u) {
        return SamplePlace(0u, params.sample_bytes, params.luma_stride);
    }
    return chroma;
}

fn raw_row(y: u32) -> u32 {
    return y * params.row_step + params.row_offset;
}
