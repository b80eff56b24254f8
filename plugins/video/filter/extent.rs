//! Whether the planes of a buffer lie inside its memory: caps, the meta and the memory come from different
//! hands, and GStreamer maps planes wherever a meta says that they are.

use gst_video::{VideoInfo, VideoMeta};

use super::errors::Failure;
use crate::gpu::PlaneSpan;

/// Checks all planes of a buffer in system memory: `spans` says how many rows each has, and how many bytes
/// of a row count.
///
/// # Errors
/// [`Failure::Buffer`] with the plane and what is missing.
pub fn check(
    buffer: &gst::BufferRef,
    info: &VideoInfo,
    spans: &[PlaneSpan],
) -> Result<(), Failure> {
    #[cfg(target_os = "linux")]
    if let Some(bytes) = crate::video::dmabuf::shortage(buffer) {
        let text = format!("a memory of it has only {bytes} bytes");
        return Err(Failure::Buffer(text));
    }
    let meta = buffer.meta::<VideoMeta>();
    let (offsets, strides) = match &meta {
        Some(meta) => {
            check_size(meta, info)?;
            (meta.offset(), meta.stride())
        }
        None => (info.offset(), info.stride()),
    };
    for (plane, span) in spans.iter().enumerate() {
        let (Some(offset), Some(stride)) = (offsets.get(plane), strides.get(plane)) else {
            return Err(Failure::Buffer(format!("it has no plane {plane}")));
        };
        let stride = usize::try_from(*stride).ok().filter(|stride| *stride > 0);
        let stride = stride.ok_or_else(|| Failure::Buffer("its rows run backwards".into()))?;
        let rows = (span.rows as usize).saturating_sub(1);
        let bytes = stride
            .saturating_mul(rows)
            .saturating_add(span.row_bytes as usize);
        let end = offset.saturating_add(bytes);
        let inside = match meta {
            // Each plane is mapped by itself, from the one memory that it begins in.
            Some(_) => end <= buffer.size() && lies_in_one_memory(buffer, *offset..end),
            None => end <= buffer.size(),
        };
        if !inside {
            let size = buffer.size();
            return Err(Failure::Buffer(format!(
                "plane {plane} ends at byte {end} of {size}"
            )));
        }
    }
    Ok(())
}

fn check_size(meta: &VideoMeta, info: &VideoInfo) -> Result<(), Failure> {
    let (told, wanted) = (
        (meta.width(), meta.height()),
        (info.width(), field_height(info)),
    );
    // A meta may be taller than the picture, and the rest is then no part of it.
    if told.0 >= wanted.0 && told.1 >= wanted.1 && meta.format() == info.format() {
        return Ok(());
    }
    Err(Failure::Buffer(format!(
        "its meta says {:?} {}x{}",
        meta.format(),
        told.0,
        told.1
    )))
}

/// Rows that a buffer holds: those of one field where each has a buffer of its own.
fn field_height(info: &VideoInfo) -> u32 {
    match info.interlace_mode() {
        gst_video::VideoInterlaceMode::Alternate => info.height().div_ceil(2),
        _ => info.height(),
    }
}

fn lies_in_one_memory(buffer: &gst::BufferRef, range: std::ops::Range<usize>) -> bool {
    let found = buffer.find_memory(range);
    found.is_some_and(|(memories, _)| memories.len() == 1)
}
