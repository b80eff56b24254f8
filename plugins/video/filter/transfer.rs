//! Conversion between GStreamer's buffers and frames on the GPU.

use std::sync::Arc;

use gst::prelude::*;
use gst_base::prelude::*;
use gst_video::prelude::*;
use gst_video::{VideoFrameRef, VideoInfo};

use super::errors::Failure;
use super::extent;
use super::incoming::{Incoming, Input, row_distance};
use super::stats::{Statistics, count};
use super::{WgpuFilter, Work};
use crate::gpu::Recorder;
use crate::gpu::pool::PooledFrame;
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording};
use crate::video::memory::{FrameMemory, FrameStore};

/// Input and output of one stream's frames.
#[derive(Debug)]
pub struct Transfer {
    store: Arc<FrameStore>,
    incoming: Incoming,
    out_info: VideoInfo,
    /// Output rows have padding bytes, which are no part of the picture.
    padded: bool,
    /// Downstream accepts GPU frames.
    out_gpu: bool,
    /// Downstream reads strides and offsets from GstVideoMeta.
    pub reads_video_meta: bool,
    stats: Arc<Statistics>,
}

/// The frame that an output is written to.
pub enum Target {
    /// A frame to be downloaded.
    Working(PooledFrame),
    /// An output buffer that holds a GPU frame.
    Buffer(gst::Buffer),
}

impl Target {
    /// The frame.
    pub fn frame(&self) -> Result<&Frame, Failure> {
        match self {
            Self::Working(frame) => Ok(frame),
            Self::Buffer(buffer) => match FrameMemory::of(buffer) {
                Some(memory) => Ok(memory.frame()?),
                None => Err(Failure::Buffer("the pool gave no GPU frame".into())),
            },
        }
    }
}

/// An output buffer, and the work that writes it.
pub type Output = (gst::Buffer, Work);

impl Transfer {
    /// A transfer for one pair of caps.
    ///
    /// # Errors
    /// As [`FrameStore::new`].
    pub fn new(
        gpu: &Arc<Gpu>,
        layout: FrameLayout,
        (in_info, out_info): (VideoInfo, VideoInfo),
        out_gpu: bool,
        stats: &Arc<Statistics>,
    ) -> Result<Self, GpuError> {
        let store = FrameStore::new(gpu, &out_info, layout)?;
        stats.set_frame_bytes(store.downloader()?.bytes());
        Ok(Self {
            incoming: Incoming::new(&store, layout, in_info),
            store,
            padded: picture_bytes(&layout) != out_info.size(),
            out_info,
            out_gpu,
            reads_video_meta: false,
            stats: stats.clone(),
        })
    }

