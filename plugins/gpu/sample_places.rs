//! Position of a frame's samples in its buffer, for shaders.

use super::layout::FrameLayout;
use super::shader::Field;
use crate::params;

params! {
    /// Position of a frame's samples in its buffer, where luma begins at byte 0. A field `samples` of this
    /// type in a parameter block is `SamplePlaces` of `shared/sample_places.wgsl`.
    pub struct SamplePlaces {
        /// Width of chroma in samples; 0 for gray.
        pub chroma_width: u32,
        /// Height of chroma in samples.
        pub chroma_height: u32,
        /// Bytes in a sample: 1 or 2.
        pub sample_bytes: u32,
        /// Unused bits below a sample in its word.
        pub shift: u32,
        /// Bytes from one row of luma to the next.
        pub luma_stride: u32,
        /// First byte of U in the buffer.
        pub u_start: u32,
        /// First byte of V in the buffer.
        pub v_start: u32,
        /// Bytes from one sample of U or V to the next.
        pub chroma_step: u32,
        /// Bytes from one row of chroma to the next.
        pub chroma_stride: u32,
    }
}

impl Field for SamplePlaces {
    const KIND: naga::ScalarKind = naga::ScalarKind::Uint;
}

impl SamplePlaces {
    /// For frames of one layout.
    pub fn new(layout: &FrameLayout) -> Self {
        let spans = layout.spans();
        let sample_bytes = layout.sample_bytes();
        let stride = |plane: usize| spans.get(plane).map_or(0, |span| span.stride);
        let start = |component| {
            let (plane, position) = layout.component(component);
            let offset = spans.get(plane).map_or(0, |span| span.offset as u32);
            offset + position * sample_bytes
        };
        let (chroma_width, chroma_height) = match layout.has_chroma() {
            true => layout.chroma_size(),
            false => (0, 0),
        };
        Self {
            chroma_width,
            chroma_height,
            sample_bytes,
            shift: layout.shift,
            luma_stride: stride(0),
            u_start: start(1),
            v_start: start(2),
            chroma_step: sample_bytes * layout.chroma_components(),
            chroma_stride: stride(1),
        }
    }
}
