// Position of a frame's samples in its buffer. Luma begins at byte 0.

struct SamplePlaces {
    // Size of chroma in samples; 0 for gray.
    chroma_width: u32,
    chroma_height: u32,
    // Bytes in a sample, and unused bits below it in its word.
    sample_bytes: u32,
    shift: u32,
    // Bytes from one row of luma to the next.
    luma_stride: u32,
    // First byte of U and of V; bytes from sample to sample and from row to row of both.
    u_start: u32,
    v_start: u32,
    chroma_step: u32,
    chroma_stride: u32,
}
