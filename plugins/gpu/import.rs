//! Memory of other drivers (DMABuf) as buffers of the device: frames come to the GPU without the CPU. Linux
//! and Vulkan only; elsewhere nothing is imported.

use std::os::fd::{AsRawFd, BorrowedFd, IntoRawFd};
use std::sync::{Arc, Weak};

use ash::vk;
use wgpu::hal::api::Vulkan;

use super::device::Gpu;
use super::error::GpuError;
use super::foreign::{DMA_BUF, can};
use super::frame::Frame;
use super::gather::{GATHER, GatherParams};
use super::image::StorageBuffer;
use super::kernel::Kernel;
use super::layout::{FrameLayout, PlaneSpan};
use super::packed::Repacking;
use super::recording::Recording;

/// Imported buffers are read only.
const USAGE: vk::BufferUsageFlags = vk::BufferUsageFlags::from_raw(
    vk::BufferUsageFlags::TRANSFER_SRC.as_raw() | vk::BufferUsageFlags::STORAGE_BUFFER.as_raw(),
);

/// Why memory was not imported. It can be copied instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotImported {
    /// No memory is imported here.
    #[error("the device imports no DMABuf")]
    Unsupported,
    /// The driver says no.
    #[error("the driver refused it: {0}")]
    Refused(String),
    /// Shaders cannot bind as much.
    #[error("it has {0} bytes, more than the device can bind")]
    TooLarge(u64),
    /// The planes lie in a way that only their producer understands.
    #[error("its planes do not lie in rows")]
    Tiled,
}

impl From<vk::Result> for NotImported {
    fn from(result: vk::Result) -> Self {
        Self::Refused(format!("{result:?}"))
    }
}

/// Memory of another driver, as a buffer of the device.
#[derive(Debug)]
pub struct Imported {
    /// Whoever keeps the memory shall not keep a device that is lost.
    gpu: Weak<Gpu>,
    buffer: StorageBuffer,
}

impl Imported {
    /// Imports the first `bytes` of a DMABuf. The descriptor stays the caller's.
    ///
    /// # Errors
    /// [`NotImported`]; the device goes on.
    pub fn new(gpu: &Arc<Gpu>, fd: BorrowedFd<'_>, bytes: u64) -> Result<Self, NotImported> {
        if !gpu.imports_dmabuf() {
            return Err(NotImported::Unsupported);
        }
        let limits = gpu.device().limits();
        if bytes
            > limits
                .max_storage_buffer_binding_size
                .min(limits.max_buffer_size)
        {
            return Err(NotImported::TooLarge(bytes));
        }
        let bytes = bytes.next_multiple_of(16);
        // SAFETY: nothing of wgpu's is destroyed through the guard.
        let hal = unsafe { gpu.device().as_hal::<Vulkan>() };
        let hal = hal.ok_or(NotImported::Unsupported)?;
        let made = bind(&hal, fd, bytes)?;
        // SAFETY: buffer and memory are ours alone, and wgpu's from now on; others write the memory only while
        // the GPU does not read it, which is for the holder of the producer's buffer to see to.
        let buffer = unsafe {
            let own = wgpu::hal::vulkan::Buffer::from_raw_managed(
                made.buffer,
                made.memory,
                0,
                made.bytes,
            );
            let descriptor = wgpu::BufferDescriptor {
                label: Some("imported"),
                size: bytes,
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC,
                mapped_at_creation: false,
            };
            gpu.device()
                .create_buffer_from_hal::<Vulkan>(own, &descriptor)
        };
        Ok(Self {
            gpu: Arc::downgrade(gpu),
            buffer: StorageBuffer::foreign(buffer),
        })
    }

    /// True if it was imported to this device.
    pub fn is_on(&self, gpu: &Arc<Gpu>) -> bool {
        std::ptr::eq(self.gpu.as_ptr(), Arc::as_ptr(gpu))
    }

    /// True while its device is in use.
    pub fn is_alive(&self) -> bool {
        self.gpu.strong_count() > 0
    }

