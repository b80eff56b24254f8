//! The source that is placed, on the GPU: a picture, or the latest frame of a second stream.

pub mod convert;
pub mod format;
mod jpeg;
pub mod passes;
pub mod picture;
pub mod playout;

use std::sync::Arc;

use self::convert::Conversion;
pub use self::format::{PackedOrder, SourceFormat};
use self::passes::{
    SOURCE_HALVE, SOURCE_RGBA, SOURCE_YUV, SourceHalveParams, SourceRgbaParams, SourceYuvParams,
};
use self::picture::Picture;
use crate::gpu::Recorder;
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Kernel, Recording, StorageBuffer};
use crate::trackoverlay::colour::{Encoding, Target};

/// Entries in the table of mip levels at the start of the buffer.
const TABLE: u32 = 16;
/// Bytes in a texel, and in an entry of the table.
const TEXEL: u64 = 8;

/// How level 0 is made.
#[derive(Debug)]
enum Input {
    Still,
    Yuv(Arc<Kernel>, FrameLayout, SourceYuvParams),
    Packed(Arc<Kernel>, SourceRgbaParams),
}

/// A picture or the latest frame of a second stream: premultiplied, with all mip levels.
#[derive(Debug)]
pub struct Source {
    texels: StorageBuffer,
    sizes: Vec<(u32, u32)>,
    pixel_aspect: f32,
    halve: Arc<Kernel>,
    input: Input,
    encoding: Encoding,
    /// What a picture was made for.
    target: Target,
}

impl Source {
    /// A picture, in the colours of the frames. It is loaded by a submission of its own, without waiting. A
    /// picture too large for the device's buffers is halved until it fits.
    ///
    /// # Errors
    /// As [`Gpu::kernel`] and [`Gpu::check`].
    pub fn from_picture(
        gpu: &Arc<Gpu>,
        picture: &Picture,
        target: &Target,
    ) -> Result<Self, GpuError> {
        if !fits(gpu, (picture.width, picture.height)) && picture.width.max(picture.height) > 1 {
            return Self::from_picture(gpu, &picture.halved(), target);
        }
        let (width, height) = (picture.width, picture.height);
        let mut source = Self::allocate(gpu, (width, height), Input::Still)?;
        source.target = *target;
        let pixels = StorageBuffer::new(gpu, "picture", picture.rgba.len() as u64);
        gpu.queue().write_buffer(pixels.buffer(), 0, &picture.rgba);
        let kernel = gpu.kernel(&SOURCE_RGBA)?;
        let mut recorder = Recorder::new(gpu);
        let mut recording = recorder.begin();
        let bindings = [
            ("pixels", (&pixels).into()),
            ("source", (&source.texels).into()),
        ];
        let params = PackedOrder::RGBA.params(width, height, width);
        recording.pass(&kernel, &bindings, &params, (width, height))?;
        source.record_levels(&mut recording, target)?;
        recording.submit()?;
        Ok(source)
    }

    /// Buffers for the frames of a second stream; transparent until the first [`Source::update`].
    ///
    /// # Errors
    /// [`GpuError::TooLarge`], or as [`Gpu::kernel`] and [`Gpu::check`].
    pub fn for_stream(gpu: &Arc<Gpu>, format: &SourceFormat) -> Result<Self, GpuError> {
        let (width, height) = format.size();
        if !fits(gpu, (width, height)) {
            return Err(GpuError::TooLarge {
                width,
                height,
                limit: gpu.max_size(),
            });
        }
        let input = match format {
            SourceFormat::Yuv(layout, colour) => {
                let kernel = gpu.kernel(&SOURCE_YUV)?;
                Input::Yuv(kernel, *layout, SourceYuvParams::new(layout, colour))
            }
            SourceFormat::Packed { order, .. } => {
                let kernel = gpu.kernel(&SOURCE_RGBA)?;
                let spans = format.layout().spans();
                let pitch = spans.first().map_or(width, |span| span.stride / 4);
                Input::Packed(kernel, order.params(width, height, pitch))
            }
        };
        let mut source = Self::allocate(gpu, (width, height), input)?;
        source.encoding = format.encoding();
        Ok(source)
    }

    /// True if the texels of a picture are right for these frames. A second stream is converted frame by
    /// frame.
    pub fn suits(&self, target: &Target) -> bool {
        let conversion = |target| Conversion::between(&self.encoding, target);
        conversion(&self.target) == conversion(target)
    }

    /// Sets the width of a pixel divided by its height, initially 1; it enters
    /// [`Look::fit`](crate::trackoverlay::place::look::Look::fit).
    pub fn set_pixel_aspect(&mut self, aspect: f32) {
        self.pixel_aspect = aspect;
    }

    /// Width of level 0 divided by its height, in square pixels.
    pub fn aspect(&self) -> f32 {
        let (width, height) = self.size();
        width as f32 / height as f32 * self.pixel_aspect
    }

