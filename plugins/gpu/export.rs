//! Memory of the device that other drivers read (DMABuf). Linux and Vulkan only.

use std::os::fd::{FromRawFd, OwnedFd};
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
use super::recorder::Recorder;
use super::recording::Recording;

const USAGE: vk::BufferUsageFlags = vk::BufferUsageFlags::from_raw(
    vk::BufferUsageFlags::TRANSFER_DST.as_raw() | vk::BufferUsageFlags::STORAGE_BUFFER.as_raw(),
);

/// A buffer whose memory has a file descriptor.
#[derive(Debug)]
pub struct Exported {
    /// Whoever keeps the memory shall not keep a device that is lost.
    gpu: Weak<Gpu>,
    buffer: StorageBuffer,
}

impl Exported {
    /// Allocates `bytes` of zeros, and the descriptor to hand on.
    ///
    /// # Errors
    /// [`GpuError::OutOfMemory`], or as [`Gpu::check`].
    pub fn new(gpu: &Arc<Gpu>, bytes: u64) -> Result<(Self, OwnedFd), GpuError> {
        let bytes = bytes.next_multiple_of(16);
        // SAFETY: nothing of wgpu's is destroyed through the guard.
        let hal = unsafe { gpu.device().as_hal::<Vulkan>() };
        let none = || GpuError::Fault("no memory that others read".into());
        let hal = hal.ok_or_else(none)?;
        let failed = |result| match result {
            vk::Result::ERROR_DEVICE_LOST => GpuError::Lost("while memory was exported".into()),
            other => GpuError::OutOfMemory(format!("no memory to export: {other:?}")),
        };
        let made = allocate(&hal, bytes).map_err(failed)?;
        // SAFETY: buffer and memory are ours alone, and wgpu's from now on. Others only read the memory.
        let buffer = unsafe {
            let (buffer, memory, size) = (made.buffer, made.memory, made.bytes);
            let own = wgpu::hal::vulkan::Buffer::from_raw_managed(buffer, memory, 0, size);
            let descriptor = wgpu::BufferDescriptor {
                label: Some("exported"),
                size: bytes,
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            };
            gpu.device()
                .create_buffer_from_hal::<Vulkan>(own, &descriptor)
        };
        drop(hal);
        let exported = Self {
            gpu: Arc::downgrade(gpu),
            buffer: StorageBuffer::foreign(buffer),
        };
        // Others see all of it, and what was there before is nobody's business.
        let mut recorder = Recorder::new(gpu);
        let mut recording = recorder.begin();
        recording.clear(&exported.buffer);
        recording.submit()?;
        Ok((exported, made.fd))
    }

    /// True if it is memory of this device.
    pub fn is_on(&self, gpu: &Arc<Gpu>) -> bool {
        std::ptr::eq(self.gpu.as_ptr(), Arc::as_ptr(gpu))
    }

    /// The memory.
    pub fn buffer(&self) -> &StorageBuffer {
        &self.buffer
    }
}

impl Gpu {
    /// True if other drivers can read memory of the device.
    pub fn exports_dmabuf(&self) -> bool {
        *self.exports.get_or_init(|| {
            // SAFETY: nothing of wgpu's is destroyed through the guard.
            let hal = unsafe { self.device().as_hal::<Vulkan>() };
            let wanted = vk::ExternalMemoryFeatureFlags::EXPORTABLE;
            hal.is_some_and(|hal| can(&hal, USAGE, wanted))
        })
    }
}

/// A buffer, the memory behind it, and its descriptor.
struct Allocated {
    buffer: vk::Buffer,
    memory: vk::DeviceMemory,
    bytes: u64,
    fd: OwnedFd,
}

fn allocate(hal: &wgpu::hal::vulkan::Device, bytes: u64) -> Result<Allocated, vk::Result> {
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
        let needed = device.get_buffer_memory_requirements(buffer);
        let made = allocate_for(hal, buffer, &needed).and_then(|memory| {
            let bound = device.bind_buffer_memory(buffer, memory, 0);
            match bound.and_then(|()| descriptor_of(hal, memory)) {
                Ok(fd) => Ok((memory, fd)),
                Err(result) => {
                    device.free_memory(memory, None);
                    Err(result)
                }
            }
        });
        match made {
            Ok((memory, fd)) => Ok(Allocated {
                buffer,
                memory,
                bytes: needed.size,
                fd,
            }),
            Err(result) => {
                device.destroy_buffer(buffer, None);
                Err(result)
            }
        }
    }
}

