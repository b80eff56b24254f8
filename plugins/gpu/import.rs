//! Memory of other drivers (DMABuf) as buffers of the device: frames come to the GPU without the CPU. Linux
//! and Vulkan only; elsewhere nothing is imported.

use std::os::fd::{AsRawFd, BorrowedFd, IntoRawFd};
use std::sync::{Arc, Weak};

use ash::vk;
use wgpu::hal::api::Vulkan;

use super::device::Gpu;
use super::image::StorageBuffer;

pub(super) const DMA_BUF: vk::ExternalMemoryHandleTypeFlags =
    vk::ExternalMemoryHandleTypeFlags::DMA_BUF_EXT;

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

/// True if the device's DMABuf buffers of a usage have this feature.
pub(super) fn can(
    hal: &wgpu::hal::vulkan::Device,
    usage: vk::BufferUsageFlags,
    wanted: vk::ExternalMemoryFeatureFlags,
) -> bool {
    let enabled = hal.enabled_device_extensions();
    let needed = [
        ash::khr::external_memory_fd::NAME,
        ash::ext::external_memory_dma_buf::NAME,
    ];
    if !needed.iter().all(|name| enabled.contains(name)) {
        return false;
    }
    let info = vk::PhysicalDeviceExternalBufferInfo::default()
        .usage(usage)
        .handle_type(DMA_BUF);
    let mut told = vk::ExternalBufferProperties::default();
    let instance = hal.shared_instance().raw_instance();
    // SAFETY: the physical device is the instance's; wgpu needs Vulkan 1.1, which has the function.
    unsafe {
        instance.get_physical_device_external_buffer_properties(
            hal.raw_physical_device(),
            &info,
            &mut told,
        );
    }
    let features = told.external_memory_properties.external_memory_features;
    features.contains(wanted)
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

/// Which way imported memory changes hands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Handover {
    /// To the GPU.
    Acquire,
    /// Back to its producer.
    Release,
}

/// Commands that hand imported or exported memory over: caches then hold nothing of it that is out of date. wgpu has no
/// barrier for memory that others write.
pub(super) fn handover(
    gpu: &Gpu,
    buffers: &[wgpu::Buffer],
    way: Handover,
) -> Option<wgpu::CommandBuffer> {
    // SAFETY: nothing of wgpu's is destroyed through the guards.
    let hal = unsafe { gpu.device().as_hal::<Vulkan>() }?;
    let foreign = ash::ext::queue_family_foreign::NAME;
    let others = match hal.enabled_device_extensions().contains(&foreign) {
        true => vk::QUEUE_FAMILY_FOREIGN_EXT,
        // The same to drivers, as far as is known; the other one is an extension that wgpu does not enable.
        false => vk::QUEUE_FAMILY_EXTERNAL,
    };
    let reads = vk::AccessFlags::TRANSFER_READ | vk::AccessFlags::SHADER_READ;
    let writes = vk::AccessFlags::TRANSFER_WRITE | vk::AccessFlags::SHADER_WRITE;
    let stages = vk::PipelineStageFlags::TRANSFER | vk::PipelineStageFlags::COMPUTE_SHADER;
    let own = hal.queue_family_index();
    let barrier = vk::BufferMemoryBarrier::default().size(vk::WHOLE_SIZE);
    let (barrier, from, to) = match way {
        Handover::Acquire => (
            barrier
                .dst_access_mask(reads | writes)
                .src_queue_family_index(others)
                .dst_queue_family_index(own),
            vk::PipelineStageFlags::TOP_OF_PIPE,
            stages,
        ),
        Handover::Release => (
            barrier
                .src_access_mask(writes)
                .src_queue_family_index(own)
                .dst_queue_family_index(others),
            stages,
            vk::PipelineStageFlags::BOTTOM_OF_PIPE,
        ),
    };
    // SAFETY: as above; the handle is used while the buffer is held.
    let raw = |buffer: &wgpu::Buffer| unsafe {
        let own = buffer.as_hal::<Vulkan>()?;
        Some(barrier.buffer(own.raw_handle()))
    };
    let barriers: Vec<_> = buffers.iter().filter_map(raw).collect();
    let descriptor = wgpu::CommandEncoderDescriptor::default();
    let mut encoder = gpu.device().create_command_encoder(&descriptor);
    // SAFETY: only a barrier is recorded, on an encoder of its own, for buffers that the caller holds until
    // the submission has ended.
    unsafe {
        encoder.as_hal_mut::<Vulkan, _, _>(|encoder| {
            if let Some(encoder) = encoder {
                let none = vk::DependencyFlags::empty();
                hal.raw_device().cmd_pipeline_barrier(
                    encoder.raw_handle(),
                    from,
                    to,
                    none,
                    &[],
                    &barriers,
                    &[],
                );
            }
        });
    }
    Some(encoder.finish())
}
