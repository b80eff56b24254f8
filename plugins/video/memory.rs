//! A frame as GStreamer memory: a buffer on the GPU, and a CPU copy made on demand.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use gst_video::VideoInfo;

use super::allocator::WgpuAllocator;
use crate::gpu::Recorder;
use crate::gpu::pool::PooledFrame;
use crate::gpu::transfer::{Downloaded, Downloader, HostPlane, Staged, Uploader};
use crate::gpu::{Frame, FrameLayout, FramePool, Gpu, GpuError};

/// The caps feature, and the name of the memory's type.
pub const MEMORY_FEATURE: &str = "memory:WGPUMemory";

/// What all frames of a stream share.
#[derive(Debug)]
pub struct FrameStore {
    info: VideoInfo,
    layout: FrameLayout,
    device: Option<DeviceStore>,
}

/// The pool and the transfer rings of a device.
#[derive(Debug)]
struct DeviceStore {
    pool: Arc<FramePool>,
    uploader: Uploader,
    downloader: Downloader,
}

impl FrameStore {
    /// A store for frames of `info`, whose layout on the GPU is `layout`.
    ///
    /// # Errors
    /// As [`Uploader::new`].
    pub fn new(
        gpu: &Arc<Gpu>,
        info: &VideoInfo,
        layout: FrameLayout,
    ) -> Result<Arc<Self>, GpuError> {
        Ok(Arc::new(Self {
            info: info.clone(),
            layout,
            device: Some(DeviceStore {
                pool: FramePool::new(gpu, layout),
                uploader: Uploader::new(gpu, &layout)?,
                downloader: Downloader::new(gpu, &layout)?,
            }),
        }))
    }

    /// A store without a device; its frames only have a CPU copy.
    pub fn in_host_memory(info: &VideoInfo, layout: FrameLayout) -> Arc<Self> {
        Arc::new(Self {
            info: info.clone(),
            layout,
            device: None,
        })
    }

    /// The device.
    pub fn gpu(&self) -> Option<&Arc<Gpu>> {
        self.device.as_ref().map(|device| device.pool.gpu())
    }

    fn device(&self) -> Result<&DeviceStore, GpuError> {
        let none = || GpuError::Lost("the frame is not on a GPU".into());
        self.device.as_ref().ok_or_else(none)
    }

    /// Description of the video; its strides and offsets are those of a mapped frame.
    pub fn info(&self) -> &VideoInfo {
        &self.info
    }

    /// A frame from the pool, with undefined contents.
    ///
    /// # Errors
    /// As [`Frame::new`]; [`GpuError::Lost`] without a device.
    pub fn acquire(&self) -> Result<PooledFrame, GpuError> {
        self.device()?.pool.acquire()
    }

    /// Copies planes into a staging buffer.
    ///
    /// # Errors
    /// As [`Uploader::stage`]; [`GpuError::Lost`] without a device.
    pub fn stage(&self, planes: &[HostPlane<'_>]) -> Result<Staged, GpuError> {
        self.device()?.uploader.stage(planes)
    }

    /// The ring of readback buffers.
    ///
    /// # Errors
    /// [`GpuError::Lost`] without a device.
    pub fn downloader(&self) -> Result<&Downloader, GpuError> {
        Ok(&self.device()?.downloader)
    }
}

/// The CPU copy of a frame, and which of the two copies are up to date.
#[derive(Debug, Default)]
struct Shadow {
    bytes: Box<[u8]>,
    host_valid: bool,
    gpu_valid: bool,
}

/// A frame held by a GstMemory.
#[derive(Debug)]
pub struct FrameMemory {
    store: Arc<FrameStore>,
    /// Set when the GPU first reads or writes it.
    frame: OnceLock<PooledFrame>,
    shadow: Mutex<Shadow>,
}

impl FrameMemory {
    fn new(store: &Arc<FrameStore>) -> Self {
        Self {
            store: store.clone(),
            frame: OnceLock::new(),
            shadow: Mutex::default(),
        }
    }

    /// A new memory for a frame of the store.
    ///
    /// # Errors
    /// As [`Frame::new`].
    pub fn allocate(store: &Arc<FrameStore>) -> Result<gst::Memory, GpuError> {
        let memory = Self::new(store);
        memory.frame()?;
        Ok(WgpuAllocator::wrap(memory, store.info.size()))
    }

    /// A memory that only has a CPU copy: these bytes, in the layout of [`FrameStore::info`].
    pub fn holding(store: &Arc<FrameStore>, bytes: Vec<u8>) -> gst::Memory {
        let memory = Self::new(store);
        let mut shadow = memory.lock();
        shadow.bytes = bytes.into();
        shadow.host_valid = true;
        drop(shadow);
        WgpuAllocator::wrap(memory, store.info.size())
    }

    /// The frame memory in a buffer; `None` if the buffer holds anything else.
    pub fn of(buffer: &gst::BufferRef) -> Option<&Self> {
        match buffer.n_memory() {
            1 => WgpuAllocator::unwrap(buffer.peek_memory(0)),
            _ => None,
        }
    }

