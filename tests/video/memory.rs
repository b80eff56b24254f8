//! `memory:WGPUMemory` used by elements that do not know it.

use std::sync::Arc;

use gst::prelude::*;
use gst_video::prelude::*;
use gst_video::{VideoFormat, VideoFrameRef, VideoInfo};
use gstwgpu::video::format::{FORMATS, layout};
use gstwgpu::video::memory::{FrameMemory, MEMORY_FEATURE};
use gstwgpu::video::pool::WgpuBufferPool;

use super::{caps_of, frame, noise, rows, samples, video};

fn pool(info: &VideoInfo) -> WgpuBufferPool {
    let mut caps = caps_of(info);
    let features = gst::CapsFeatures::new([MEMORY_FEATURE]);
    caps.make_mut().set_features(0, Some(features));
    let pool = WgpuBufferPool::configured(&crate::gpu::gpu(), &caps, (0, 0)).unwrap();
    pool.set_active(true).unwrap();
    pool
}

fn write(buffer: &mut gst::Buffer, info: &VideoInfo, from: &gst::Buffer) {
    // By rows: of packed formats GStreamer copies whole pixels only.
    let planes = rows(from, info);
    let spans = layout(info).unwrap().host_spans();
    let target = buffer.get_mut().unwrap();
    let mut target = VideoFrameRef::from_buffer_ref_writable(target, info).unwrap();
    for (index, (plane, span)) in planes.iter().zip(spans).enumerate() {
        let stride = target.plane_stride()[index] as usize;
        let data = target.plane_data_mut(index as u32).unwrap();
        for (y, row) in plane.chunks(span.row_bytes as usize).enumerate() {
            data[y * stride..][..row.len()].copy_from_slice(row);
        }
    }
}

/// Copies the frame on the GPU, which gives the right result only if the CPU's bytes were uploaded.
fn through_the_gpu(buffer: &gst::BufferRef) {
    let memory = FrameMemory::of(buffer).unwrap();
    memory.readable_frame().unwrap();
    memory.written();
}

#[test]
fn a_frame_that_was_written_can_be_read() {
    for format in FORMATS {
        for (width, height) in [(1, 1), (3, 5), (64, 48)] {
            let info = video(format, width, height);
            let pool = pool(&info);
            let picture = frame(&info, 1);
            let mut buffer = pool.acquire_buffer(None).unwrap();
            write(&mut buffer, &info, &picture);
            assert_eq!(
                samples(&buffer, &info),
                samples(&picture, &info),
                "{info:?}"
            );
            through_the_gpu(&buffer);
            assert_eq!(
                samples(&buffer, &info),
                samples(&picture, &info),
                "{info:?}"
            );
            pool.set_active(false).unwrap();
        }
    }
}

#[test]
fn writing_a_part_keeps_the_rest() {
    let info = video(VideoFormat::Gray8, 16, 16);
    let pool = pool(&info);
    let mut buffer = pool.acquire_buffer(None).unwrap();
    let mut bytes = noise(256, 4);
    buffer
        .get_mut()
        .unwrap()
        .copy_from_slice(0, &bytes)
        .unwrap();
    through_the_gpu(&buffer);
    buffer
        .get_mut()
        .unwrap()
        .copy_from_slice(100, &[1, 2, 3])
        .unwrap();
    bytes[100..103].copy_from_slice(&[1, 2, 3]);
    through_the_gpu(&buffer);
    assert_eq!(buffer.map_readable().unwrap().as_slice(), bytes);
}

#[test]
fn a_copy_is_a_frame_of_its_own() {
    let info = video(VideoFormat::Nv12, 16, 16);
    let pool = pool(&info);
    for on_gpu in [false, true] {
        let mut buffer = pool.acquire_buffer(None).unwrap();
        write(&mut buffer, &info, &frame(&info, 1));
        if on_gpu {
            through_the_gpu(&buffer);
        }
        let copy = buffer.copy_deep().unwrap();
        assert!(FrameMemory::of(&copy).is_some());
        write(&mut buffer, &info, &frame(&info, 2));
        assert_eq!(samples(&copy, &info), samples(&frame(&info, 1), &info));
        assert_eq!(samples(&buffer, &info), samples(&frame(&info, 2), &info));
    }
}

