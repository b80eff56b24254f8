//! Whether a device works: a few bytes go all the way that frames go.

use std::sync::Arc;
use std::time::Duration;

use super::device::Gpu;
use super::error::GpuError;
use super::image::StorageBuffer;
use super::patience::Patience;
use super::readback_queue::ReadbackQueue;
use super::recorder::Recorder;

/// Bytes that are cleared and read back.
const BYTES: u64 = 64;

/// Allocates, records, submits, waits and maps.
///
/// # Errors
/// The first that fails.
pub(super) fn attempt(gpu: &Arc<Gpu>) -> Result<(), GpuError> {
    let patience = Patience {
        hung: Duration::from_secs(if gpu.is_software() { 20 } else { 5 }),
        ..Patience::usual(gpu.is_software())
    };
    patience.during(|| {
        let buffer = StorageBuffer::new(gpu, "trial", BYTES);
        let mut queue = ReadbackQueue::new(gpu, BYTES);
        let mut recorder = Recorder::new(gpu);
        let mut recording = recorder.begin();
        recording.clear(&buffer);
        recording.read_back_each(&mut queue, &buffer);
        let submission = recording.submit()?;
        queue.submitted(&submission);
        queue.wait(0)?;
        match queue.pop(|bytes| bytes.iter().all(|byte| *byte == 0))? {
            Some(true) => Ok(()),
            _ => Err(GpuError::Fault("a cleared buffer is not clear".into())),
        }
    })
}
