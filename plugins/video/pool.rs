//! The buffer pool that hands out frames in `memory:WGPUMemory`.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::format;
use super::memory::{FrameMemory, FrameStore};
use crate::gpu::Gpu;

mod imp {
    use super::*;

    #[derive(Debug, Default)]
    pub struct WgpuBufferPool {
        pub(super) gpu: OnceLock<Arc<Gpu>>,
        store: Mutex<Option<Arc<FrameStore>>>,
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
        fn store(&self) -> Option<Arc<FrameStore>> {
            let store = self.store.lock();
            store.unwrap_or_else(PoisonError::into_inner).clone()
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
            let info = gst_video::VideoInfo::from_caps(&caps).ok();
            let known = info.and_then(|info| format::layout(&info).map(|layout| (info, layout)));
            let (Some((info, layout)), Some(gpu)) = (known, self.gpu.get()) else {
                return false;
            };
            config.set_params(Some(&caps), info.size() as u32, min, max);
            let store = match FrameStore::new(gpu, &info, layout) {
                Ok(store) => store,
                Err(error) => {
                    gst::error!(gst::CAT_RUST, imp = self, "no frames of {caps}: {error}");
                    return false;
                }
            };
            *self.store.lock().unwrap_or_else(PoisonError::into_inner) = Some(store);
            self.parent_set_config(config)
        }

        fn alloc_buffer(
            &self,
            _params: Option<&gst::BufferPoolAcquireParams>,
        ) -> Result<gst::Buffer, gst::FlowError> {
            let store = self.store().ok_or(gst::FlowError::NotNegotiated)?;
            let memory = FrameMemory::allocate(&store).map_err(|error| {
                gst::error!(gst::CAT_RUST, imp = self, "no frame: {error}");
                gst::FlowError::Error
            })?;
            frame_buffer(store.info(), memory)
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

/// A buffer with this frame memory and a GstVideoMeta of its planes.
///
/// # Errors
/// If GStreamer refuses the meta.
pub fn frame_buffer(
    info: &gst_video::VideoInfo,
    memory: gst::Memory,
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
        info.offset(),
        info.stride(),
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
        let info = gst_video::VideoInfo::from_caps(caps)?;
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
