//! Buffers in DMABuf memory: where their planes lie, and the memory as buffers of a device.

use std::ffi::c_void;
use std::fs::File;
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use glib::translate::IntoGlib;
use gst_allocators::prelude::*;
use gst_allocators::{DmaBufAllocator, DmaBufMemory};
use gst_video::{VideoInfo, VideoMeta};

use crate::gpu::export::Exported;
use crate::gpu::import::{ForeignPlane, Imported, NotImported};
use crate::gpu::{Gpu, GpuError, PlaneSpan, guarded};

/// The longest wait for a producer that still writes: mapping would wait as long, or longer.
const PRODUCER_PATIENCE: Duration = Duration::from_secs(1);

/// True if a buffer holds DMABuf memory and nothing else.
pub fn is_in(buffer: &gst::BufferRef) -> bool {
    let mut memories = buffer.iter_memories();
    buffer.n_memory() > 0 && memories.all(|memory| descriptor_of(memory).is_some())
}

/// The descriptor of DMABuf memory.
fn descriptor_of(memory: &gst::MemoryRef) -> Option<BorrowedFd<'_>> {
    let fd = memory.downcast_memory_ref::<DmaBufMemory>()?.fd();
    // SAFETY: the memory keeps it open; a negative one is none.
    (fd >= 0).then(|| unsafe { BorrowedFd::borrow_raw(fd) })
}

/// The first memory of a buffer that is shorter than its producer told: its bytes. GStreamer asks nobody, and
/// who reads beyond the end is killed by the kernel.
pub fn shortage(buffer: &gst::BufferRef) -> Option<u64> {
    let mut short = buffer.iter_memories().filter_map(|memory| {
        let bytes = size_of(descriptor_of(memory)?)?;
        (bytes < (memory.offset() + memory.size()) as u64).then_some(bytes)
    });
    short.next()
}

/// The planes of a buffer on a device. They have been found to lie inside of the buffer's memory. Waits until
/// the producer has written them.
///
/// # Errors
/// [`NotImported`] where the buffer can only be copied.
pub fn planes(
    gpu: &Arc<Gpu>,
    buffer: &gst::BufferRef,
    info: &VideoInfo,
    spans: &[PlaneSpan],
) -> Result<Vec<ForeignPlane>, NotImported> {
    let meta = buffer.meta::<VideoMeta>();
    let (offsets, strides) = match &meta {
        Some(meta) => (meta.offset(), meta.stride()),
        None => (info.offset(), info.stride()),
    };
    let places = spans.iter().zip(offsets.iter().zip(strides));
    places
        .map(|(span, (offset, stride))| {
            let scattered = || NotImported::Refused("a plane lies in several memories".into());
            let stride = u32::try_from(*stride).map_err(|_| NotImported::Tiled)?;
            let bytes = stride as usize * (span.rows as usize - 1) + span.row_bytes as usize;
            let found = buffer.find_memory(*offset..offset + bytes);
            let (index, skip) = found
                .filter(|(memories, _)| memories.len() == 1)
                .map(|(memories, skip)| (memories.start, skip))
                .ok_or_else(scattered)?;
            let memory = buffer.peek_memory(index);
            Ok(ForeignPlane {
                memory: imported(gpu, memory)?,
                offset: (memory.offset() + skip) as u64,
                stride,
            })
        })
        .collect()
}

/// Imports of a memory: one for each device that has asked.
type Imports = Vec<Arc<Imported>>;

/// Under this name a memory keeps its imports, for as long as it lives: producers send the same few memories
/// again and again.
static NAME: LazyLock<glib::Quark> = LazyLock::new(|| glib::Quark::from_str("gstwgpu-imports"));

/// Held while imports of any memory are looked up or added.
static LOOKUP: Mutex<()> = Mutex::new(());

/// A memory on a device; imported when it comes for the first time.
fn imported(gpu: &Arc<Gpu>, memory: &gst::MemoryRef) -> Result<Arc<Imported>, NotImported> {
    let fd = descriptor_of(memory).ok_or(NotImported::Unsupported)?;
    let bytes = size_of(fd).unwrap_or(memory.maxsize() as u64);
    wait_for_producer(fd)?;
    let root = root_of(memory);
    let lookup = LOOKUP.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: the memory is alive, and under this name it only keeps what is set below.
    let known = unsafe {
        gst::ffi::gst_mini_object_get_qdata(root.cast(), NAME.into_glib()).cast::<Imports>()
    };
    // SAFETY: nobody else touches it without the lock.
    let mut imports = unsafe { known.as_ref() }.cloned().unwrap_or_default();
    if let Some(found) = imports.iter().find(|one| one.is_on(gpu)) {
        return Ok(found.clone());
    }
    imports.retain(|one| one.is_alive());
    let imported = Arc::new(Imported::new(gpu, fd, bytes)?);
    imports.push(imported.clone());
    let kept = Box::into_raw(Box::new(imports));
    // SAFETY: the memory is alive; what it kept before is freed by this, once.
    unsafe {
        let (name, kept) = (NAME.into_glib(), kept.cast());
        gst::ffi::gst_mini_object_set_qdata(root.cast(), name, kept, Some(forget));
    }
    drop(lookup);
    Ok(imported)
}

