//! Input buffers in DMABuf memory, brought to the GPU without the CPU where the driver can.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use gst_video::VideoInfo;

use super::errors::Failure;
use super::imp::CAT;
use crate::gpu::import::{ForeignPlane, Importer, NotImported};
use crate::gpu::{Frame, FrameLayout, Gpu, Recording};
use crate::video::dmabuf;

/// After so many refusals in a row a stream is no longer asked about.
const MAX_REFUSALS: u32 = 8;

/// Imports of one stream's buffers.
#[derive(Debug, Default)]
pub struct Importing {
    /// Made when the first such buffer comes.
    importer: OnceLock<Importer>,
    refusals: Mutex<Refusals>,
}

#[derive(Debug, Default)]
struct Refusals {
    in_a_row: u32,
    latest: Option<NotImported>,
}

impl Importing {
    /// The planes of a buffer in DMABuf memory on the device; `None` if it can only be copied by the CPU. They have
    /// been found to lie inside of its memory.
    pub fn planes(
        &self,
        gpu: &Arc<Gpu>,
        buffer: &gst::BufferRef,
        info: &VideoInfo,
        layout: &FrameLayout,
    ) -> Option<Vec<ForeignPlane>> {
        if self.lock().in_a_row >= MAX_REFUSALS {
            return None;
        }
        match dmabuf::planes(gpu, buffer, info, &layout.host_spans()) {
            Ok(planes) => {
                self.lock().in_a_row = 0;
                Some(planes)
            }
            Err(why) => {
                self.refuse(why);
                None
            }
        }
    }

    /// Records bringing planes into a frame. Their buffer is kept until the GPU has done.
    ///
    /// # Errors
    /// As [`Recording::bring`].
    pub fn bring(
        &self,
        recording: &mut Recording<'_>,
        (buffer, planes): (&gst::Buffer, &[ForeignPlane]),
        frame: &Frame,
    ) -> Result<(), Failure> {
        let gpu = recording.gpu().clone();
        recording.bring(self.importer(&gpu, frame.layout())?, planes, frame)?;
        recording.keep(Box::new(buffer.clone()));
        Ok(())
    }

    /// Why the latest buffer that was not imported was not.
    pub fn refusal(&self) -> Option<String> {
        self.lock().latest.as_ref().map(ToString::to_string)
    }

    fn refuse(&self, why: NotImported) {
        let mut refusals = self.lock();
        refusals.in_a_row += 1;
        if refusals.latest.as_ref() != Some(&why) {
            gst::warning!(CAT, "DMABuf goes through the CPU: {why}");
            refusals.latest = Some(why);
        }
    }

    fn importer(&self, gpu: &Arc<Gpu>, layout: &FrameLayout) -> Result<&Importer, Failure> {
        if self.importer.get().is_none() {
            // Set by nobody else meanwhile: one thread works on a stream.
            let _ = self.importer.set(Importer::new(gpu, layout)?);
        }
        let none = || Failure::Buffer("it cannot be imported".into());
        self.importer.get().ok_or_else(none)
    }

    fn lock(&self) -> MutexGuard<'_, Refusals> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
