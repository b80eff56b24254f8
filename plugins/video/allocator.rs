//! The GstAllocator behind `memory:WGPUMemory`: it turns frames into GstMemory and back.

use std::sync::LazyLock;

use glib::translate::*;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::memory::FrameMemory;
use crate::gpu::{GpuError, guarded};

/// Name of the memory's type, as `gst_is_memory_type` knows it.
pub const MEMORY_TYPE: &std::ffi::CStr = c"WGPUMemory";

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "wgpumemory",
        gst::DebugColorFlags::empty(),
        Some("Frames in GPU memory"),
    )
});

/// The memory struct of this allocator. GStreamer's own part comes first, so that a `GstMemory` pointer is a
/// pointer to it.
#[repr(C)]
struct RawMemory {
    memory: gst::ffi::GstMemory,
    frame: FrameMemory,
}

/// Runs `work` without a panic, which would take the process down as it crosses into C.
fn told<T>(work: impl FnOnce() -> Result<T, GpuError>) -> Result<T, String> {
    guarded(work).and_then(|result| result.map_err(|error| error.to_string()))
}

mod imp {
    use super::*;

    #[derive(Debug, Default)]
    pub struct WgpuAllocator;

    #[glib::object_subclass]
    impl ObjectSubclass for WgpuAllocator {
        const NAME: &'static str = "GstWgpuAllocator";
        const ALLOW_NAME_CONFLICT: bool = true;
        type Type = super::WgpuAllocator;
        type ParentType = gst::Allocator;

        fn instance_init(obj: &glib::subclass::InitializingObject<Self>) {
            let allocator = obj.as_ptr().cast::<gst::ffi::GstAllocator>();
            // SAFETY: the object is a GstAllocator under construction, not yet seen by anyone.
            unsafe {
                (*allocator).mem_type = MEMORY_TYPE.as_ptr();
                (*allocator).mem_map = Some(mem_map);
                (*allocator).mem_unmap = Some(mem_unmap);
                (*allocator).mem_copy = Some(mem_copy);
                (*allocator).mem_share = Some(mem_share);
            }
        }
    }

    impl ObjectImpl for WgpuAllocator {
        fn constructed(&self) {
            self.parent_constructed();
            // Frames come from the buffer pool; this allocator cannot allocate a number of bytes.
            let allocator = self.obj().as_ptr().cast::<gst::ffi::GstObject>();
            // SAFETY: a GstObject that only this thread knows yet.
            unsafe {
                (*allocator).flags |= gst::ffi::GST_ALLOCATOR_FLAG_CUSTOM_ALLOC
                    | gst::ffi::GST_OBJECT_FLAG_MAY_BE_LEAKED;
            }
        }
    }

    impl GstObjectImpl for WgpuAllocator {}

    // SAFETY: `free` takes back exactly what `WgpuAllocator::wrap` made. There is no `alloc`.
    unsafe impl AllocatorImpl for WgpuAllocator {
        // SAFETY: allocates nothing and returns null.
        unsafe fn alloc(&self, _: usize, _: &gst::AllocationParams) -> *mut gst::ffi::GstMemory {
            std::ptr::null_mut()
        }

        // SAFETY: the caller passes a memory of this allocator that nobody holds any more.
        unsafe fn free(&self, memory: *mut gst::ffi::GstMemory) {
            // SAFETY: GStreamer hands each memory back once, to the allocator that made it.
            let raw = unsafe { Box::from_raw(memory.cast::<RawMemory>()) };
            // Nobody is interested in how a lost device ends.
            let _ = guarded(|| drop(raw));
        }
    }

    // SAFETY: GStreamer calls it only with memories of this allocator, and holds a reference during the
    // call.
    unsafe extern "C" fn mem_map(
        memory: *mut gst::ffi::GstMemory,
        _maxsize: usize,
        flags: gst::ffi::GstMapFlags,
    ) -> glib::ffi::gpointer {
        // SAFETY: called with memories of this allocator only.
        let raw = unsafe { &*memory.cast::<RawMemory>() };
        let write = flags & gst::ffi::GST_MAP_WRITE != 0;
        match told(|| raw.frame.map(write)) {
            Ok(bytes) => bytes.cast(),
            Err(error) => {
                gst::error!(CAT, "cannot map a frame: {error}");
                std::ptr::null_mut()
            }
        }
    }