/// Memory that can be exported, for a buffer.
///
/// # Safety
/// The buffer is the device's.
unsafe fn allocate_for(
    hal: &wgpu::hal::vulkan::Device,
    buffer: vk::Buffer,
    needed: &vk::MemoryRequirements,
) -> Result<vk::DeviceMemory, vk::Result> {
    let instance = hal.shared_instance().raw_instance();
    // SAFETY: the physical device is the instance's.
    let known =
        unsafe { instance.get_physical_device_memory_properties(hal.raw_physical_device()) };
    let kinds = (0u32..).zip(known.memory_types_as_slice());
    let fitting = kinds.filter(|(index, _)| needed.memory_type_bits & (1 << index) != 0);
    // The encoder that reads it is on the same card, as a rule.
    let local = |kind: &(u32, &vk::MemoryType)| {
        let is_local = vk::MemoryPropertyFlags::DEVICE_LOCAL;
        !kind.1.property_flags.contains(is_local)
    };
    let kind = fitting.min_by_key(local);
    let kind = kind.ok_or(vk::Result::ERROR_FEATURE_NOT_PRESENT)?;
    let mut export = vk::ExportMemoryAllocateInfo::default().handle_types(DMA_BUF);
    let mut dedicated = vk::MemoryDedicatedAllocateInfo::default().buffer(buffer);
    let info = vk::MemoryAllocateInfo::default()
        .allocation_size(needed.size)
        .memory_type_index(kind.0)
        .push_next(&mut export)
        .push_next(&mut dedicated);
    // SAFETY: the structures are valid.
    unsafe { hal.raw_device().allocate_memory(&info, None) }
}

/// The descriptor of memory that can be exported.
///
/// # Safety
/// The memory is the device's.
unsafe fn descriptor_of(
    hal: &wgpu::hal::vulkan::Device,
    memory: vk::DeviceMemory,
) -> Result<OwnedFd, vk::Result> {
    let instance = hal.shared_instance().raw_instance();
    let calls = ash::khr::external_memory_fd::Device::new(instance, hal.raw_device());
    let info = vk::MemoryGetFdInfoKHR::default()
        .memory(memory)
        .handle_type(DMA_BUF);
    // SAFETY: the extension is enabled, and each call gives a descriptor of its own.
    unsafe {
        calls
            .get_memory_fd(&info)
            .map(|fd| OwnedFd::from_raw_fd(fd))
    }
}

/// Rows of exported planes begin at multiples of so many bytes: what display and encoder blocks ask for,
/// 256 on AMD and 64 on Intel.
const PITCH: u32 = 256;
/// Exported planes begin at multiples of a page.
const PAGE: u64 = 4096;

/// Position of a frame's planes in exported memory.
pub fn exported_spans(layout: &FrameLayout) -> Vec<PlaneSpan> {
    let mut offset = 0;
    let place = |span: PlaneSpan| {
        let stride = span.row_bytes.next_multiple_of(PITCH);
        let span = PlaneSpan {
            offset,
            stride,
            ..span
        };
        let bytes = u64::from(stride) * u64::from(span.rows);
        offset += bytes.next_multiple_of(PAGE);
        span
    };
    layout.host_spans().into_iter().map(place).collect()
}

/// Size of exported memory for a frame in bytes.
pub fn exported_bytes(layout: &FrameLayout) -> u64 {
    let ends = exported_spans(layout).into_iter().map(|span| {
        let bytes = u64::from(span.stride) * u64::from(span.rows);
        span.offset + bytes.next_multiple_of(PAGE)
    });
    ends.max().unwrap_or_default()
}

/// Writes frames of one layout into exported memory.
#[derive(Debug)]
pub struct Exporter {
    from: Vec<PlaneSpan>,
    to: Vec<PlaneSpan>,
    gather: Arc<Kernel>,
    join: Option<Repacking>,
}

impl Exporter {
    /// For frames of one layout.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: &FrameLayout) -> Result<Self, GpuError> {
        Ok(Self {
            from: layout.host_spans(),
            to: exported_spans(layout),
            gather: gpu.kernel(&GATHER)?,
            join: Repacking::join(gpu, layout)?,
        })
    }
}

impl Recording<'_> {
    /// Records writing a frame into exported memory of [`exported_bytes`]. Others may read it once the
    /// submission has ended.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn send(
        &mut self,
        exporter: &Exporter,
        frame: &Frame,
        memory: &Exported,
    ) -> Result<(), GpuError> {
        let mut from = frame.buffer();
        if let Some(join) = &exporter.join {
            self.repack(join, frame)?;
            from = &join.packed;
        }
        self.borrow_foreign(memory.buffer());
        for (source, target) in exporter.from.iter().zip(&exporter.to) {
            if source.stride == target.stride {
                let bytes = u64::from(source.stride) * u64::from(source.rows);
                let to = (memory.buffer(), target.offset);
                self.copy_part((from, source.offset), to, bytes);
                continue;
            }
            let params = GatherParams {
                first_byte: source.offset as u32,
                source_stride: source.stride,
                row_bytes: source.row_bytes,
                rows: source.rows,
                first_word: (target.offset / 4) as u32,
                row_words: target.stride / 4,
            };
            let bindings = [
                ("source", from.into()),
                ("gathered", memory.buffer().into()),
            ];
            let size = (source.row_bytes.div_ceil(4), source.rows);
            self.pass(&exporter.gather, &bindings, &params, size)?;
        }
        Ok(())
    }
}