    /// Size of level 0 in texels.
    pub fn size(&self) -> (u32, u32) {
        self.sizes.first().copied().unwrap_or((1, 1))
    }

    /// Table and texels, in the layout of `trackoverlay/shared/source_texel.wgsl`.
    pub fn texels(&self) -> &StorageBuffer {
        &self.texels
    }

    /// Number of mip levels.
    pub fn levels(&self) -> u32 {
        self.sizes.len() as u32
    }

    /// Records the passes that make a frame of the second stream the source, in the colours of the frames it is
    /// placed into. Does nothing if the frame's
    /// layout is not [`SourceFormat::layout`], or if this is a picture.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn update(
        &self,
        recording: &mut Recording<'_>,
        frame: &Frame,
        target: &Target,
    ) -> Result<(), GpuError> {
        match &self.input {
            Input::Still => return Ok(()),
            Input::Yuv(kernel, layout, params) => {
                if frame.layout() != layout {
                    return Ok(());
                }
                let bindings = [("frame", frame.into()), ("source", (&self.texels).into())];
                let (width, height) = self.size();
                let size = (width.div_ceil(4), height);
                recording.pass(kernel, &bindings, params, size)?;
            }
            Input::Packed(kernel, params) => {
                if *frame.layout() != PackedOrder::layout(params.width, params.height) {
                    return Ok(());
                }
                let bindings = [("pixels", frame.into()), ("source", (&self.texels).into())];
                recording.pass(kernel, &bindings, params, self.size())?;
            }
        }
        self.record_levels(recording, target)
    }

    fn allocate(gpu: &Gpu, size: (u32, u32), input: Input) -> Result<Self, GpuError> {
        let sizes = level_sizes(size);
        let texels = StorageBuffer::new(gpu, "source", bytes(&sizes));
        let mut table = Vec::new();
        let mut first = TABLE;
        for (width, height) in &sizes {
            table.extend([first, width | (height << 16)]);
            first += width * height;
        }
        let table = bytemuck::cast_slice(&table);
        gpu.queue().write_buffer(texels.buffer(), 0, table);
        let halve = gpu.kernel(&SOURCE_HALVE)?;
        gpu.check()?;
        Ok(Self {
            texels,
            sizes,
            pixel_aspect: 1.0,
            halve,
            input,
            encoding: Encoding::default(),
            target: Target::default(),
        })
    }

    /// Records the levels, and the conversion before or after.
    fn record_levels(
        &self,
        recording: &mut Recording<'_>,
        target: &Target,
    ) -> Result<(), GpuError> {
        let conversion = Conversion::between(&self.encoding, target);
        let (last, first) = match conversion {
            Some(conversion) if conversion.comes_last() => (Some(conversion), None),
            first => (None, first),
        };
        if let Some(conversion) = first {
            self.convert(
                recording,
                &conversion,
                self.sizes.get(..1).unwrap_or_default(),
            )?;
        }
        for (level, size) in (0..).zip(self.sizes.iter().skip(1)) {
            let bindings = [("source", (&self.texels).into())];
            recording.pass(&self.halve, &bindings, &SourceHalveParams { level }, *size)?;
        }
        match last {
            Some(conversion) => self.convert(recording, &conversion, &self.sizes),
            None => Ok(()),
        }
    }

    /// Records the conversion of the first levels, of these sizes.
    fn convert(
        &self,
        recording: &mut Recording<'_>,
        conversion: &Conversion,
        sizes: &[(u32, u32)],
    ) -> Result<(), GpuError> {
        let (spec, switches) = conversion.kernel();
        let kernel = recording.gpu().variant(spec, switches)?;
        let bindings = [("source", (&self.texels).into())];
        let count = sizes.iter().map(|(w, h)| w * h).sum();
        let (width, _) = self.size();
        let params = conversion.params(count, width);
        recording.pass(&kernel, &bindings, &params, (width, count.div_ceil(width)))
    }
}

/// Sizes of all levels, down to one texel or until the table is full.
fn level_sizes((width, height): (u32, u32)) -> Vec<(u32, u32)> {
    let mut sizes = vec![(width.max(1), height.max(1))];
    while let Some(&(width, height)) = sizes.last()
        && width.max(height) > 1
        && sizes.len() < TABLE as usize
    {
        sizes.push(((width / 2).max(1), (height / 2).max(1)));
    }
    sizes
}

/// Size of table and levels in bytes.
fn bytes(sizes: &[(u32, u32)]) -> u64 {
    let texels: u64 = sizes
        .iter()
        .map(|(w, h)| u64::from(*w) * u64::from(*h))
        .sum();
    (texels + u64::from(TABLE)) * TEXEL
}

fn fits(gpu: &Gpu, size: (u32, u32)) -> bool {
    let limits = gpu.device().limits();
    let most = limits
        .max_buffer_size
        .min(limits.max_storage_buffer_binding_size);
    size.0.max(size.1) <= 0xffff && bytes(&level_sizes(size)) <= most
}
