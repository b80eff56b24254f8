//! The buffer pool that hands out frames in `memory:WGPUMemory`.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use gst::prelude::*;
use gst::subclass::prelude::*;

use gst_video::VideoInfo;

use super::filter::caps::are_dmabuf;
use super::memory::{FrameMemory, FrameStore};
use super::{drm_format, format};
#[cfg(target_os = "linux")]
use crate::gpu::PlaneSpan;
#[cfg(target_os = "linux")]
use crate::gpu::export::{exported_bytes, exported_spans};
use crate::gpu::{FrameLayout, Gpu, GpuError};

mod imp {
    use super::*;

    #[derive(Debug, Default)]
    pub struct WgpuBufferPool {
        pub(super) gpu: OnceLock<Arc<Gpu>>,
        source: Mutex<Option<Source>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for WgpuBufferPool {
        const NAME: &'static str = "GstWgpuBufferPool";
        const ALLOW_NAME_CONFLICT: bool = true;
        type Type = super::WgpuBufferPool;
        type ParentType = gst::BufferPool;
    }

    impl ObjectImpl for WgpuBufferPool {}
    impl GstObjectImpl for WgpuBufferPool {}

    impl WgpuBufferPool {
        fn source(&self) -> Option<Source> {
            let source = self.source.lock();
            source.unwrap_or_else(PoisonError::into_inner).clone()
        }
    }

    impl BufferPoolImpl for WgpuBufferPool {
        fn options() -> &'static [&'static str] {
            &["GstBufferPoolOptionVideoMeta"]
        }

        fn set_config(&self, config: &mut gst::BufferPoolConfigRef) -> bool {
            let Some((Some(caps), _, min, max)) = config.params() else {
                return false;
            };
            let info = drm_format::info(&caps).ok();
            let known = info.and_then(|info| format::layout(&info).map(|layout| (info, layout)));
            let (Some((info, layout)), Some(gpu)) = (known, self.gpu.get()) else {
                return false;
            };
            let source = match are_dmabuf(&caps) {
                true => Source::exports(gpu, &info, &layout),
                false => FrameStore::new(gpu, &info, layout).map(Source::Frames),
            };
            let source = match source {
                Ok(source) => source,
                Err(error) => {
                    gst::error!(gst::CAT_RUST, imp = self, "no frames of {caps}: {error}");
                    return false;
                }
            };
            config.set_params(Some(&caps), source.bytes() as u32, min, max);
            *self.source.lock().unwrap_or_else(PoisonError::into_inner) = Some(source);
            self.parent_set_config(config)
        }

        fn alloc_buffer(
            &self,
            _params: Option<&gst::BufferPoolAcquireParams>,
        ) -> Result<gst::Buffer, gst::FlowError> {
            let source = self.source().ok_or(gst::FlowError::NotNegotiated)?;
            let gpu = self.gpu.get().ok_or(gst::FlowError::NotNegotiated)?;
            source.buffer(gpu).map_err(|error| {
                gst::error!(gst::CAT_RUST, imp = self, "no frame: {error}");
                gst::FlowError::Error
            })
        }

        fn acquire_buffer(
            &self,
            params: Option<&gst::BufferPoolAcquireParams>,
        ) -> Result<gst::Buffer, gst::FlowError> {
            let buffer = self.parent_acquire_buffer(params)?;
            // Not when the buffer was released: a copy of it may still have shared its memory then.
            if let Some(memory) = FrameMemory::of(&buffer) {
                memory.forget();
            }
            Ok(buffer)
        }
    }
}

/// What a pool's buffers hold.
#[derive(Debug, Clone)]
enum Source {
    /// Frames of the device.
    Frames(Arc<FrameStore>),
    /// Memory of the device that others read: what it shows, and where its planes lie.
    #[cfg(target_os = "linux")]
    Exports(VideoInfo, Arc<[PlaneSpan]>, u64),
}

