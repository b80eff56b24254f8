//! Video frames on the GPU: one texture for each plane, in the frame's own depth and subsampling.

use std::sync::Arc;

use super::device::Gpu;
use super::error::GpuError;
use super::image::next_id;

/// What one texel of a plane holds.
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
    /// The texture format.
    pub fn texture(self) -> wgpu::TextureFormat {
        match self {
            Self::R8 => wgpu::TextureFormat::R8Unorm,
            Self::Rg8 => wgpu::TextureFormat::Rg8Unorm,
            Self::R16 => wgpu::TextureFormat::R16Unorm,
            Self::Rg16 => wgpu::TextureFormat::Rg16Unorm,
        }
    }

    /// Bytes of one texel.
    pub fn bytes(self) -> u32 {
        match self {
            Self::R8 => 1,
            Self::Rg8 | Self::R16 => 2,
            Self::Rg16 => 4,
        }
    }
}

/// Shape of one plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlaneLayout {
    /// Texels.
    pub format: PlaneFormat,
    /// Width in texels.
    pub width: u32,
    /// Height in texels.
    pub height: u32,
}

impl PlaneLayout {
    /// Bytes of one row without padding.
    pub fn row_bytes(&self) -> u32 {
        self.width * self.format.bytes()
    }
}

/// How much smaller the chroma planes are than luma.
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
    /// Shifts from luma to chroma coordinates, horizontally and vertically.
    pub fn shifts(self) -> (u32, u32) {
        match self {
            Self::Gray | Self::S444 => (0, 0),
            Self::S420 => (1, 1),
            Self::S422 => (1, 0),
        }
    }
}

/// Where the two chroma components lie.
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

/// Everything a filter must know of a YUV frame's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FrameLayout {
    /// Width of luma in pixels, at least 1.
    pub width: u32,
    /// Height of luma in pixels, at least 1.
    pub height: u32,
    /// Chroma subsampling.
    pub subsampling: Subsampling,
    /// Order and packing of chroma; of no meaning for gray.
    pub chroma: ChromaOrder,
    /// Significant bits of a sample: 8, 10, 12 or 16.
    pub depth: u32,
    /// Bits below the sample in its 16-bit word: 6 for P010, else 0.
    pub shift: u32,
}

impl FrameLayout {
    /// The planes, luma first; one, two or three.
    pub fn planes(&self) -> Vec<PlaneLayout> {
        let interleaved = matches!(
            self.chroma,
            ChromaOrder::InterleavedUv | ChromaOrder::InterleavedVu
        );
        let (one, two) = match self.depth {
            8 => (PlaneFormat::R8, PlaneFormat::Rg8),
            _ => (PlaneFormat::R16, PlaneFormat::Rg16),
        };
        let mut planes = vec![PlaneLayout {
            format: one,
            width: self.width,
            height: self.height,
        }];
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
        planes
    }

    /// Width and height of chroma in pixels, rounded up.
    pub fn chroma_size(&self) -> (u32, u32) {
        let (x, y) = self.subsampling.shifts();
        (self.width.div_ceil(1 << x), self.height.div_ceil(1 << y))
    }

    /// True where the frame has chroma.
    pub fn has_chroma(&self) -> bool {
        self.subsampling != Subsampling::Gray
    }

    /// Largest code value: 255, 1023, 4095 or 65535.
    pub fn max_code(&self) -> u32 {
        (1 << self.depth) - 1
    }

    /// Factor from a normalised texel (0..1) to 8-bit code values (0..255.75 for 10 bit).
    pub fn texel_to_code8(&self) -> f32 {
        self.texel_to_code() / (1 << (self.depth - 8)) as f32
    }

    /// Factor from a normalised texel (0..1) to the sample's own code values.
    pub fn texel_to_code(&self) -> f32 {
        let word_max = if self.depth == 8 { 255.0 } else { 65535.0 };
        word_max / (1 << self.shift) as f32
    }
}

/// One plane's texture.
#[derive(Debug)]
pub struct Plane {
    /// Identity for caches of bind groups; never used twice.
    pub id: u64,
    /// Shape.
    pub layout: PlaneLayout,
    /// The texture.
    pub texture: wgpu::Texture,
    /// View of the whole texture.
    pub view: wgpu::TextureView,
}

/// A frame on the GPU.
#[derive(Debug)]
pub struct Frame {
    gpu: Arc<Gpu>,
    layout: FrameLayout,
    planes: Vec<Plane>,
}

impl Frame {
    /// Allocates the textures of a frame; contents are zero.
    ///
    /// # Errors
    /// [`GpuError::TooLarge`], or as [`Gpu::check`].
    pub fn new(gpu: &Arc<Gpu>, layout: FrameLayout) -> Result<Self, GpuError> {
        gpu.check_size(layout.width, layout.height)?;
        let planes = layout.planes();
        let planes = planes.iter().map(|plane| new_plane(gpu, *plane)).collect();
        gpu.check()?;
        Ok(Self {
            gpu: gpu.clone(),
            layout,
            planes,
        })
    }

    /// The device the frame lives on.
    pub fn gpu(&self) -> &Arc<Gpu> {
        &self.gpu
    }

    /// Shape of the frame.
    pub fn layout(&self) -> &FrameLayout {
        &self.layout
    }

    /// The planes in the format's order.
    pub fn planes(&self) -> &[Plane] {
        &self.planes
    }

    /// Bytes of all planes without padding.
    pub fn bytes(&self) -> u64 {
        let size = |p: &Plane| u64::from(p.layout.row_bytes()) * u64::from(p.layout.height);
        self.planes.iter().map(size).sum()
    }
}

fn new_plane(gpu: &Gpu, layout: PlaneLayout) -> Plane {
    let texture = gpu.device().create_texture(&wgpu::TextureDescriptor {
        label: Some("plane"),
        size: wgpu::Extent3d {
            width: layout.width,
            height: layout.height,
            depth_or_array_layers: 1,
        },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: layout.format.texture(),
        usage: wgpu::TextureUsages::TEXTURE_BINDING
            | wgpu::TextureUsages::STORAGE_BINDING
            | wgpu::TextureUsages::COPY_SRC
            | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    });
    let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
    Plane {
        id: next_id(),
        layout,
        texture,
        view,
    }
}
