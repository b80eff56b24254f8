//! Frames that pass unfiltered, by the CPU alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gst_base::prelude::*;
use gst_video::{VideoFrameRef, VideoInfo};

use super::WgpuFilter;
use super::caps::Memory;
use super::errors::Failure;
use super::extent;
use crate::gpu::FrameLayout;
use crate::video::memory::{FrameMemory, FrameStore};
use crate::video::pool::frame_buffer;

/// Passes the frames of one stream in the memory that downstream accepts. Needs no device.
#[derive(Debug)]
pub struct Bypass {
    layout: FrameLayout,
    /// Stands for GPU memory where there is no GPU.
    store: Arc<FrameStore>,
    in_info: VideoInfo,
    out_info: VideoInfo,
    in_memory: Memory,
    out_memory: Memory,
    /// Downstream reads strides and offsets from GstVideoMeta.
    pub reads_video_meta: AtomicBool,
}

impl Bypass {
    /// For one pair of caps: their descriptions, and their memories.
    pub fn new(
        layout: FrameLayout,
        (in_info, out_info): (VideoInfo, VideoInfo),
        (in_memory, out_memory): (Memory, Memory),
    ) -> Self {
        Self {
            layout,
            store: FrameStore::in_host_memory(&out_info, layout),
            in_info,
            out_info,
            in_memory,
            out_memory,
            reads_video_meta: AtomicBool::new(false),
        }
    }

    /// Description of the input.
    pub fn in_info(&self) -> &VideoInfo {
        &self.in_info
    }

    /// Description of the output.
    pub fn out_info(&self) -> &VideoInfo {
        &self.out_info
    }

    /// Downstream accepts GPU frames.
    pub fn out_gpu(&self) -> bool {
        self.out_memory == Memory::Gpu
    }

    /// Downstream accepts memory that drivers share, and no other.
    pub fn out_dmabuf(&self) -> bool {
        self.out_memory == Memory::DmaBuf
    }

    /// True if downstream accepts the memory that a buffer holds: a frame of ours, or what upstream's caps say.
    pub fn is_accepted(&self, is_frame: bool) -> bool {
        match is_frame {
            true => self.out_gpu(),
            false => self.out_memory == self.in_memory && !self.out_gpu(),
        }
    }

    /// The same picture in the memory that downstream accepts. `None` if it was lost with its device.
    ///
    /// # Errors
    /// If the buffer holds no frame of the format, or there is no output buffer.
    pub fn pass(
        &self,
        filter: &WgpuFilter,
        buffer: gst::Buffer,
    ) -> Result<Option<gst::Buffer>, Failure> {
        let memory = FrameMemory::of(&buffer);
        let was_on_gpu = memory.is_some();
        if memory.is_some_and(|memory| !memory.is_readable()) {
            return Ok(None);
        }
        let is_shared = [self.in_memory, self.out_memory].contains(&Memory::DmaBuf);
        let passed = match (was_on_gpu, self.out_gpu()) {
            (true, true) => Ok(buffer),
            (_, false) => self.pass_to_system(filter, buffer),
            (false, true) => self.wrap(filter, &buffer),
        };
        match passed {
            // Its device was lost this very moment, or the CPU cannot read it.
            Err(Failure::Buffer(_)) if was_on_gpu || is_shared => Ok(None),
            // Neither is there memory of a device that is gone.
            Err(Failure::Flow(gst::FlowError::Error)) if is_shared => Ok(None),
            passed => passed.map(Some),
        }
    }

    /// The buffer in memory that is not ours: the same one if downstream reads it as it is, else a copy by the CPU.
    ///
    /// # Errors
    /// As [`Bypass::pass`].
    pub fn pass_to_system(
        &self,
        filter: &WgpuFilter,
        buffer: gst::Buffer,
    ) -> Result<gst::Buffer, Failure> {
        let foreign = !self.is_accepted(FrameMemory::of(&buffer).is_some());
        let reads_video_meta = self.reads_video_meta.load(Ordering::Relaxed);
        let is_told = reads_video_meta || self.out_dmabuf();
        if !foreign && (is_told || is_default(&buffer, &self.out_info)) {
            return Ok(buffer);
        }
        // Copied: downstream would misread the strides, or the frame is on another device.
        self.copy(filter, &buffer, acquire(filter)?)
    }

    /// A buffer that looks like GPU memory, and whose picture the CPU has.
    fn wrap(&self, filter: &WgpuFilter, buffer: &gst::Buffer) -> Result<gst::Buffer, Failure> {
        let bytes = vec![0; self.out_info.size()];
        let memory = FrameMemory::holding(&self.store, bytes);
        self.copy(filter, buffer, frame_buffer(&self.out_info, memory)?)
    }

    fn copy(
        &self,
        filter: &WgpuFilter,
        buffer: &gst::Buffer,
        mut out: gst::Buffer,
    ) -> Result<gst::Buffer, Failure> {
        let spans = self.layout.host_spans();
        extent::check(buffer, &self.in_info, &spans)?;
        let writable = out.get_mut().ok_or(gst::FlowError::Error)?;
        extent::check(writable, &self.out_info, &spans)?;
        let from = VideoFrameRef::from_buffer_ref_readable(buffer, &self.in_info)?;
        let mut to = VideoFrameRef::from_buffer_ref_writable(writable, &self.out_info)?;
        from.copy(&mut to)?;
        drop((from, to));
        filter.copy_metadata_to(buffer, &mut out)?;
        Ok(out)
    }
}

/// Takes an output buffer from the negotiated pool.
///
/// # Errors
/// As the pool's.
pub fn acquire(filter: &WgpuFilter) -> Result<gst::Buffer, Failure> {
    acquire_from(&filter.buffer_pool().ok_or(gst::FlowError::NotNegotiated)?)
}

/// Takes a buffer from a pool, which is made active if it is not.
///
/// # Errors
/// As the pool's.
pub fn acquire_from(pool: &gst::BufferPool) -> Result<gst::Buffer, Failure> {
    if !pool.is_active() {
        pool.set_active(true)?;
    }
    Ok(pool.acquire_buffer(None)?)
}

/// True if strides and offsets are the ones that the caps alone imply.
fn is_default(buffer: &gst::BufferRef, info: &VideoInfo) -> bool {
    match buffer.meta::<gst_video::VideoMeta>() {
        Some(meta) => meta.stride() == info.stride() && meta.offset() == info.offset(),
        None => true,
    }
}
