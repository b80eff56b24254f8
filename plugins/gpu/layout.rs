//! Formats of YUV frames, and the position of their planes in a buffer.

use super::host_order::HostOrder;

/// Samples in one texel of a plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlaneFormat {
    /// One 8-bit sample.
    R8,
    /// Two 8-bit samples, interleaved.
    Rg8,
    /// One 16-bit sample.
    R16,
    /// Two 16-bit samples, interleaved.
    Rg16,
}

impl PlaneFormat {
    /// Size of a texel in bytes.
    pub fn bytes(self) -> u32 {
        match self {
            Self::R8 => 1,
            Self::Rg8 | Self::R16 => 2,
            Self::Rg16 => 4,
        }
    }
}

/// Size and format of one plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlaneLayout {
    /// Format of a texel.
    pub format: PlaneFormat,
    /// Width in texels.
    pub width: u32,
    /// Height in texels.
    pub height: u32,
}

impl PlaneLayout {
    /// Bytes in a row, without padding.
    pub fn row_bytes(&self) -> u32 {
        self.width * self.format.bytes()
    }
}

/// Position of one plane in a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaneSpan {
    /// First byte, a multiple of [`ROW_ALIGNMENT`].
    pub offset: u64,
    /// Bytes from one row to the next, a multiple of [`ROW_ALIGNMENT`].
    pub stride: u32,
    /// Bytes of a row that hold samples.
    pub row_bytes: u32,
    /// Number of rows.
    pub rows: u32,
}

/// Rows begin at multiples of this many bytes. Shaders load 16 bytes at once, and the usual widths need no
/// padding at 16, so that planes are copied whole.
pub const ROW_ALIGNMENT: u32 = 16;

/// Ratio of luma size to chroma size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subsampling {
    /// No chroma.
    Gray,
    /// Half width, half height.
    S420,
    /// Half width.
    S422,
    /// Full size.
    S444,
}

impl Subsampling {
    /// Distance of neighbouring chroma samples in luma pixels, horizontally and vertically.
    pub fn steps(self) -> [f32; 2] {
        let (x, y) = self.shifts();
        [(1 << x) as f32, (1 << y) as f32]
    }

    /// Right shifts that turn luma coordinates into chroma coordinates, horizontally and vertically.
    pub fn shifts(self) -> (u32, u32) {
        match self {
            Self::Gray | Self::S444 => (0, 0),
            Self::S420 => (1, 1),
            Self::S422 => (1, 0),
        }
    }
}

/// Placement of the two chroma components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChromaOrder {
    /// Plane 1 is U, plane 2 is V.
    PlanarUv,
    /// Plane 1 is V, plane 2 is U (YV12).
    PlanarVu,
    /// Plane 1 interleaves U and V (NV12).
    InterleavedUv,
    /// Plane 1 interleaves V and U (NV21).
    InterleavedVu,
}

/// Size and format of YUV frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FrameLayout {
    /// Width of luma in pixels, at least 1.
    pub width: u32,
    /// Height of luma in pixels, at least 1.
    pub height: u32,
    /// Chroma subsampling.
    pub subsampling: Subsampling,
    /// Order and packing of chroma; ignored for gray.
    pub chroma: ChromaOrder,
    /// Significant bits of a sample: 8, 10, 12 or 16. RGB is Y'CbCr of 16 bits on the GPU.
    pub depth: u32,
    /// Bits below the sample in its 16-bit word: 6 for P010, else 0.
    pub shift: u32,
    /// The last plane holds alpha at full size. Filters do not change it.
    pub alpha: bool,
    /// Sample order in host memory; `None` if host memory has the same planes.
    pub host: Option<HostOrder>,
}

impl FrameLayout {
    /// All planes, in the order luma, chroma, alpha: one to four.
    pub fn planes(&self) -> Vec<PlaneLayout> {
        let interleaved = matches!(
            self.chroma,
            ChromaOrder::InterleavedUv | ChromaOrder::InterleavedVu
        );
        let (one, two) = match self.depth {
            8 => (PlaneFormat::R8, PlaneFormat::Rg8),
            _ => (PlaneFormat::R16, PlaneFormat::Rg16),
        };
        let full = PlaneLayout {
            format: one,
            width: self.width,
            height: self.height,
        };
        let mut planes = vec![full];
        let (width, height) = self.chroma_size();
        let format = if interleaved { two } else { one };
        let chroma = PlaneLayout {
            format,
            width,
            height,
        };
        match (self.subsampling, interleaved) {
            (Subsampling::Gray, _) => {}
            (_, true) => planes.push(chroma),
            (_, false) => planes.extend([chroma, chroma]),
        }
        planes.extend(self.alpha.then_some(full));
        planes
    }

