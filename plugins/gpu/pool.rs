//! Reuse of frames, so that a running stream allocates none.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::device::Gpu;
use super::error::GpuError;
use super::frame::Frame;
use super::layout::FrameLayout;

/// Hands out frames of one layout; a frame returns when it is dropped.
#[derive(Debug)]
pub struct FramePool {
    gpu: Arc<Gpu>,
    layout: FrameLayout,
    free: Mutex<Vec<Arc<Frame>>>,
}

impl FramePool {
    /// An empty pool; frames are allocated when needed.
    pub fn new(gpu: &Arc<Gpu>, layout: FrameLayout) -> Arc<Self> {
        Arc::new(Self {
            gpu: gpu.clone(),
            layout,
            free: Mutex::default(),
        })
    }

    /// Layout of this pool's frames.
    pub fn layout(&self) -> &FrameLayout {
        &self.layout
    }

    /// The device of this pool's frames.
    pub fn gpu(&self) -> &Arc<Gpu> {
        &self.gpu
    }

    /// A frame whose contents are undefined.
    ///
    /// # Errors
    /// As [`Frame::new`].
    pub fn acquire(self: &Arc<Self>) -> Result<PooledFrame, GpuError> {
        let free = self
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let frame = match free {
            Some(frame) => frame,
            None => Arc::new(Frame::new(&self.gpu, self.layout)?),
        };
        Ok(PooledFrame {
            frame,
            pool: Arc::downgrade(self),
        })
    }
}

/// A frame that returns to its pool when dropped. It may do so while work on it is in flight, because the
/// queue keeps the order of submissions.
#[derive(Debug)]
pub struct PooledFrame {
    frame: Arc<Frame>,
    pool: Weak<FramePool>,
}

impl Deref for PooledFrame {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        &self.frame
    }
}

impl Drop for PooledFrame {
    fn drop(&mut self) {
        self.frame.detach_all();
        if let Some(pool) = self.pool.upgrade() {
            let mut free = pool.free.lock().unwrap_or_else(PoisonError::into_inner);
            free.push(self.frame.clone());
        }
    }
}
