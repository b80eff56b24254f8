// Where the samples of a frame lie in its buffer; luma begins with it.

struct SamplePlaces {
    // Size of chroma; 0 for gray.
    chroma_width: u32,
    chroma_height: u32,
    // Bytes of a sample, and bits below it in its word.
    sample_bytes: u32,
    shift: u32,
    // Bytes from row to row of luma.
    luma_stride: u32,
    // First byte of U and of V; bytes from sample to sample and from row to row of both.
    u_start: u32,
    v_start: u32,
    chroma_step: u32,
    chroma_stride: u32,
}
