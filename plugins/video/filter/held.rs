//! Input buffers that wait for their output. A decoder or a capture card has few buffers to give: those that
//! must come back to it are copied, so that its pool does not run dry.

use gst::prelude::*;

/// The buffer itself where nobody waits for its memory; else a copy in memory of its own.
pub fn to_be_held(buffer: gst::Buffer) -> gst::Buffer {
    if !is_awaited(&buffer) {
        return buffer;
    }
    match buffer.copy_deep() {
        Ok(copy) => copy,
        // Without memory for a copy the pool is the lesser evil.
        Err(_) => buffer,
    }
}

/// True for memory of a pool that gives out no more than so many buffers, and for memory that is borrowed
/// from another buffer. Frames on the GPU come from pools of ours, which have no limit.
fn is_awaited(buffer: &gst::BufferRef) -> bool {
    let is_borrowed =
        |meta: gst::MetaRef<'_, gst::Meta>| meta.has_tag::<gst::meta::tags::MemoryReference>();
    pool_is_limited(buffer) || buffer.iter_meta::<gst::Meta>().any(is_borrowed)
}

fn pool_is_limited(buffer: &gst::BufferRef) -> bool {
    // SAFETY: the buffer is valid for as long as the reference, and holds a reference on its pool.
    let pool: Option<gst::BufferPool> =
        unsafe { glib::translate::from_glib_none((*buffer.as_ptr()).pool) };
    let params = pool.and_then(|pool| pool.config().params());
    params.is_some_and(|(_, _, _, most)| most > 0)
}
