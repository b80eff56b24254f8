//! Input buffers as frames on the GPU.

use std::sync::Arc;

use gst_video::prelude::*;
use gst_video::{VideoFrameRef, VideoInfo};

use super::errors::Failure;
use super::extent;
#[cfg(target_os = "linux")]
use super::importing::Importing;
#[cfg(target_os = "linux")]
use crate::gpu::import::ForeignPlane;
use crate::gpu::pool::PooledFrame;
use crate::gpu::transfer::HostPlane;
use crate::gpu::{Frame, FrameLayout, Gpu, Recording};
#[cfg(target_os = "linux")]
use crate::video::dmabuf;
use crate::video::memory::{FrameMemory, FrameStore};

/// Turns the input buffers of one stream into GPU frames; uploads those in system memory.
#[derive(Debug)]
pub struct Incoming {
    store: Arc<FrameStore>,
    layout: FrameLayout,
    info: VideoInfo,
    #[cfg(target_os = "linux")]
    importing: Importing,
}

/// An input frame on the GPU, and where it came from.
pub enum Input<'a> {
    /// The buffer held it already.
    Shared(&'a Frame),
    /// Its upload is part of this recording.
    Uploaded(PooledFrame),
    /// The GPU copies it from memory of another driver, as part of this recording.
    Imported(PooledFrame),
    /// The same, where nothing needs to be copied.
    Borrowed(Frame),
}

/// How a buffer comes to the GPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Copied by the CPU.
    Uploaded,
    /// Read by the GPU where it is.
    Imported,
}

impl Input<'_> {
    /// The frame.
    pub fn frame(&self) -> &Frame {
        match self {
            Self::Shared(frame) => frame,
            Self::Uploaded(frame) | Self::Imported(frame) => frame,
            Self::Borrowed(frame) => frame,
        }
    }

    /// The frame, if it is not in the buffer.
    pub fn uploaded(self) -> Option<PooledFrame> {
        match self {
            Self::Shared(_) | Self::Borrowed(_) => None,
            Self::Uploaded(frame) | Self::Imported(frame) => Some(frame),
        }
    }
}

impl Incoming {
    /// For buffers of `info`, whose frames have `layout`. Uploads go into frames from `store`.
    pub fn new(store: &Arc<FrameStore>, layout: FrameLayout, info: VideoInfo) -> Self {
        let store = store.clone();
        Self {
            store,
            layout,
            info,
            #[cfg(target_os = "linux")]
            importing: Importing::default(),
        }
    }

    /// Layout of the frames.
    pub fn layout(&self) -> &FrameLayout {
        &self.layout
    }

    /// The buffers' format.
    pub fn info(&self) -> &VideoInfo {
        &self.info
    }

    /// True if frames come to this device.
    pub fn is_for(&self, gpu: &Arc<Gpu>) -> bool {
        self.store.gpu().is_some_and(|own| Arc::ptr_eq(own, gpu))
    }