#[test]
fn part_of_a_frame_is_plain_memory() {
    let info = video(VideoFormat::Gray8, 16, 16);
    let pool = pool(&info);
    let mut buffer = pool.acquire_buffer(None).unwrap();
    let bytes = noise(256, 4);
    buffer
        .get_mut()
        .unwrap()
        .copy_from_slice(0, &bytes)
        .unwrap();
    through_the_gpu(&buffer);
    let flags = gst::BufferCopyFlags::MEMORY | gst::BufferCopyFlags::DEEP;
    let part = buffer.copy_region(flags, 16..48).unwrap();
    assert_eq!(part.map_readable().unwrap().as_slice(), &bytes[16..48]);
}

#[test]
fn a_shallow_copy_outlives_its_pool_buffer() {
    let info = video(VideoFormat::Gray8, 16, 16);
    let pool = pool(&info);
    let mut buffer = pool.acquire_buffer(None).unwrap();
    let bytes = noise(256, 4);
    let writable = buffer.get_mut().unwrap();
    writable.copy_from_slice(0, &bytes).unwrap();
    through_the_gpu(&buffer);
    let copy = buffer.copy();
    drop(buffer);
    let mut other = pool.acquire_buffer(None).unwrap();
    write(&mut other, &info, &frame(&info, 2));
    // Deep, so that the picture must still be known to be on the GPU.
    let deep = copy.copy_deep().unwrap();
    assert_eq!(deep.map_readable().unwrap().as_slice(), bytes);
}

#[test]
fn frames_go_back_to_their_pool() {
    let info = video(VideoFormat::Gray8, 16, 16);
    let pool = pool(&info);
    let frames: Vec<usize> = (0..4)
        .map(|_| {
            let buffer = pool.acquire_buffer(None).unwrap();
            FrameMemory::of(&buffer).unwrap().frame().unwrap() as *const _ as usize
        })
        .collect();
    assert!(frames.iter().all(|frame| *frame == frames[0]), "{frames:?}");
}

/// Findings attached to a frame are removed when it gets another picture.
#[test]
fn what_is_attached_goes_with_the_picture() {
    let info = video(VideoFormat::I420, 16, 16);
    let pool = pool(&info);
    let found = |buffer: &gst::Buffer| {
        let frame = FrameMemory::of(buffer).unwrap().frame().unwrap();
        (frame.attached::<u32>(2), frame.attached::<u32>(4))
    };
    let attach = |buffer: &gst::Buffer| {
        let frame = FrameMemory::of(buffer).unwrap().frame().unwrap();
        frame.attach(2, Arc::new(7u32));
        frame.attach(2, Arc::new(8u32));
        frame.attach(2, Arc::new("of another type"));
    };
    let mut buffer = pool.acquire_buffer(None).unwrap();
    attach(&buffer);
    assert_eq!(found(&buffer), (Some(Arc::new(8)), None));
    drop(buffer.map_readable().unwrap());
    assert_eq!(found(&buffer).0, Some(Arc::new(8)), "only read");
    drop(buffer.get_mut().unwrap().map_writable().unwrap());
    assert_eq!(found(&buffer), (None, None), "written by the CPU");
    attach(&buffer);
    drop(buffer);
    let buffer = pool.acquire_buffer(None).unwrap();
    assert_eq!(found(&buffer), (None, None), "fresh from the pool");
}

#[test]
fn elements_that_only_read_bytes_can_read_frames() {
    super::init();
    let line = "videotestsrc num-buffers=2 pattern=snow ! video/x-raw,format=I420,width=64,height=48 \
                ! wgpuupload ! identity ! videoflip method=none ! checksumsink hash=md5";
    // videoflip passes any memory; checksumsink maps what it gets.
    let Ok(pipeline) = gst::parse::launch(line) else {
        return;
    };
    pipeline.set_state(gst::State::Playing).unwrap();
    let bus = pipeline.bus().unwrap();
    let wanted = [gst::MessageType::Eos, gst::MessageType::Error];
    let end = bus.timed_pop_filtered(gst::ClockTime::from_seconds(60), &wanted);
    pipeline.set_state(gst::State::Null).unwrap();
    assert_eq!(end.unwrap().type_(), gst::MessageType::Eos);
}