    /// The memory. Others write it: see `Recording::bring`.
    pub fn buffer(&self) -> &StorageBuffer {
        &self.buffer
    }
}

impl Gpu {
    /// True if the device imports linear DMABuf.
    pub fn imports_dmabuf(&self) -> bool {
        *self.imports.get_or_init(|| {
            // SAFETY: nothing of wgpu's is destroyed through the guard.
            let hal = unsafe { self.device().as_hal::<Vulkan>() };
            let wanted = vk::ExternalMemoryFeatureFlags::IMPORTABLE;
            hal.is_some_and(|hal| can(&hal, USAGE, wanted))
        })
    }
}

/// A buffer and the memory behind it.
struct Bound {
    buffer: vk::Buffer,
    memory: vk::DeviceMemory,
    bytes: u64,
}

fn bind(
    hal: &wgpu::hal::vulkan::Device,
    fd: BorrowedFd<'_>,
    bytes: u64,
) -> Result<Bound, NotImported> {
    let device = hal.raw_device();
    let mut external = vk::ExternalMemoryBufferCreateInfo::default().handle_types(DMA_BUF);
    let info = vk::BufferCreateInfo::default()
        .size(bytes)
        .usage(USAGE)
        .sharing_mode(vk::SharingMode::EXCLUSIVE)
        .push_next(&mut external);
    // SAFETY: the structures are valid, and what is made is destroyed again on any failure.
    unsafe {
        let buffer = device.create_buffer(&info, None)?;
        let memory = import_memory(hal, buffer, fd).and_then(|(memory, bytes)| {
            match device.bind_buffer_memory(buffer, memory, 0) {
                Ok(()) => Ok((memory, bytes)),
                Err(result) => {
                    device.free_memory(memory, None);
                    Err(result.into())
                }
            }
        });
        match memory {
            Ok((memory, bytes)) => Ok(Bound {
                buffer,
                memory,
                bytes,
            }),
            Err(error) => {
                device.destroy_buffer(buffer, None);
                Err(error)
            }
        }
    }
}

/// The memory behind a descriptor, for a buffer.
///
/// # Safety
/// The buffer is the device's.
unsafe fn import_memory(
    hal: &wgpu::hal::vulkan::Device,
    buffer: vk::Buffer,
    fd: BorrowedFd<'_>,
) -> Result<(vk::DeviceMemory, u64), NotImported> {
    let device = hal.raw_device();
    let instance = hal.shared_instance().raw_instance();
    let calls = ash::khr::external_memory_fd::Device::new(instance, device);
    let mut known = vk::MemoryFdPropertiesKHR::default();
    // SAFETY: the descriptor is open, the buffer is the device's, and the extension is enabled.
    let needed = unsafe {
        calls.get_memory_fd_properties(DMA_BUF, fd.as_raw_fd(), &mut known)?;
        device.get_buffer_memory_requirements(buffer)
    };
    let kinds = needed.memory_type_bits & known.memory_type_bits;
    if kinds == 0 {
        return Err(NotImported::Refused("no kind of memory fits".into()));
    }
    // Vulkan owns the descriptor that it takes.
    let copy = fd.try_clone_to_owned();
    let copy = copy.map_err(|error| NotImported::Refused(error.to_string()))?;
    let mut import = vk::ImportMemoryFdInfoKHR::default()
        .handle_type(DMA_BUF)
        .fd(copy.as_raw_fd());
    // Some drivers import no other way, and all import so.
    let mut dedicated = vk::MemoryDedicatedAllocateInfo::default().buffer(buffer);
    let info = vk::MemoryAllocateInfo::default()
        .allocation_size(needed.size)
        .memory_type_index(kinds.trailing_zeros())
        .push_next(&mut import)
        .push_next(&mut dedicated);
    // SAFETY: the structures are valid; on failure the descriptor is still ours, and closed.
    let memory = unsafe { device.allocate_memory(&info, None) }?;
    let _ = copy.into_raw_fd();
    Ok((memory, needed.size))
}