    /// As [`FrameMemory::of`], but `None` unless the frame is on this device and has this layout.
    pub fn on<'a>(
        buffer: &'a gst::BufferRef,
        gpu: &Arc<Gpu>,
        layout: &FrameLayout,
    ) -> Option<&'a Self> {
        Self::of(buffer).filter(|memory| {
            let same = |theirs| Arc::ptr_eq(theirs, gpu);
            memory.store.gpu().is_some_and(same) && memory.store.layout == *layout
        })
    }

    /// True if the picture was only on a device that is lost.
    pub fn is_lost(&self) -> bool {
        let failed = |gpu: &Arc<Gpu>| gpu.check().is_err();
        !self.lock().host_valid && self.store.gpu().is_some_and(failed)
    }

    /// False if the picture is only on a device that is lost, or busy with work that came too late.
    pub fn is_readable(&self) -> bool {
        let works = |gpu: &Arc<Gpu>| gpu.is_late().is_ok_and(|is_late| !is_late);
        self.lock().host_valid || self.store.gpu().is_none_or(works)
    }

    /// The frame to write; call [`FrameMemory::written`] once that work is submitted.
    ///
    /// # Errors
    /// As [`Frame::new`]; [`GpuError::Lost`] without a device.
    pub fn frame(&self) -> Result<&Frame, GpuError> {
        if self.frame.get().is_none() {
            // Another thread may have set it meanwhile; this frame then returns to its pool.
            let _ = self.frame.set(self.store.acquire()?);
        }
        let none = || GpuError::Lost("no frame".into());
        self.frame.get().map(|frame| &**frame).ok_or_else(none)
    }

    fn detach_all(&self) {
        if let Some(frame) = self.frame.get() {
            frame.detach_all();
        }
    }

    /// The frame to read; first uploads what the CPU has written.
    ///
    /// # Errors
    /// As [`Uploader::stage`].
    pub fn readable_frame(&self) -> Result<&Frame, GpuError> {
        let frame = self.frame()?;
        let mut shadow = self.lock();
        if shadow.host_valid && !shadow.gpu_valid {
            // Submitted at once: another reader of this memory may submit before the caller.
            let staged = self
                .store
                .stage(&host_planes(&self.store.info, &shadow.bytes))?;
            let mut recorder = Recorder::new(frame.gpu());
            let mut recording = recorder.begin();
            recording.upload(staged, frame)?;
            recording.submit()?;
            shadow.gpu_valid = true;
        }
        drop(shadow);
        Ok(frame)
    }

    /// Call after submitting work that writes the frame: the CPU copy is out of date from now on.
    pub fn written(&self) {
        let mut shadow = self.lock();
        shadow.gpu_valid = true;
        shadow.host_valid = false;
    }

    /// Marks the contents as undefined: the buffer comes fresh from its pool.
    pub fn forget(&self) {
        let mut shadow = self.lock();
        shadow.gpu_valid = false;
        shadow.host_valid = false;
        self.detach_all();
    }

    /// The CPU copy, brought up to date. The pointer is valid as long as the memory; GStreamer synchronizes
    /// writes through it.
    pub(super) fn map(&self, write: bool) -> Result<*mut u8, GpuError> {
        let (gpu_valid, host_valid) = {
            let shadow = self.lock();
            (shadow.gpu_valid, shadow.host_valid)
        };
        // Downloaded before a write too: the write may not cover the whole frame.
        let downloaded = match gpu_valid && !host_valid {
            true => Some(self.download()?),
            false => None,
        };
        let mut shadow = self.lock();
        if shadow.bytes.is_empty() {
            shadow.bytes = vec![0; self.store.info.size()].into();
        }
        if let Some(downloaded) = downloaded.filter(|_| !shadow.host_valid) {
            fill(&self.store.info, &downloaded, &mut shadow.bytes)?;
            shadow.host_valid = true;
        }
        if write {
            shadow.host_valid = true;
            shadow.gpu_valid = false;
            self.detach_all();
        }
        Ok(shadow.bytes.as_mut_ptr())
    }

    fn download(&self) -> Result<Downloaded, GpuError> {
        let frame = self.frame()?;
        let download = self.store.downloader()?.prepare();
        let mut recorder = Recorder::new(frame.gpu());
        let mut recording = recorder.begin();
        recording.download(&download, frame)?;
        let submission = recording.submit()?;
        download.wait(&submission)
    }

    /// A new memory with a copy of the picture.
    pub(super) fn copy(&self) -> Result<gst::Memory, GpuError> {
        let copy = Self::new(&self.store);
        let shadow = self.lock();
        let mut copied = copy.lock();
        if shadow.gpu_valid && (!shadow.host_valid || self.has_working_device()) {
            let frame = self.frame()?;
            let mut recorder = Recorder::new(frame.gpu());
            let mut recording = recorder.begin();
            recording.copy(frame, copy.frame()?);
            recording.submit()?;
            copied.gpu_valid = true;
        } else if shadow.host_valid {
            copied.bytes = shadow.bytes.clone();
            copied.host_valid = true;
        }
        drop((shadow, copied));
        Ok(WgpuAllocator::wrap(copy, self.store.info.size()))
    }

    fn has_working_device(&self) -> bool {
        self.store.gpu().is_some_and(|gpu| gpu.check().is_ok())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shadow> {
        self.shadow.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn host_planes<'a>(info: &VideoInfo, bytes: &'a [u8]) -> Vec<HostPlane<'a>> {
    let planes = info.offset().iter().zip(info.stride());
    planes
        .map(|(offset, stride)| HostPlane {
            data: bytes.get(*offset..).unwrap_or_default(),
            stride: *stride as usize,
        })
        .collect()
}

fn fill(info: &VideoInfo, from: &Downloaded, bytes: &mut [u8]) -> Result<(), GpuError> {
    for (index, (offset, stride)) in info.offset().iter().zip(info.stride()).enumerate() {
        let target = bytes.get_mut(*offset..).unwrap_or_default();
        from.copy_plane(index, target, *stride as usize)?;
    }
    Ok(())
}
