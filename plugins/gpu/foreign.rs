//! What memory that other drivers share with the device needs: whether the driver has it, and barriers where it
//! changes hands. Linux and Vulkan only.

use ash::vk;
use wgpu::hal::api::Vulkan;

use super::device::Gpu;

/// The kind of all such memory here.
pub(super) const DMA_BUF: vk::ExternalMemoryHandleTypeFlags =
    vk::ExternalMemoryHandleTypeFlags::DMA_BUF_EXT;

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
