//! Pictures are transferred unchanged, in each format and size, with any strides.

use gst::prelude::*;
use gst_video::{VideoFormat, VideoInfo, VideoMeta};
use gstwgpu::video::format::FORMATS;

use super::{
    caps_of, find, frame, harness, inverted, inverted_colours, noise, rows, samples, stat, video,
};

const SIZES: [(u32, u32); 5] = [(1, 1), (3, 5), (2, 1), (255, 17), (320, 180)];

fn each(mut test: impl FnMut(&VideoInfo)) {
    for format in FORMATS {
        for (width, height) in SIZES {
            test(&video(format, width, height));
        }
    }
}

/// The same picture in a buffer with other strides and offsets, and noise in the gaps.
pub fn scattered(from: &gst::Buffer, info: &VideoInfo) -> gst::Buffer {
    let pixel = if info.comp_depth(0) > 8 { 2 } else { 1 };
    let (mut offsets, mut strides, mut end) = (Vec::new(), Vec::new(), 14);
    let planes = rows(from, info);
    let spans = gstwgpu::video::format::layout(info).unwrap().host_spans();
    let rows = |plane: usize| spans[plane].rows;
    for (index, plane) in planes.iter().enumerate() {
        let stride = plane.len() / rows(index) as usize + 13 * pixel;
        offsets.push(end);
        strides.push(stride as i32);
        end += stride * rows(index) as usize + 6;
    }
    let mut bytes = noise(end, 99);
    for (index, plane) in planes.iter().enumerate() {
        let row = plane.len() / rows(index) as usize;
        for (y, line) in plane.chunks(row).enumerate() {
            bytes[offsets[index] + y * strides[index] as usize..][..row].copy_from_slice(line);
        }
    }
    let mut buffer = gst::Buffer::from_mut_slice(bytes);
    VideoMeta::add_full(
        buffer.get_mut().unwrap(),
        gst_video::VideoFrameFlags::empty(),
        info.format(),
        info.width(),
        info.height(),
        &offsets,
        &strides,
    )
    .unwrap();
    buffer
}

#[test]
fn upload_and_download_change_nothing() {
    each(|info| {
        let mut harness = harness("wgpuupload ! wgpudownload", &caps_of(info));
        for index in 0..3 {
            let sent = frame(info, index);
            let got = harness.push_and_pull(sent.clone()).unwrap();
            assert_eq!(samples(&got, info), samples(&sent, info), "{info:?}");
            assert_eq!(got.pts(), sent.pts());
        }
    });
}

#[test]
fn a_filter_sees_every_sample() {
    each(|info| {
        let mut harness = harness("wgputestfilter", &caps_of(info));
        for index in 0..2 {
            let sent = frame(info, index);
            let got = harness.push_and_pull(sent.clone()).unwrap();
            assert_eq!(
                samples(&got, info),
                inverted_colours(samples(&sent, info), info),
                "{info:?}"
            );
        }
    });
}

#[test]
fn strides_and_offsets_of_the_input_are_read() {
    each(|info| {
        let sent = frame(info, 5);
        let scattered = scattered(&sent, info);
        assert_eq!(samples(&scattered, info), samples(&sent, info), "{info:?}");
        for line in [
            "wgputestfilter",
            "wgpuupload ! wgputestfilter ! wgpudownload",
        ] {
            let mut harness = harness(line, &caps_of(info));
            let got = harness.push_and_pull(scattered.clone()).unwrap();
            assert_eq!(
                samples(&got, info),
                inverted_colours(samples(&sent, info), info),
                "{info:?}"
            );
        }
    });
}

#[test]
fn a_cropped_input_is_the_picture_that_is_left() {
    for format in [
        VideoFormat::I420,
        VideoFormat::Nv12,
        VideoFormat::I42010le,
        VideoFormat::Gray8,
    ] {
        let info = video(format, 64, 48);
        let cut = video(format, 64 - 6 - 10, 48 - 4 - 2);
        let crop = "videocrop left=6 right=10 top=4 bottom=2";
        let mut plain = harness(crop, &caps_of(&info));
        let mut filtered = harness(&format!("{crop} ! wgputestfilter"), &caps_of(&info));
        let sent = frame(&info, 1);
        let expected = plain.push_and_pull(sent.clone()).unwrap();
        let got = filtered.push_and_pull(sent).unwrap();
        assert_eq!(
            samples(&got, &cut),
            inverted(samples(&expected, &cut)),
            "{format}"
        );
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_between_the_rows_too() {
    let info = video(VideoFormat::I420, 3, 5);
    let mut harness = harness("wgputestfilter", &caps_of(&info));
    let mut outputs = (0..3).map(|_| {
        let mut got = harness.push_and_pull(frame(&info, 1)).unwrap();
        let bytes = got.map_readable().unwrap().to_vec();
        // The pool will hand this buffer out again, with what is now between its rows.
        got.make_mut().map_writable().unwrap().fill(0xaa);
        bytes
    });
    let first = outputs.next().unwrap();
    assert!(outputs.all(|output| output == first));
}

#[test]
fn a_chain_uploads_once_and_downloads_once() {
    let info = video(VideoFormat::Nv12, 64, 48);
    let line = "wgputestfilter name=a ! queue ! wgputestfilter name=b ! wgputestfilter name=c";
    let mut harness = harness(line, &caps_of(&info));
    for index in 0..5 {
        let sent = frame(&info, index);
        let got = harness.push_and_pull(sent.clone()).unwrap();
        assert_eq!(samples(&got, &info), inverted(samples(&sent, &info)));
    }
    let counts = ["a", "b", "c"].map(|name| {
        let filter: gst::Element = find(&mut harness, name);
        (stat(&filter, "uploads"), stat(&filter, "downloads"))
    });
    assert_eq!(counts, [(5, 0), (0, 0), (0, 5)]);
}

#[test]
fn statistics_name_the_adapter_and_the_passes() {
    let info = video(VideoFormat::Nv12, 64, 48);
    let mut harness = harness("wgputestfilter name=a", &caps_of(&info));
    let filter: gst::Element = find(&mut harness, "a");
    for index in 0..40 {
        harness.push_and_pull(frame(&info, index)).unwrap();
    }
    let stats = filter.property::<gst::Structure>("stats");
    let adapter: String = stats.get("adapter").unwrap();
    assert_eq!(adapter, crate::gpu::gpu().info().name);
    assert_eq!(stats.get::<u64>("frames").unwrap(), 40);
    assert_eq!(stats.get::<i32>("own-field").unwrap(), 7);
    assert!(stats.get::<u64>("upload-bytes").unwrap() >= 40 * 64 * 48 * 3 / 2);
    let timestamps = wgpu::Features::TIMESTAMP_QUERY;
    if crate::gpu::gpu().device().features().contains(timestamps) {
        let passes: gst::Structure = stats.get("passes").unwrap();
        assert!(passes.get::<f64>("tests-invert").unwrap() > 0.0, "{passes}");
    }
}
