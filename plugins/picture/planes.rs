//! Y, U and V of a picture one after the other in one buffer, so that one dispatch processes all of them.

use std::ops::Range;

use super::plane::Plane;
use super::unpack::Rows;
use crate::gpu::shader::{Field, Params};
use crate::gpu::{Binding, FrameLayout, Gpu, GpuError, Recording, StorageBuffer};
use crate::{params, shader_constant};

/// Components begin at multiples of this many quads: `PART_QUADS` in `shared/parts.wgsl`.
pub const PART_QUADS: u64 = shader_constant!("shared/parts", "PART_QUADS") as u64;
/// Bytes in a quad of values.
const VALUES: u64 = 8;
/// Bytes in a quad of values and deviations.
const STATE: u64 = 16;
/// Bytes for each pixel in the largest buffer, which holds blocks between shrinkage and merging.
const BLOCK_BYTES: u64 = 8;

params! {
    /// Fields of parameter blocks that say which components a dispatch processes: `Parts` in
    /// `shared/parts.wgsl`.
    pub struct Parts {
        /// Width of luma in pixels.
        pub luma_width: u32,
        /// Height of luma in pixels.
        pub luma_height: u32,
        /// Width of chroma in pixels.
        pub chroma_width: u32,
        /// Height of chroma in pixels.
        pub chroma_height: u32,
        /// First component of the dispatch: 0 for Y, 1 for U, 2 for V.
        pub first: u32,
        /// One more than the last component.
        pub end: u32,
        /// 1 if the bound buffers hold all components, 0 if they hold only the first of this dispatch.
        pub joined: u32,
    }
}

impl Field for Parts {
    const KIND: naga::ScalarKind = naga::ScalarKind::Uint;
}

/// Sizes of a picture's components.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureShape {
    /// Width and height of luma in pixels.
    pub luma: (u32, u32),
    /// Width and height of chroma in pixels; `None` for gray.
    pub chroma: Option<(u32, u32)>,
    /// Right shifts from luma to chroma coordinates, horizontally and vertically.
    pub shifts: (u32, u32),
    /// One dispatch processes all components. False if a buffer with all of them is larger than the device
    /// can bind.
    pub joined: bool,
}

/// Number of quads in a component of this size.
fn quads((width, height): (u32, u32)) -> u64 {
    u64::from(width.div_ceil(4)) * u64::from(height)
}

impl PictureShape {
    /// The shape of some rows of a frame; each side is at least one pixel.
    pub fn new(gpu: &Gpu, layout: &FrameLayout, rows: Rows) -> Self {
        let of_rows = |(width, height): (u32, u32)| (width, rows.count(height).max(1));
        let mut shape = Self {
            luma: of_rows((layout.width, layout.height)),
            chroma: layout.has_chroma().then(|| of_rows(layout.chroma_size())),
            shifts: layout.subsampling.shifts(),
            joined: true,
        };
        let pixels = |(width, height): (u32, u32)| u64::from(width + 8) * u64::from(height + 8);
        let sizes = (0..shape.components()).map(|component| pixels(shape.size(component)));
        let bytes = sizes.sum::<u64>() * BLOCK_BYTES;
        shape.joined = bytes <= gpu.device().limits().max_storage_buffer_binding_size;
        shape
    }

    /// Rejects pictures whose planes shaders cannot bind: values of all components together, and states of
    /// each alone.
    ///
    /// # Errors
    /// [`GpuError::TooManyPixels`].
    pub fn check(&self, gpu: &Gpu) -> Result<(), GpuError> {
        let [luma, .., last] = self.places(PART_QUADS, quads);
        gpu.check_binding(self.luma, luma.end.max(last.end) * VALUES)?;
        gpu.check_binding(self.luma, quads(self.luma) * STATE)
    }

    /// 1 for gray, 3 with chroma.
    pub fn components(&self) -> usize {
        if self.chroma.is_some() { 3 } else { 1 }
    }

    /// Width and height of component 0 (Y), 1 (U) or 2 (V); zeros if it does not exist.
    pub fn size(&self, component: usize) -> (u32, u32) {
        match component {
            0 => self.luma,
            _ => self.chroma.unwrap_or((0, 0)),
        }
    }

    /// The dispatches that these components need: one, or one each.
    pub fn parts(&self, components: Range<usize>) -> Vec<Part> {
        let end = components.end.min(self.components());
        let part = |components| Part {
            shape: *self,
            components,
        };
        match self.joined {
            true if components.start < end => vec![part(components.start..end)],
            true => Vec::new(),
            false => (components.start..end).map(|c| part(c..c + 1)).collect(),
        }
    }

    /// All components in one dispatch on any device, for passes that bind only value planes, which fit
    /// wherever a frame does.
    pub fn whole(&self) -> Part {
        Part {
            shape: Self {
                joined: true,
                ..*self
            },
            components: 0..self.components(),
        }
    }

    /// The dispatches that all components need.
    pub fn all(&self) -> Vec<Part> {
        self.parts(0..3)
    }

