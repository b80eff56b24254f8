//! Frames that go out in DMABuf memory, written by the GPU.

use std::str::FromStr;

use gst_check::Harness;
use gst_video::{VideoFormat, VideoInfo, VideoMeta};

use super::{PLACES, in_dmabuf, with_dmabuf};
use crate::denoise::element::picture::DARK;
use crate::faults::stream::{Stream, WARM, begin};
use crate::faults::{Call, LOST, imports};
use crate::video::{caps_of, find, frame, init, rows, stat, video};

const PLAIN: &str = "video/x-raw(memory:DMABuf)";
const DRM: &str = "video/x-raw(memory:DMABuf),format=DMA_DRM";

/// A line whose output must have these caps.
fn harness(line: &str, info: &VideoInfo, wanted: &str) -> Harness {
    init();
    let mut harness = Harness::new_parse(&format!("{line} ! capsfilter caps={wanted}"));
    harness.set_src_caps(caps_of(info));
    harness
}

/// What comes out of a line in these caps, and the numbers of exports and downloads of its last element.
fn run(
    line: &str,
    info: &VideoInfo,
    wanted: &str,
    frames: &[gst::Buffer],
) -> (Vec<gst::Buffer>, u64, u64) {
    let mut harness = harness(line, info, wanted);
    let out = frames
        .iter()
        .map(|frame| harness.push_and_pull(frame.clone()).unwrap());
    let out = out.collect();
    let element: gst::Element = find(&mut harness, "f");
    (out, stat(&element, "exports"), stat(&element, "downloads"))
}

#[test]
fn pictures_are_those_of_system_memory() {
    let test = "dmabuf::export::pictures_are_those_of_system_memory";
    if with_dmabuf(test).is_some() {
        return;
    }
    let formats = [
        VideoFormat::Nv12,
        VideoFormat::I420,
        VideoFormat::P01010le,
        VideoFormat::Yuy2,
    ];
    let lines = [
        "wgputestfilter name=f",
        "wgputestfilter name=f passthrough=true",
        "wgputestfilter name=f untouched=true",
        "wgpudenoise preset=fast sigma=10 ! wgpudownload name=f",
    ];
    for (line, format) in lines.iter().flat_map(|line| formats.map(|f| (line, f))) {
        // Rows of 256 bytes, or of two or four times as many, go as they are.
        let width = if line.contains("pass") { 256 } else { 70 };
        let info = video(format, width, 45);
        let sent = DARK.frames(&info, 3);
        let (wanted, exports, _) = run(line, &info, "video/x-raw", &sent);
        assert_eq!(exports, 0);
        for form in [PLAIN, DRM] {
            let (found, exports, downloads) = run(line, &info, form, &sent);
            assert_eq!((exports, downloads), (3, 0), "{line} {format} {form}");
            for (found, wanted) in found.iter().zip(&wanted) {
                assert!(gstwgpu::video::dmabuf::is_in(found));
                assert_eq!(found.pts(), wanted.pts());
                assert!(rows(found, &info) == rows(wanted, &info), "{line} {format}");
                let meta = found.meta::<VideoMeta>().unwrap();
                assert!(meta.stride().iter().all(|stride| stride % 256 == 0));
                assert!(meta.offset().iter().all(|offset| offset % 4096 == 0));
            }
        }
    }
}

/// In and out, without the CPU; and what is not filtered stays where it is.
#[test]
fn it_goes_from_memory_to_memory() {
    let test = "dmabuf::export::it_goes_from_memory_to_memory";
    if with_dmabuf(test).is_some() {
        return;
    }
    let info = video(VideoFormat::Nv12, 70, 45);
    let picture = frame(&info, 0);
    let sent = in_dmabuf(&picture, &info, PLACES[0]);
    let mut caps = caps_of(&info);
    caps.make_mut()
        .set_features(0, Some(gst::CapsFeatures::new(["memory:DMABuf"])));
    for (line, exports) in [
        ("wgputestfilter name=f", 1),
        ("wgputestfilter name=f passthrough=true", 0),
    ] {
        init();
        let mut harness = Harness::new_parse(&format!("{line} ! capsfilter caps={PLAIN}"));
        harness.set_src_caps(caps.clone());
        let out = harness.push_and_pull(sent.clone()).unwrap();
        let element: gst::Element = find(&mut harness, "f");
        assert_eq!(stat(&element, "exports"), exports, "{line}");
        assert_eq!(stat(&element, "uploads"), 0, "{line}");
        let same = rows(&out, &info) == rows(&picture, &info);
        assert_eq!(same, exports == 0, "{line}");
        assert_eq!(
            out.peek_memory(0).as_ptr() == sent.peek_memory(0).as_ptr(),
            same
        );
    }
}

/// Buffers come back to the pool, and it ends with the stream.
#[test]
fn memory_is_used_again_and_let_go_of() {
    let test = "dmabuf::export::memory_is_used_again_and_let_go_of";
    if with_dmabuf(test).is_some() {
        return;
    }
    let info = video(VideoFormat::Nv12, 64, 48);
    let mut harness = harness("wgputestfilter name=f", &info, PLAIN);
    for index in 0..500 {
        drop(harness.push_and_pull(frame(&info, index)).unwrap());
    }
    assert!(imports() <= 4, "{}", imports());
    drop(harness);
    let gpu = gstwgpu::gpu::Gpu::shared(&gstwgpu::gpu::AdapterSelector::Auto).unwrap();
    gpu.poll().unwrap();
    assert_eq!(imports(), 0);
}

/// System memory is for all who take it, whatever they put first.
#[test]
fn who_takes_system_memory_gets_it() {
    let test = "dmabuf::export::who_takes_system_memory_gets_it";
    if with_dmabuf(test).is_some() {
        return;
    }
    let info = video(VideoFormat::Nv12, 64, 48);
    for wanted in [
        "video/x-raw(memory:DMABuf),format=NV12;video/x-raw,format=NV12",
        "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12;video/x-raw,format=NV12",
    ] {
        init();
        let mut harness = Harness::new("wgpudenoise");
        harness.set_sink_caps(gst::Caps::from_str(wanted).unwrap());
        harness.set_src_caps(caps_of(&info));
        let out = harness.push_and_pull(frame(&info, 0)).unwrap();
        assert!(!gstwgpu::video::dmabuf::is_in(&out), "{wanted}");
    }
}

/// Frames that pass while the device is away are in the memory that caps say.
#[test]
fn a_lost_device_ends_nothing() {
    let test = "dmabuf::export::a_lost_device_ends_nothing";
    if with_dmabuf(test).is_some() {
        return;
    }
    let mut stream = Stream::new(&format!(
        "wgpudenoise preset=fast name=f ! capsfilter caps={PLAIN}"
    ));
    stream.push_many(WARM);
    begin(Call::Submit, LOST, 1);
    stream.push();
    stream.push_until_well();
    stream.push_many(3);
    stream.check("exports");
    assert!(stream.missing() <= 1, "{}", stream.missing());
    let element: gst::Element = find(&mut stream.harness, "f");
    let stats: gst::Structure = gst::prelude::ObjectExt::property(&element, "stats");
    assert!(stat(&element, "exports") > WARM, "{stats}");
}
