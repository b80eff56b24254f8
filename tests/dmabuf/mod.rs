//! DMABuf memory. Here no driver has any: a Vulkan layer imports a memfd in its place, and GStreamer takes one
//! for DMABuf. So all of the way is walked but for the driver's last step.

mod caps;
mod export;
mod import;
mod loan;

use std::fs::File;
use std::io::Write;
use std::os::fd::FromRawFd;

use gst_allocators::DmaBufAllocator;
use gst_allocators::prelude::*;
use gst_video::{VideoFrameFlags, VideoInfo, VideoMeta};
use gstwgpu::video::format::layout;

use crate::faults::through_layer_with;
use crate::video::rows;

/// Runs a test in a process whose driver imports DMABuf. `None` in that process.
pub fn with_dmabuf(test: &str) -> Option<std::process::Output> {
    through_layer_with(test, &[("GSTWGPU_LAYER_DMABUF", "1")])
}

/// Where planes lie.
#[derive(Debug, Clone, Copy)]
pub struct Places {
    /// Bytes in front of the first plane of each memory.
    pub lead: usize,
    /// Bytes between the rows' ends and the next ones.
    pub gap: usize,
    /// Each plane has a descriptor of its own.
    pub apart: bool,
}

/// Places in which a frame is read where it is, others in which whole planes are copied, others that only shaders can gather, each in one memory and in
/// several.
pub const PLACES: [Places; 5] = [
    Places {
        lead: 0,
        gap: 0,
        apart: false,
    },
    Places {
        lead: 4,
        gap: 0,
        apart: true,
    },
    Places {
        lead: 4096,
        gap: 16,
        apart: true,
    },
    Places {
        lead: 3,
        gap: 1,
        apart: false,
    },
    Places {
        lead: 1,
        gap: 7,
        apart: true,
    },
];

/// Memory of this kind with these bytes.
pub fn memory(bytes: &[u8]) -> gst::Memory {
    told(bytes, bytes.len())
}

/// The same, of which GStreamer is told another size.
pub fn told(bytes: &[u8], size: usize) -> gst::Memory {
    // SAFETY: a new descriptor, which the file owns.
    let mut file = unsafe {
        let fd = libc::memfd_create(c"dmabuf".as_ptr(), libc::MFD_CLOEXEC);
        assert!(fd >= 0);
        File::from_raw_fd(fd)
    };
    file.write_all(bytes).unwrap();
    // Of whole pages, as those of drivers are.
    file.set_len((bytes.len() as u64).next_multiple_of(4096))
        .unwrap();
    // SAFETY: the memory owns the descriptor.
    unsafe { DmaBufAllocator::new().alloc_dmabuf(file, size) }.unwrap()
}

/// How many descriptors of such memory this process holds: one for each memory that is alive.
pub fn alive() -> usize {
    let all = std::fs::read_dir("/proc/self/fd").unwrap();
    let names = all.filter_map(|one| std::fs::read_link(one.unwrap().path()).ok());
    names
        .filter(|name| name.to_string_lossy().contains("memfd:dmabuf"))
        .count()
}

/// The picture of a buffer in memory of this kind.
pub fn in_dmabuf(picture: &gst::Buffer, info: &VideoInfo, places: Places) -> gst::Buffer {
    let planes = rows(picture, info).into_iter();
    let spans = layout(info).unwrap().host_spans();
    let (mut offsets, mut strides) = (Vec::new(), Vec::new());
    let mut memories = vec![Vec::new()];
    let mut before = 0;
    for (plane, span) in planes.zip(&spans) {
        if places.apart && !offsets.is_empty() {
            before += memories.last().unwrap().len();
            memories.push(Vec::new());
        }
        let bytes = memories.last_mut().unwrap();
        if bytes.is_empty() {
            bytes.resize(places.lead, 0xaa);
        }
        let row = span.row_bytes as usize;
        let stride = match places.gap {
            0 => span.stride as usize,
            gap => row + gap,
        };
        offsets.push(before + bytes.len());
        strides.push(stride as i32);
        for row in plane.chunks(row) {
            bytes.extend(row);
            bytes.resize(bytes.len() + stride - row.len(), 0x55);
        }
    }
    let mut buffer = gst::Buffer::new();
    let writable = buffer.get_mut().unwrap();
    for bytes in memories {
        writable.append_memory(memory(&bytes));
    }
    let (format, width, height) = (info.format(), info.width(), info.height());
    let none = VideoFrameFlags::empty();
    VideoMeta::add_full(writable, none, format, width, height, &offsets, &strides).unwrap();
    picture
        .copy_into(writable, gst::BufferCopyFlags::TIMESTAMPS, ..)
        .unwrap();
    writable.set_offset(picture.offset());
    buffer
}
