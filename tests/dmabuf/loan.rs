//! A producer's buffer is kept until the GPU has read it, and no longer.

use gst_video::VideoFormat;

use super::{PLACES, alive, in_dmabuf, told, with_dmabuf};
use crate::faults::stream::{Stream, WARM, begin};
use crate::faults::{ALWAYS, Call, LOST, STUCK, heal, imports};
use crate::video::{caps_of, find, frame, harness, init, samples, stat, video};

#[test]
fn a_buffer_is_kept_until_the_gpu_has_read_it() {
    let test = "dmabuf::loan::a_buffer_is_kept_until_the_gpu_has_read_it";
    if with_dmabuf(test).is_some() {
        return;
    }
    let info = video(VideoFormat::Nv12, 64, 48);
    let mut harness = harness("wgpuupload", &caps_of(&info));
    for index in 0..3 {
        drop(harness.push_and_pull(frame(&info, index)).unwrap());
    }
    begin(Call::Wait, STUCK, ALWAYS);
    let sent = in_dmabuf(&frame(&info, 3), &info, PLACES[0]);
    assert_eq!(alive(), 1);
    drop(harness.push_and_pull(sent).unwrap());
    // Nobody but the GPU has it.
    assert_eq!(alive(), 1);
    heal();
    drop(harness.push_and_pull(frame(&info, 4)).unwrap());
    drop(harness.push_and_pull(frame(&info, 5)).unwrap());
    assert_eq!(alive(), 0);
}

/// Memory that comes again and again is imported once; memory that comes once is let go of.
#[test]
fn a_thousand_frames_leave_nothing_behind() {
    let test = "dmabuf::loan::a_thousand_frames_leave_nothing_behind";
    if with_dmabuf(test).is_some() {
        return;
    }
    let info = video(VideoFormat::Nv12, 64, 48);
    for places in [PLACES[0], PLACES[4]] {
        let memories = if places.apart { 2 } else { 1 };
        let mut harness = harness("wgputestfilter name=f", &caps_of(&info));
        for index in 0..1000 {
            let sent = in_dmabuf(&frame(&info, index), &info, places);
            harness.push_and_pull(sent).unwrap();
            let kept = (alive(), imports() as usize);
            assert!(
                kept.0 <= memories && kept.1 <= memories,
                "{index}: {kept:?}"
            );
        }
        let same = in_dmabuf(&frame(&info, 0), &info, places);
        for _ in 0..1000 {
            harness.push_and_pull(same.clone()).unwrap();
            assert!(imports() as usize <= 2 * memories);
        }
        assert_eq!(imports() as usize, memories);
        let element: gst::Element = find(&mut harness, "f");
        assert_eq!(stat(&element, "imports"), 2000);
        drop((harness, same, element));
        assert_eq!(alive(), 0);
    }
}

#[test]
fn a_lost_device_keeps_no_buffer() {
    let test = "dmabuf::loan::a_lost_device_keeps_no_buffer";
    if with_dmabuf(test).is_some() {
        return;
    }
    for (call, line) in [
        (Call::Submit, "wgpudenoise name=f preset=fast"),
        (Call::Wait, "wgpudeartifact name=f preset=fast"),
        (
            Call::Submit,
            "wgpuupload name=f ! wgpudenoise preset=fast lookahead=1",
        ),
    ] {
        let mut stream = Stream::new(line);
        stream.put = |picture, info| in_dmabuf(&picture, info, PLACES[0]);
        stream.push_many(WARM);
        begin(call, LOST, 1);
        stream.push();
        stream.push_until_well();
        stream.push_many(3);
        stream.harness.push_event(gst::event::Eos::new());
        stream.take();
        stream.check(line);
        assert!(stream.missing() <= 1, "{line}: {}", stream.missing());
        let element: gst::Element = find(&mut stream.harness, "f");
        assert!(stat(&element, "imports") > WARM, "{line}");
        drop(stream);
        assert!(alive() <= 1, "{line}: {}", alive());
    }
}

#[test]
fn what_is_refused_is_copied() {
    let test = "dmabuf::loan::what_is_refused_is_copied";
    if with_dmabuf(test).is_some() {
        return;
    }
    /// VK_ERROR_INVALID_EXTERNAL_HANDLE.
    const INVALID: i32 = -1_000_072_003;
    let info = video(VideoFormat::I420, 64, 48);
    let mut harness = harness("wgputestfilter name=f", &caps_of(&info));
    let element: gst::Element = find(&mut harness, "f");
    let mut push = |index| {
        let picture = frame(&info, index);
        let out = harness
            .push_and_pull(in_dmabuf(&picture, &info, PLACES[0]))
            .unwrap();
        let wanted = crate::video::inverted(samples(&picture, &info));
        assert_eq!(samples(&out, &info), wanted, "{index}");
        (stat(&element, "imports"), stat(&element, "uploads"))
    };
    assert_eq!(push(0), (1, 0));
    begin(Call::Allocate, INVALID, 2);
    // The first needs a staging buffer, which fails as well; then the device is thought of as out of memory.
    push(1);
    heal();
    let before = push(2);
    assert_eq!(push(3), (before.0 + 1, before.1));
}

/// The plain llvmpipe has no DMABuf.
#[test]
fn without_support_all_is_copied_and_said() {
    init();
    let info = video(VideoFormat::I420, 64, 48);
    let mut harness = harness("wgputestfilter name=f", &caps_of(&info));
    for index in 0..3 {
        let picture = frame(&info, index);
        let sent = in_dmabuf(&picture, &info, PLACES[index as usize]);
        let out = harness.push_and_pull(sent).unwrap();
        let wanted = crate::video::inverted(samples(&picture, &info));
        assert_eq!(samples(&out, &info), wanted);
    }
    let element: gst::Element = find(&mut harness, "f");
    assert_eq!(
        (stat(&element, "imports"), stat(&element, "uploads")),
        (0, 3)
    );
    let stats: gst::Structure = gst::prelude::ObjectExt::property(&element, "stats");
    let why: String = stats.get("not-imported").unwrap();
    assert!(why.contains("imports no DMABuf"), "{why}");
}

/// A descriptor of less memory than GStreamer was told: no driver may be asked for it.
#[test]
fn memory_that_is_shorter_than_told_is_not_imported() {
    let test = "dmabuf::loan::memory_that_is_shorter_than_told_is_not_imported";
    if with_dmabuf(test).is_some() {
        return;
    }
    let info = video(VideoFormat::Gray8, 64, 256);
    let mut harness = harness("wgputestfilter name=f", &caps_of(&info));
    let element: gst::Element = find(&mut harness, "f");
    let mut short = gst::Buffer::new();
    let writable = short.get_mut().unwrap();
    writable.append_memory(told(&[7; 64], info.size()));
    let _ = harness.push(short);
    assert_eq!(stat(&element, "imports"), 0);
}