    /// Range of elements of each component in a buffer, if a component has `count(size)` elements and begins
    /// at a multiple of `alignment`.
    pub(super) fn places(
        &self,
        alignment: u64,
        count: impl Fn((u32, u32)) -> u64,
    ) -> [Range<u64>; 3] {
        let mut next = 0;
        [0, 1, 2].map(|component| {
            let start = next;
            let count = match component < self.components() {
                true => count(self.size(component)),
                false => 0,
            };
            next = (start + count).next_multiple_of(alignment);
            start..start + count
        })
    }
}

/// The components that one dispatch processes.
#[derive(Debug, Clone)]
pub struct Part {
    shape: PictureShape,
    components: Range<usize>,
}

impl Part {
    /// The parameter field `parts` of this dispatch.
    pub fn params(&self) -> Parts {
        let (chroma_width, chroma_height) = self.shape.size(1);
        Parts {
            luma_width: self.shape.luma.0,
            luma_height: self.shape.luma.1,
            chroma_width,
            chroma_height,
            first: self.components.start as u32,
            end: self.components.end as u32,
            joined: u32::from(self.shape.joined),
        }
    }

    /// Grid of invocations for each component: `grid(size, component)`.
    pub fn grids(&self, grid: impl Fn((u32, u32), usize) -> (u32, u32)) -> Vec<(u32, u32)> {
        let components = self.components.clone();
        components.map(|c| grid(self.shape.size(c), c)).collect()
    }

    /// Grids with one invocation for each quad.
    pub fn quads(&self) -> Vec<(u32, u32)> {
        self.grids(|(width, height), _| (width.div_ceil(4), height))
    }

    /// Binding for a buffer with components at `places`, in elements of `bytes` bytes.
    pub(super) fn binding<'a>(
        &self,
        buffer: &'a crate::gpu::StorageBuffer,
        places: &[Range<u64>; 3],
        bytes: u64,
    ) -> Binding<'a> {
        match places.get(self.components.start) {
            Some(place) if !self.shape.joined => {
                let range = place.start * bytes..(place.end * bytes).max(place.start * bytes + 16);
                Binding::Range(buffer, range.start, range.end - range.start)
            }
            _ => buffer.into(),
        }
    }
}

/// All components of a picture.
#[derive(Debug)]
pub struct Planes {
    shape: PictureShape,
    places: [Range<u64>; 3],
    /// Bytes in a quad.
    quad: u64,
    /// Size of luma, and the buffer of all components, which begins with luma.
    luma: Plane,
}

impl Planes {
    /// Planes of pixel values.
    pub fn values(gpu: &Gpu, label: &str, shape: PictureShape) -> Self {
        Self::new(gpu, label, shape, VALUES)
    }

    /// Planes of pixel values, each with the standard deviation of its noise.
    pub fn state(gpu: &Gpu, label: &str, shape: PictureShape) -> Self {
        Self::new(gpu, label, shape, STATE)
    }

    fn new(gpu: &Gpu, label: &str, shape: PictureShape, quad: u64) -> Self {
        let places = shape.places(PART_QUADS, quads);
        let [luma, .., last] = &places;
        let all = luma.end.max(last.end);
        Self {
            luma: Plane {
                width: shape.luma.0,
                height: shape.luma.1,
                buffer: StorageBuffer::new(gpu, label, all * quad),
            },
            shape,
            places,
            quad,
        }
    }

    /// Records a copy of these rows of larger planes of the same kind and width.
    pub fn copy_rows(&self, recording: &mut Recording<'_>, from: &Self, rows: Rows) {
        for component in 0..self.shape.components() {
            let (width, height) = self.shape.size(component);
            let bytes = u64::from(width.div_ceil(4)) * self.quad;
            let start = |planes: &Self, row: u32| {
                let first = planes.places.get(component).map_or(0, |place| place.start);
                first * planes.quad + u64::from(row) * bytes
            };
            for row in 0..height {
                let source = start(from, row * rows.step + rows.offset);
                let [from, to] = [from, self].map(|planes| &planes.luma.buffer);
                recording.copy_part((from, source), (to, start(self, row)), bytes);
            }
        }
    }

    /// Records a copy of the chroma of planes of the same kind and shape.
    pub fn copy_chroma(&self, recording: &mut Recording<'_>, from: &Self) {
        let [_, u, v] = &self.places;
        let bytes = v.end.saturating_sub(u.start) * self.quad;
        if bytes > 0 {
            let [from, to] = [from, self].map(|planes| (&planes.luma.buffer, u.start * self.quad));
            recording.copy_part(from, to, bytes);
        }
    }

    /// Sizes of the components.
    pub fn shape(&self) -> &PictureShape {
        &self.shape
    }

    /// Luma, for passes that need no chroma.
    pub fn luma(&self) -> &Plane {
        &self.luma
    }

    /// The binding for a dispatch of `part`.
    pub fn part(&self, part: &Part) -> Binding<'_> {
        part.binding(&self.luma.buffer, &self.places, self.quad)
    }

    /// The binding of component 0 (Y), 1 (U) or 2 (V) alone.
    pub fn component(&self, component: usize) -> Binding<'_> {
        let alone = Part {
            shape: PictureShape {
                joined: false,
                ..self.shape
            },
            components: component..component + 1,
        };
        alone.binding(&self.luma.buffer, &self.places, self.quad)
    }
}

/// Checks at compile time that [`Parts`] is a parameter block of scalars alone.
const _: () = assert!(<Parts as Params>::LAYOUT.size == 28);