impl Source {
    #[cfg(target_os = "linux")]
    fn exports(_: &Arc<Gpu>, info: &VideoInfo, layout: &FrameLayout) -> Result<Self, GpuError> {
        let spans = exported_spans(layout).into();
        Ok(Self::Exports(info.clone(), spans, exported_bytes(layout)))
    }

    #[cfg(not(target_os = "linux"))]
    fn exports(gpu: &Arc<Gpu>, info: &VideoInfo, layout: &FrameLayout) -> Result<Self, GpuError> {
        FrameStore::new(gpu, info, *layout).map(Self::Frames)
    }

    fn bytes(&self) -> u64 {
        match self {
            Self::Frames(store) => store.info().size() as u64,
            #[cfg(target_os = "linux")]
            Self::Exports(_, _, bytes) => *bytes,
        }
    }

    #[cfg_attr(not(target_os = "linux"), expect(unused_variables))]
    fn buffer(&self, gpu: &Arc<Gpu>) -> Result<gst::Buffer, GpuError> {
        let refused = |_| GpuError::Fault("GStreamer refused the buffer".into());
        match self {
            Self::Frames(store) => {
                frame_buffer(store.info(), FrameMemory::allocate(store)?).map_err(refused)
            }
            #[cfg(target_os = "linux")]
            Self::Exports(info, spans, bytes) => {
                let memory = super::dmabuf::export(gpu, *bytes)?;
                let offsets: Vec<_> = spans.iter().map(|span| span.offset as usize).collect();
                let strides: Vec<_> = spans.iter().map(|span| span.stride as i32).collect();
                buffer_of(info, memory, &offsets, &strides).map_err(refused)
            }
        }
    }
}

/// A buffer with this frame memory and a GstVideoMeta of its planes.
///
/// # Errors
/// If GStreamer refuses the meta.
pub fn frame_buffer(info: &VideoInfo, memory: gst::Memory) -> Result<gst::Buffer, gst::FlowError> {
    buffer_of(info, memory, info.offset(), info.stride())
}

fn buffer_of(
    info: &VideoInfo,
    memory: gst::Memory,
    offsets: &[usize],
    strides: &[i32],
) -> Result<gst::Buffer, gst::FlowError> {
    let mut buffer = gst::Buffer::new();
    let writable = buffer.get_mut().ok_or(gst::FlowError::Error)?;
    writable.append_memory(memory);
    let meta = gst_video::VideoMeta::add_full(
        writable,
        gst_video::VideoFrameFlags::empty(),
        info.format(),
        info.width(),
        info.height(),
        offsets,
        strides,
    );
    meta.map_err(|_| gst::FlowError::Error)?;
    Ok(buffer)
}

glib::wrapper! {
    /// Pool of buffers whose memory is a frame on one device.
    pub struct WgpuBufferPool(ObjectSubclass<imp::WgpuBufferPool>)
        @extends gst::BufferPool, gst::Object;
}

impl WgpuBufferPool {
    /// A pool without configuration.
    pub fn new(gpu: &Arc<Gpu>) -> Self {
        let pool: Self = glib::Object::new();
        // The pool is new, so the cell is empty.
        let _ = pool.imp().gpu.set(gpu.clone());
        pool
    }

    /// A pool configured for these caps; `min` buffers are allocated at once.
    ///
    /// # Errors
    /// If no frame can have these caps.
    pub fn configured(
        gpu: &Arc<Gpu>,
        caps: &gst::Caps,
        (min, max): (u32, u32),
    ) -> Result<Self, glib::BoolError> {
        let pool = Self::new(gpu);
        let info = drm_format::info(caps)?;
        let mut config = pool.config();
        config.set_params(Some(caps), info.size() as u32, min, max);
        config.add_option(gst_video::BUFFER_POOL_OPTION_VIDEO_META);
        pool.set_config(config)?;
        Ok(pool)
    }

    /// The device of the pool's frames.
    pub fn gpu(&self) -> Option<&Arc<Gpu>> {
        self.imp().gpu.get()
    }
}