/// The memory that another one is a part of, or itself.
fn root_of(memory: &gst::MemoryRef) -> *mut gst::ffi::GstMemory {
    let own = memory.as_ptr().cast_mut();
    // SAFETY: a part holds a reference on the whole.
    let parent = unsafe { (*own).parent };
    if parent.is_null() { own } else { parent }
}

/// Frees the imports of a memory.
unsafe extern "C" fn forget(kept: *mut c_void) {
    // With its last buffer a device that is lost may go, and wgpu may panic then.
    let _ = guarded(|| {
        // SAFETY: made of a box above, and freed once.
        drop(unsafe { Box::from_raw(kept.cast::<Imports>()) });
    });
}

/// The size of what a descriptor stands for; `None` where the kernel does not tell.
fn size_of(fd: BorrowedFd<'_>) -> Option<u64> {
    // SAFETY: the descriptor is open, and not closed here.
    let file = ManuallyDrop::new(unsafe { File::from_raw_fd(fd.as_raw_fd()) });
    let bytes = file.metadata().ok()?.len();
    (bytes > 0).then_some(bytes)
}

/// Waits until nobody writes the memory any more.
fn wait_for_producer(fd: BorrowedFd<'_>) -> Result<(), NotImported> {
    let mut poll = libc::pollfd {
        fd: fd.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    let longest = PRODUCER_PATIENCE.as_millis() as i32;
    // SAFETY: one structure, as is said.
    match unsafe { libc::poll(&mut poll, 1, longest) } {
        0 => Err(NotImported::Refused("its producer does not end".into())),
        // Where it cannot be asked nobody waits.
        _ => Ok(()),
    }
}

/// Under this name a memory of ours keeps what it is on the device.
static EXPORT: LazyLock<glib::Quark> = LazyLock::new(|| glib::Quark::from_str("gstwgpu-export"));

/// New memory of a device, for others to read.
///
/// # Errors
/// As [`Exported::new`].
pub fn export(gpu: &Arc<Gpu>, bytes: u64) -> Result<gst::Memory, GpuError> {
    let (exported, fd) = Exported::new(gpu, bytes)?;
    let allocator = DmaBufAllocator::new();
    // SAFETY: the memory owns the descriptor.
    let memory = unsafe { allocator.alloc_dmabuf(fd, bytes as usize) };
    let memory = memory.map_err(|error| GpuError::Fault(error.to_string()))?;
    let kept = Box::into_raw(Box::new(Arc::new(exported)));
    // SAFETY: the memory is new, so that nobody else sets anything, and what it keeps is freed once.
    unsafe {
        let object = memory.as_ptr().cast_mut().cast();
        let name = EXPORT.into_glib();
        gst::ffi::gst_mini_object_set_qdata(object, name, kept.cast(), Some(end_export));
    }
    Ok(memory)
}

/// What the one memory of a buffer is on a device; `None` if [`export`] has not made it there.
pub fn exported(gpu: &Arc<Gpu>, buffer: &gst::BufferRef) -> Option<Arc<Exported>> {
    let memory = (buffer.n_memory() == 1).then(|| buffer.peek_memory(0))?;
    // SAFETY: the memory is alive, and under this name it only keeps what `export` has set, to its end.
    let kept = unsafe {
        let object = memory.as_ptr().cast_mut().cast();
        let kept = gst::ffi::gst_mini_object_get_qdata(object, EXPORT.into_glib());
        kept.cast::<Arc<Exported>>().as_ref()
    };
    kept.filter(|exported| exported.is_on(gpu)).cloned()
}

/// Frees what [`export`] has made.
unsafe extern "C" fn end_export(kept: *mut c_void) {
    // As in `forget`.
    let _ = guarded(|| {
        // SAFETY: made of a box above, and freed once.
        drop(unsafe { Box::from_raw(kept.cast::<Arc<Exported>>()) });
    });
}