/// A plane in memory of another driver.
#[derive(Debug, Clone)]
pub struct ForeignPlane {
    /// The memory.
    pub memory: Arc<Imported>,
    /// First byte of the plane in it.
    pub offset: u64,
    /// Bytes from one row to the next.
    pub stride: u32,
}

/// Copies imported planes into frames of one layout.
#[derive(Debug)]
pub struct Importer {
    planes: Vec<PlaneSpan>,
    gather: Arc<Kernel>,
    split: Option<Repacking>,
}

impl Importer {
    /// For frames of one layout.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: &FrameLayout) -> Result<Self, GpuError> {
        Ok(Self {
            planes: layout.host_spans(),
            gather: gpu.kernel(&GATHER)?,
            split: Repacking::split(gpu, layout)?,
        })
    }
}

/// Planes that lie as in a frame of ours, as a frame: nothing is copied. `None` if they lie otherwise, or if to
/// copy them is better: memory behind a bus is read once then, however many kernels read the frame.
fn in_place(gpu: &Arc<Gpu>, layout: &FrameLayout, planes: &[ForeignPlane]) -> Option<Frame> {
    use wgpu::DeviceType::{Cpu, IntegratedGpu};
    let is_near = matches!(gpu.info().device_type, Cpu | IntegratedGpu);
    // Alpha is kept for longer than a recording.
    if !is_near || layout.host.is_some() || layout.alpha {
        return None;
    }
    let memory = &planes.first()?.memory;
    let spans = layout.spans();
    let mut pairs = planes.iter().zip(&spans);
    let fits = planes.len() == spans.len()
        && memory.buffer().buffer().size() >= layout.buffer_bytes()
        && pairs.all(|(plane, span)| {
            let place = (plane.offset, plane.stride);
            Arc::ptr_eq(&plane.memory, memory) && place == (span.offset, span.stride)
        });
    let buffer = || StorageBuffer::foreign(memory.buffer().buffer().clone());
    fits.then(|| Frame::in_buffer(gpu, *layout, buffer()))
}

impl Recording<'_> {
    /// Imported planes as a frame to read in this recording, if they lie so that nothing must be copied. What
    /// [`Recording::bring`] says of their producer holds here, too.
    pub fn borrow(&mut self, layout: &FrameLayout, planes: &[ForeignPlane]) -> Option<Frame> {
        let gpu = self.gpu().clone();
        let frame = in_place(&gpu, layout, planes)?;
        self.borrow_foreign(frame.buffer());
        Some(frame)
    }

    /// Records copies of imported planes into a frame, in the order of host memory's planes. All of a plane
    /// must lie inside of its memory. Its producer must not write it before what was given to
    /// [`Recording::keep`] is dropped.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn bring(
        &mut self,
        importer: &Importer,
        planes: &[ForeignPlane],
        frame: &Frame,
    ) -> Result<(), GpuError> {
        let split = importer.split.as_ref();
        let to = split.map_or(frame.buffer(), |split| &split.packed);
        for (plane, span) in planes.iter().zip(&importer.planes) {
            let from = plane.memory.buffer();
            self.borrow_foreign(from);
            let is_even = plane.offset % 4 == 0 && plane.stride == span.stride;
            if is_even {
                let bytes = u64::from(span.stride) * u64::from(span.rows - 1)
                    + u64::from(span.row_bytes.next_multiple_of(4));
                self.copy_part((from, plane.offset), (to, span.offset), bytes);
                continue;
            }
            let params = GatherParams {
                first_byte: plane.offset as u32,
                source_stride: plane.stride,
                row_bytes: span.row_bytes,
                rows: span.rows,
                first_word: (span.offset / 4) as u32,
                row_words: span.stride / 4,
            };
            let bindings = [("source", from.into()), ("gathered", to.into())];
            let size = (span.row_bytes.div_ceil(4), span.rows);
            self.pass(&importer.gather, &bindings, &params, size)?;
        }
        match split {
            Some(split) => self.repack(split, frame),
            None => Ok(()),
        }
    }
}