    // Nothing to do: data written by the CPU is uploaded when the GPU next reads the frame.
    // SAFETY: touches nothing.
    unsafe extern "C" fn mem_unmap(_memory: *mut gst::ffi::GstMemory) {}

    // SAFETY: as `mem_map`.
    unsafe extern "C" fn mem_copy(
        memory: *mut gst::ffi::GstMemory,
        offset: isize,
        size: isize,
    ) -> *mut gst::ffi::GstMemory {
        // SAFETY: called with memories of this allocator only.
        let raw = unsafe { &*memory.cast::<RawMemory>() };
        let whole = offset == 0 && (size == -1 || size as usize == raw.memory.size);
        if !whole {
            return copy_part(memory, offset, size);
        }
        match told(|| raw.frame.copy()) {
            Ok(copy) => copy.into_glib_ptr(),
            Err(error) => {
                gst::error!(CAT, "cannot copy a frame: {error}");
                std::ptr::null_mut()
            }
        }
    }

    /// Copies a byte range. A frame cannot hold a part of itself, so the copy is plain system memory.
    fn copy_part(
        memory: *mut gst::ffi::GstMemory,
        offset: isize,
        size: isize,
    ) -> *mut gst::ffi::GstMemory {
        // SAFETY: the caller holds the memory for the time of this call.
        let memory: Borrowed<gst::Memory> = unsafe { from_glib_borrow(memory) };
        let Ok(map) = memory.map_readable() else {
            return std::ptr::null_mut();
        };
        let start = offset.max(0) as usize;
        let end = match size {
            -1 => map.len(),
            size => start.saturating_add(size.max(0) as usize),
        };
        match map.get(start..end) {
            Some(bytes) => gst::Memory::from_slice(bytes.to_vec()).into_glib_ptr(),
            None => std::ptr::null_mut(),
        }
    }

    // A frame is one GPU buffer, of which no part can be shared as a memory of its own.
    // SAFETY: touches nothing.
    unsafe extern "C" fn mem_share(
        _memory: *mut gst::ffi::GstMemory,
        _offset: isize,
        _size: isize,
    ) -> *mut gst::ffi::GstMemory {
        std::ptr::null_mut()
    }
}

glib::wrapper! {
    /// Allocator of `memory:WGPUMemory`. One for the whole process; it holds no device.
    pub struct WgpuAllocator(ObjectSubclass<imp::WgpuAllocator>)
        @extends gst::Allocator, gst::Object;
}

impl WgpuAllocator {
    /// The only instance.
    pub fn instance() -> &'static Self {
        static ALLOCATOR: LazyLock<WgpuAllocator> = LazyLock::new(glib::Object::new);
        &ALLOCATOR
    }

    pub(super) fn wrap(frame: FrameMemory, size: usize) -> gst::Memory {
        let allocator = Self::instance().as_ptr().cast::<gst::ffi::GstAllocator>();
        let raw = Box::into_raw(Box::new(RawMemory {
            // SAFETY: a plain C structure, for which zeros are valid; initialised below.
            memory: unsafe { std::mem::zeroed() },
            frame,
        }));
        // SAFETY: `raw` begins with the GstMemory that is initialised here. The caller owns the one
        // reference it starts with, and `free` releases the box that `into_raw` leaked.
        unsafe {
            let memory = raw.cast::<gst::ffi::GstMemory>();
            let none = std::ptr::null_mut();
            gst::ffi::gst_memory_init(memory, 0, allocator, none, size, 0, 0, size);
            from_glib_full(memory)
        }
    }

    pub(super) fn unwrap(memory: &gst::MemoryRef) -> Option<&FrameMemory> {
        let allocator = memory.allocator()?;
        if !allocator.is::<Self>() {
            return None;
        }
        // SAFETY: all memories of this allocator were made by `wrap`.
        let raw = unsafe { &*memory.as_ptr().cast::<RawMemory>() };
        Some(&raw.frame)
    }
}
