//! Conversion between GStreamer's buffers and frames on the GPU.

use std::sync::Arc;

use gst::prelude::*;
use gst_video::VideoFrameRef;
use gst_video::prelude::*;

use super::bypass::{Bypass, acquire, acquire_from};
use super::caps;
use super::errors::Failure;
#[cfg(target_os = "linux")]
use super::exporting::Exporting;
use super::extent;
use super::incoming::{Incoming, Input, Way, row_distance};
use super::stats::{Statistics, count};
use super::{WgpuFilter, Work};
use crate::gpu::Recorder;
use crate::gpu::pool::PooledFrame;
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording};
use crate::video::memory::{FrameMemory, FrameStore};
use crate::video::pool::WgpuBufferPool;

/// Input and output of one stream's frames.
#[derive(Debug)]
pub struct Transfer {
    store: Arc<FrameStore>,
    incoming: Incoming,
    bypass: Arc<Bypass>,
    /// Makes output buffers of this device, if the negotiated pool is of an earlier one.
    pool: Option<WgpuBufferPool>,
    /// Writes output buffers that other drivers read.
    #[cfg(target_os = "linux")]
    exporting: Option<Exporting>,
    /// Output rows have padding bytes, which are no part of the picture.
    padded: bool,
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
    /// A transfer for the same caps as `bypass`. `caps` are those of the output where the negotiated pool
    /// is not of this device.
    ///
    /// # Errors
    /// As [`FrameStore::new`].
    pub fn new(
        gpu: &Arc<Gpu>,
        layout: FrameLayout,
        bypass: &Arc<Bypass>,
        caps: Option<&gst::Caps>,
        stats: &Arc<Statistics>,
    ) -> Result<Self, GpuError> {
        let (in_info, out_info) = (bypass.in_info().clone(), bypass.out_info());
        let store = FrameStore::new(gpu, out_info, layout)?;
        stats.set_frame_bytes(store.downloader()?.bytes());
        let pool = caps.filter(|caps| caps::Memory::of(caps) != caps::Memory::System);
        let pool = pool.map(|caps| WgpuBufferPool::configured(gpu, caps, (0, 0)));
        let pool = pool.transpose();
        Ok(Self {
            incoming: Incoming::new(&store, layout, in_info),
            store,
            #[cfg(target_os = "linux")]
            exporting: match bypass.out_dmabuf() {
                true => Some(Exporting::new(gpu, &layout)?),
                false => None,
            },
            padded: picture_bytes(&layout) != out_info.size(),
            bypass: bypass.clone(),
            pool: pool.map_err(|error| GpuError::Fault(error.to_string()))?,
            stats: stats.clone(),
        })
    }

    /// The input as a frame on the GPU; records an upload if it is not there yet.
    pub fn input<'a>(
        &self,
        recording: &mut Recording<'_>,
        buffer: &'a gst::Buffer,
    ) -> Result<Input<'a>, Failure> {
        let input = self.incoming.frame(recording, buffer)?;
        match input {
            Input::Shared(_) => {}
            Input::Uploaded(_) => self.note(Way::Uploaded),
            Input::Imported(_) | Input::Borrowed(_) => self.note(Way::Imported),
        }
        Ok(input)
    }

    fn note(&self, way: Way) {
        count(match way {
            Way::Uploaded => &self.stats.uploads,
            Way::Imported => &self.stats.imports,
        });
        if way == Way::Uploaded {
            self.stats.set_refusal(self.incoming.refusal());
        }
    }

    /// A frame to write the output to.
    pub fn target(&self, filter: &WgpuFilter) -> Result<Target, Failure> {
        match self.bypass.out_gpu() {
            true => Ok(Target::Buffer(self.acquire(filter)?)),
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
        if !self.bypass.is_accepted(on_gpu) {
            recording.copy(frame, target.frame()?);
            let (mut out, work) = self.finish(filter, recording, target)?;
            filter.copy_metadata_to(buffer, &mut out)?;
            return Ok((out, work));
        }
        let submission = recording.submit()?;
        let out = match on_gpu {
            true => buffer.clone(),
            false => self.bypass.pass_to_system(filter, buffer.clone())?,
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
        #[cfg(target_os = "linux")]
        if let Some(exporting) = &self.exporting {
            let buffer = self.acquire(filter)?;
            let submission = exporting.write(recording, frame, &buffer)?;
            count(&self.stats.exports);
            let done = true;
            return Ok((buffer, Work { submission, done }));
        }
        let download = self.store.downloader()?.prepare();
        recording.download(&download, frame)?;
        let submission = recording.submit()?;
        // Acquired while the GPU works.
        let mut buffer = self.acquire(filter)?;
        let downloaded = download.wait(&submission)?;
        count(&self.stats.downloads);
        let writable = buffer.get_mut().ok_or(gst::FlowError::Error)?;
        if self.padded {
            // Padding is zeroed, so that the same input always gives the same bytes.
            writable.map_writable()?.fill(0);
        }
        let out_info = self.bypass.out_info();
        extent::check(writable, out_info, &frame.layout().host_spans())?;
        let mut mapped = VideoFrameRef::from_buffer_ref_writable(writable, out_info)?;
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
        let memory = match (gpu, self.bypass.is_accepted(gpu.is_some())) {
            (Some(_), true) => return Ok(buffer),
            (None, true) => return self.bypass.pass_to_system(filter, buffer),
            (memory, false) => memory,
        };
        let mut recording = recorder.begin();
        let (mut out, _) = match memory {
            Some(memory) => self.download(filter, recording, memory.readable_frame()?)?,
            None => {
                let target = self.target(filter)?;
                let frame = target.frame()?;
                let way = self.incoming.bring(&mut recording, &buffer, frame)?;
                self.note(way);
                self.finish(filter, recording, target)?
            }
        };
        filter.copy_metadata_to(&buffer, &mut out)?;
        Ok(out)
    }

    fn acquire(&self, filter: &WgpuFilter) -> Result<gst::Buffer, Failure> {
        match &self.pool {
            Some(pool) => acquire_from(pool.upcast_ref()),
            None => acquire(filter),
        }
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        if let Some(pool) = &self.pool {
            // A pool that stays active is never freed.
            let _ = pool.set_active(false);
        }
    }
}

fn picture_bytes(layout: &FrameLayout) -> usize {
    let spans = layout.host_spans();
    let bytes = spans.iter().map(|s| s.row_bytes as usize * s.rows as usize);
    bytes.sum()
}