    /// Position of each plane in a frame's buffer.
    pub fn spans(&self) -> Vec<PlaneSpan> {
        let planes = self.planes();
        let rows = planes.iter().map(|plane| (plane.row_bytes(), plane.height));
        one_after_another(rows)
    }

    /// Size of a frame's buffer in bytes.
    pub fn buffer_bytes(&self) -> u64 {
        end_of(&self.spans())
    }

    /// Position of host memory's planes in a staging buffer.
    pub fn host_spans(&self) -> Vec<PlaneSpan> {
        match &self.host {
            Some(order) => one_after_another(order.rows(self.component_sizes())),
            None => self.spans(),
        }
    }

    /// Size of a staging buffer in bytes.
    pub fn host_bytes(&self) -> u64 {
        end_of(&self.host_spans())
    }

    /// Plane of a component (0 for Y, 1 for U, 2 for V), and its index in that plane's texels.
    pub fn component(&self, component: usize) -> (usize, u32) {
        match (component, self.chroma) {
            (0, _) => (0, 0),
            (1, ChromaOrder::PlanarUv) | (2, ChromaOrder::PlanarVu) => (1, 0),
            (_, ChromaOrder::PlanarUv | ChromaOrder::PlanarVu) => (2, 0),
            (1, ChromaOrder::InterleavedUv) | (2, ChromaOrder::InterleavedVu) => (1, 0),
            (_, ChromaOrder::InterleavedUv | ChromaOrder::InterleavedVu) => (1, 1),
        }
    }

    /// Width and height of Y, U, V and alpha in samples.
    pub fn component_sizes(&self) -> [(u32, u32); 4] {
        let (full, chroma) = ((self.width, self.height), self.chroma_size());
        [full, chroma, chroma, full]
    }

    /// Bytes of a sample: 1 or 2.
    pub fn sample_bytes(&self) -> u32 {
        if self.depth == 8 { 1 } else { 2 }
    }

    /// Samples in a texel of the chroma planes: 2 if U and V are interleaved, else 1.
    pub fn chroma_components(&self) -> u32 {
        match self.chroma {
            ChromaOrder::PlanarUv | ChromaOrder::PlanarVu => 1,
            ChromaOrder::InterleavedUv | ChromaOrder::InterleavedVu => 2,
        }
    }

    /// Width and height of the chroma planes in samples, rounded up.
    pub fn chroma_size(&self) -> (u32, u32) {
        let (x, y) = self.subsampling.shifts();
        (self.width.div_ceil(1 << x), self.height.div_ceil(1 << y))
    }

    /// True where the frame has chroma.
    pub fn has_chroma(&self) -> bool {
        self.subsampling != Subsampling::Gray
    }

    /// Factor from a normalized word (0..1 over its full range) to 8-bit code values (0..255.75 for 10 bit).
    pub fn texel_to_code8(&self) -> f32 {
        let word_max = if self.depth == 8 { 255.0 } else { 65535.0 };
        word_max / (1u32 << (self.shift + self.depth - 8)) as f32
    }

    /// Significant bits of a sample in host memory.
    pub fn host_depth(&self) -> u32 {
        self.rgb_depth().unwrap_or(self.depth)
    }

    /// Significant bits of R, G and B; `None` for Y'CbCr and gray.
    pub fn rgb_depth(&self) -> Option<u32> {
        self.host.and_then(|order| order.rgb)
    }

    /// One code of host memory in 8-bit code values.
    pub fn code_step(&self) -> f32 {
        1.0 / (1u32 << (self.host_depth() - 8)) as f32
    }

    /// Largest code of host memory in 8-bit code values: 255 to 255.996.
    pub fn white(&self) -> f32 {
        ((1u32 << self.host_depth()) - 1) as f32 * self.code_step()
    }

    /// Largest code value: 255, 1023, 4095 or 65535.
    pub fn max_code(&self) -> u32 {
        (1 << self.depth) - 1
    }
}

/// Positions of planes that follow one another, from the bytes in a row and the number of rows of each.
fn one_after_another(planes: impl IntoIterator<Item = (u32, u32)>) -> Vec<PlaneSpan> {
    let mut offset = 0;
    let span = |(row_bytes, rows): (u32, u32)| {
        let span = PlaneSpan {
            offset,
            stride: row_bytes.next_multiple_of(ROW_ALIGNMENT),
            row_bytes,
            rows,
        };
        offset += u64::from(span.stride) * u64::from(span.rows);
        span
    };
    planes.into_iter().map(span).collect()
}

/// The byte behind the last plane.
fn end_of(spans: &[PlaneSpan]) -> u64 {
    let last = spans.last();
    last.map_or(0, |s| s.offset + u64::from(s.stride) * u64::from(s.rows))
}