    /// The memory of a buffer that holds a frame of this device and layout; `None` for any other.
    pub fn on_gpu<'a>(&self, buffer: &'a gst::BufferRef) -> Option<&'a FrameMemory> {
        FrameMemory::on(buffer, self.store.gpu()?, &self.layout)
    }

    /// The buffer as a frame on the GPU; records an upload if it is not there yet. Frames of another device
    /// are copied through system memory. Keep the buffer until the recording is submitted.
    ///
    /// # Errors
    /// If the buffer holds no frame of the format, or the upload fails.
    pub fn frame<'a>(
        &self,
        recording: &mut Recording<'_>,
        buffer: &'a gst::Buffer,
    ) -> Result<Input<'a>, Failure> {
        if let Some(memory) = self.on_gpu(buffer) {
            return Ok(Input::Shared(memory.readable_frame()?));
        }
        self.check(buffer)?;
        #[cfg(target_os = "linux")]
        if let Some(planes) = self.shared_planes(recording, buffer) {
            if let Some(frame) = recording.borrow(&self.layout, &planes) {
                recording.keep(Box::new(buffer.clone()));
                return Ok(Input::Borrowed(frame));
            }
            let frame = self.store.acquire()?;
            let from = (buffer, &*planes);
            self.importing.bring(recording, from, &frame)?;
            return Ok(Input::Imported(frame));
        }
        let frame = self.store.acquire()?;
        self.upload(recording, buffer, &frame)?;
        Ok(Input::Uploaded(frame))
    }

    /// Records bringing a buffer that is not on this device into a frame. What is imported is kept until the
    /// GPU has done with it.
    ///
    /// # Errors
    /// As [`Incoming::frame`].
    pub fn bring(
        &self,
        recording: &mut Recording<'_>,
        buffer: &gst::Buffer,
        frame: &Frame,
    ) -> Result<Way, Failure> {
        self.check(buffer)?;
        #[cfg(target_os = "linux")]
        if let Some(planes) = self.shared_planes(recording, buffer) {
            let from = (buffer, &*planes);
            self.importing.bring(recording, from, frame)?;
            return Ok(Way::Imported);
        }
        self.upload(recording, buffer, frame)?;
        Ok(Way::Uploaded)
    }

    fn check(&self, buffer: &gst::BufferRef) -> Result<(), Failure> {
        extent::check(buffer, &self.info, &self.layout.host_spans())
    }

    /// The planes of a buffer in DMABuf memory; `None` for all that must be uploaded.
    #[cfg(target_os = "linux")]
    fn shared_planes(
        &self,
        recording: &Recording<'_>,
        buffer: &gst::BufferRef,
    ) -> Option<Vec<ForeignPlane>> {
        if !dmabuf::is_in(buffer) {
            return None;
        }
        let gpu = recording.gpu();
        self.importing.planes(gpu, buffer, &self.info, &self.layout)
    }

    fn upload(
        &self,
        recording: &mut Recording<'_>,
        buffer: &gst::BufferRef,
        frame: &Frame,
    ) -> Result<(), Failure> {
        let mapped = VideoFrameRef::from_buffer_ref_readable(buffer, &self.info);
        let mapped = mapped.map_err(|error| self.unreadable(buffer, error))?;
        let planes: Vec<HostPlane> = (0..mapped.n_planes())
            .map(|plane| host_plane(&mapped, plane))
            .collect::<Result<_, _>>()?;
        Ok(recording.upload(self.store.stage(&planes)?, frame)?)
    }

    /// Why a buffer cannot be uploaded.
    #[cfg_attr(not(target_os = "linux"), expect(unused_variables))]
    fn unreadable(&self, buffer: &gst::BufferRef, error: glib::BoolError) -> Failure {
        #[cfg(target_os = "linux")]
        if dmabuf::is_in(buffer) {
            return Failure::Unreadable(self.refusal().unwrap_or_default());
        }
        error.into()
    }

    /// Why the latest buffer that could have been imported was not.
    pub fn refusal(&self) -> Option<String> {
        #[cfg(target_os = "linux")]
        return self.importing.refusal();
        #[cfg(not(target_os = "linux"))]
        None
    }
}

fn host_plane<'a>(
    mapped: &'a VideoFrameRef<&gst::BufferRef>,
    plane: u32,
) -> Result<HostPlane<'a>, Failure> {
    let stride = row_distance(mapped.plane_stride(), plane)?;
    let data = mapped.plane_data(plane)?;
    Ok(HostPlane { data, stride })
}

/// Bytes from one row of a plane to the next.
pub(super) fn row_distance(strides: &[i32], plane: u32) -> Result<usize, Failure> {
    let stride = strides.get(plane as usize).copied().unwrap_or_default();
    let stride = usize::try_from(stride).ok().filter(|stride| *stride > 0);
    stride.ok_or_else(|| Failure::Buffer("its rows run backwards".into()))
}