    /// The input as a frame on the GPU; records an upload if it is not there yet.
    pub fn input<'a>(
        &self,
        recording: &mut Recording<'_>,
        buffer: &'a gst::BufferRef,
    ) -> Result<Input<'a>, Failure> {
        let input = self.incoming.frame(recording, buffer)?;
        if let Input::Uploaded(_) = input {
            count(&self.stats.uploads);
        }
        Ok(input)
    }

    /// A frame to write the output to.
    pub fn target(&self, filter: &WgpuFilter) -> Result<Target, Failure> {
        match self.out_gpu {
            true => Ok(Target::Buffer(acquire(filter)?)),
            false => Ok(Target::Working(self.store.acquire()?)),
        }
    }

    /// Submits the recording that writes `target`, and returns the output buffer. Waits for the GPU only if
    /// downstream needs system memory.
    pub fn finish(
        &self,
        filter: &WgpuFilter,
        recording: Recording<'_>,
        target: Target,
    ) -> Result<Output, Failure> {
        match target {
            Target::Working(frame) => self.download(filter, recording, &frame),
            Target::Buffer(buffer) => {
                let submission = recording.submit()?;
                if let Some(memory) = FrameMemory::of(&buffer) {
                    memory.written();
                }
                let done = false;
                Ok((buffer, Work { submission, done }))
            }
        }
    }

    /// Submits a recording that only reads the input, and returns the input as the output: the same buffer
    /// if downstream accepts its memory, else a copy.
    pub fn untouched(
        &self,
        filter: &WgpuFilter,
        mut recording: Recording<'_>,
        (buffer, frame): (&gst::Buffer, &Frame),
        target: Target,
    ) -> Result<Output, Failure> {
        let on_gpu = self.incoming.on_gpu(buffer).is_some();
        if on_gpu != self.out_gpu {
            recording.copy(frame, target.frame()?);
            let (mut out, work) = self.finish(filter, recording, target)?;
            filter.copy_metadata_to(buffer, &mut out)?;
            return Ok((out, work));
        }
        let submission = recording.submit()?;
        let out = match on_gpu {
            true => buffer.clone(),
            false => self.pass_system(filter, buffer.clone())?,
        };
        let done = false;
        Ok((out, Work { submission, done }))
    }

    fn download(
        &self,
        filter: &WgpuFilter,
        mut recording: Recording<'_>,
        frame: &Frame,
    ) -> Result<Output, Failure> {
        let download = self.store.downloader()?.prepare();
        recording.download(&download, frame)?;
        let submission = recording.submit()?;
        // Acquired while the GPU works.
        let mut buffer = acquire(filter)?;
        let downloaded = download.wait(&submission)?;
        count(&self.stats.downloads);
        let writable = buffer.get_mut().ok_or(gst::FlowError::Error)?;
        if self.padded {
            // Padding is zeroed, so that the same input always gives the same bytes.
            writable.map_writable()?.fill(0);
        }
        extent::check(writable, &self.out_info, &frame.layout().host_spans())?;
        let mut mapped = VideoFrameRef::from_buffer_ref_writable(writable, &self.out_info)?;
        for plane in 0..mapped.n_planes() {
            let stride = row_distance(mapped.plane_stride(), plane)?;
            let target = mapped.plane_data_mut(plane)?;
            downloaded.copy_plane(plane as usize, target, stride)?;
        }
        drop(mapped);
        let done = true;
        Ok((buffer, Work { submission, done }))
    }

    /// The input as the output, in the memory that downstream accepts: the same buffer where possible, else
    /// a copy.
    pub fn pass(
        &self,
        filter: &WgpuFilter,
        recorder: &mut Recorder,
        buffer: gst::Buffer,
    ) -> Result<gst::Buffer, Failure> {
        let gpu = self.incoming.on_gpu(&buffer);
        let memory = match (gpu, self.out_gpu) {
            (Some(_), true) => return Ok(buffer),
            (None, false) => return self.pass_system(filter, buffer),
            (memory, _) => memory,
        };
        let mut recording = recorder.begin();
        let (mut out, _) = match memory {
            Some(memory) => self.download(filter, recording, memory.readable_frame()?)?,
            None => {
                let target = self.target(filter)?;
                self.incoming
                    .upload(&mut recording, &buffer, target.frame()?)?;
                count(&self.stats.uploads);
                self.finish(filter, recording, target)?
            }
        };
        filter.copy_metadata_to(&buffer, &mut out)?;
        Ok(out)
    }

    fn pass_system(
        &self,
        filter: &WgpuFilter,
        buffer: gst::Buffer,
    ) -> Result<gst::Buffer, Failure> {
        let foreign = FrameMemory::of(&buffer).is_some();
        if !foreign && (self.reads_video_meta || is_default(&buffer, &self.out_info)) {
            return Ok(buffer);
        }
        // Copied: downstream would misread the strides, or the frame is on another device.
        let spans = self.incoming.layout().host_spans();
        extent::check(&buffer, self.incoming.info(), &spans)?;
        let mut out = acquire(filter)?;
        let writable = out.get_mut().ok_or(gst::FlowError::Error)?;
        extent::check(writable, &self.out_info, &spans)?;
        let from = VideoFrameRef::from_buffer_ref_readable(&buffer, self.incoming.info())?;
        let mut to = VideoFrameRef::from_buffer_ref_writable(writable, &self.out_info)?;
        from.copy(&mut to)?;
        drop((from, to));
        filter.copy_metadata_to(&buffer, &mut out)?;
        Ok(out)
    }
}

fn picture_bytes(layout: &FrameLayout) -> usize {
    let spans = layout.host_spans();
    let bytes = spans.iter().map(|s| s.row_bytes as usize * s.rows as usize);
    bytes.sum()
}

/// Takes an output buffer from the negotiated pool.
fn acquire(filter: &WgpuFilter) -> Result<gst::Buffer, Failure> {
    let pool = filter.buffer_pool().ok_or(gst::FlowError::NotNegotiated)?;
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
