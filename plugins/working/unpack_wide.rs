//! The quick way between planes of 8-bit samples and working planes: 16 pixels at once.

use std::sync::Arc;

use super::plane::Plane;
use super::unpack::Rows;
use crate::gpu::{Frame, Gpu, GpuError, Kernel, KernelSpec, PlaneSpan, Recording};
use crate::{kernel, params};

/// Pixels an invocation takes.
const WIDE: u32 = 16;

params! {
    /// Parameters of `unpack_wide.wgsl` and `pack_wide.wgsl`.
    pub struct WideParams {
        /// Width of the component.
        pub width: u32,
        /// Height of the component, or of its field.
        pub height: u32,
        /// Rows of the plane to a row of the field.
        pub row_step: u32,
        /// First row of the field.
        pub row_offset: u32,
        /// First 16 bytes of the plane.
        pub start: u32,
        /// Times 16 bytes from row to row.
        pub pitch: u32,
    }
}

impl WideParams {
    fn new(span: PlaneSpan, rows: Rows, plane: &Plane) -> Self {
        Self {
            width: plane.width,
            height: plane.height,
            row_step: rows.step,
            row_offset: rows.offset,
            start: (span.offset / 16) as u32,
            pitch: span.stride / 16,
        }
    }
}

/// Reads a plane.
pub const UNPACK_WIDE: KernelSpec = kernel!("working/unpack_wide", WideParams);
/// Writes a plane.
pub const PACK_WIDE: KernelSpec = kernel!("working/pack_wide", WideParams);

/// The kernels.
#[derive(Debug)]
pub struct WideUnpacker {
    unpack: Arc<Kernel>,
    pack: Arc<Kernel>,
}

impl WideUnpacker {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            unpack: gpu.kernel(&UNPACK_WIDE, None)?,
            pack: gpu.kernel(&PACK_WIDE, None)?,
        })
    }

    /// True for planes whose rows are whole groups of pixels.
    pub fn takes(plane: &Plane) -> bool {
        plane.width.is_multiple_of(WIDE)
    }

    /// Reads a plane of the frame.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn unpack(
        &self,
        recording: &mut Recording<'_>,
        (frame, span): (&Frame, PlaneSpan),
        rows: Rows,
        plane: &Plane,
    ) -> Result<(), GpuError> {
        let params = WideParams::new(span, rows, plane);
        let bindings = [("raw", frame.into()), ("plane", (&plane.buffer).into())];
        let size = (plane.width / WIDE, plane.height);
        recording.pass(&self.unpack, &bindings, &params, size)
    }

    /// Writes a plane of the frame.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn pack(
        &self,
        recording: &mut Recording<'_>,
        plane: &Plane,
        (frame, span): (&Frame, PlaneSpan),
        rows: Rows,
    ) -> Result<(), GpuError> {
        let params = WideParams::new(span, rows, plane);
        let bindings = [("plane", (&plane.buffer).into()), ("raw", frame.into())];
        let size = (plane.width / WIDE, plane.height);
        recording.pass(&self.pack, &bindings, &params, size)
    }
}
