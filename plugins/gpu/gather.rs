//! Planes whose rows lie anywhere, brought to where rows begin at words.

use super::kernel::KernelSpec;
use crate::{kernel, params};

params! {
    /// Parameters of `gather.wgsl`.
    pub struct GatherParams {
        /// First byte of the plane in the source.
        pub first_byte: u32,
        /// Bytes from one row of the source to the next.
        pub source_stride: u32,
        /// Bytes of a row that hold samples.
        pub row_bytes: u32,
        /// Number of rows.
        pub rows: u32,
        /// First word of the plane in the target.
        pub first_word: u32,
        /// Words from one row of the target to the next.
        pub row_words: u32,
    }
}

/// Gathers the rows of a plane.
pub const GATHER: KernelSpec = kernel!("gpu/gather", GatherParams);

/// All kernels of this file.
pub const KERNELS: &[&KernelSpec] = &[&GATHER];
