//! Metas, flags and times stay with their frame, even if frames are delayed.

use gst_video::*;

use super::{caps_of, frame, harness, video};

pub fn decorated(info: &VideoInfo, index: u64) -> gst::Buffer {
    let mut buffer = frame(info, index);
    let writable = buffer.get_mut().unwrap();
    writable.set_flags(gst::BufferFlags::MARKER);
    let number = index as u8;
    VideoCaptionMeta::add(writable, VideoCaptionType::Cea708Raw, &[number; 3]);
    VideoAFDMeta::add(
        writable,
        number % 2,
        VideoAFDSpec::AtscA53,
        VideoAFDValue::_43Full169Full,
    );
    VideoBarMeta::add(writable, 0, true, index as u32, 7);
    VideoRegionOfInterestMeta::add(writable, "face", (index as u32, 2, 3, 4));
    let caps = gst::Caps::new_empty_simple("timestamp/x-ntp");
    let time = gst::ClockTime::from_seconds(index);
    gst::ReferenceTimestampMeta::add(writable, &caps, time, gst::ClockTime::NONE);
    let timecode = VideoTimeCode::new(
        gst::Fraction::new(25, 1),
        None,
        VideoTimeCodeFlags::empty(),
        1,
        2,
        3,
        index as u32,
        0,
    );
    VideoTimeCodeMeta::add(writable, &timecode.try_into().unwrap());
    buffer
}

pub fn check(got: &gst::BufferRef, sent: &gst::BufferRef, index: u64) {
    assert_eq!(got.pts(), sent.pts());
    assert_eq!(got.dts(), sent.dts());
    assert_eq!(got.duration(), sent.duration());
    assert_eq!((got.offset(), got.offset_end()), (index, index + 1));
    assert!(got.flags().contains(gst::BufferFlags::MARKER));
    let number = index as u8;
    let number32 = u32::from(number);
    assert_eq!(got.meta::<VideoCaptionMeta>().unwrap().data(), [number; 3]);
    assert_eq!(got.meta::<VideoAFDMeta>().unwrap().field(), number % 2);
    let bar = got.meta::<VideoBarMeta>().unwrap();
    assert_eq!((bar.bar_data1(), bar.bar_data2()), (number32, 7));
    let regions: Vec<_> = got.iter_meta::<VideoRegionOfInterestMeta>().collect();
    assert_eq!(regions.len(), 1);
    assert_eq!(regions[0].rect(), (number32, 2, 3, 4));
    let reference = got.meta::<gst::ReferenceTimestampMeta>().unwrap();
    assert_eq!(reference.timestamp(), gst::ClockTime::from_seconds(index));
    let timecode = got.meta::<VideoTimeCodeMeta>().unwrap();
    assert_eq!(timecode.tc().frames(), number32);
}

#[test]
fn metas_stay_with_their_frame() {
    let info = video(VideoFormat::Nv12, 32, 18);
    for line in [
        "wgputestfilter",
        "wgputestfilter lookahead=3",
        "wgputestfilter passthrough=true",
        "wgpuupload ! wgputestfilter lookahead=2 ! wgputestfilter lookahead=1 ! wgpudownload",
    ] {
        let mut harness = harness(line, &caps_of(&info));
        let sent: Vec<_> = (0..6).map(|index| decorated(&info, index)).collect();
        for buffer in &sent {
            harness.push(buffer.clone()).unwrap();
        }
        harness.push_event(gst::event::Eos::new());
        for (index, sent) in sent.iter().enumerate() {
            check(&harness.pull().unwrap(), sent, index as u64);
        }
        assert!(harness.try_pull().is_none(), "{line}");
    }
}

#[test]
fn marked_frames_keep_their_marks() {
    let info = video(VideoFormat::Nv12, 32, 18);
    let mut harness = harness("wgputestfilter name=f", &caps_of(&info));
    for flags in [gst::BufferFlags::GAP, gst::BufferFlags::CORRUPTED] {
        let mut sent = frame(&info, 1);
        sent.get_mut().unwrap().set_flags(flags);
        assert!(harness.push_and_pull(sent).unwrap().flags().contains(flags));
    }
    let filter: super::TestFilter = super::find(&mut harness, "f");
    let corrupted: Vec<bool> =
        filter.read(|log| log.contexts.iter().map(|c| c.corrupted).collect());
    assert_eq!(corrupted, [false, true]);
}

#[test]
fn a_buffer_without_a_frame_passes() {
    let info = video(VideoFormat::Nv12, 32, 18);
    let mut harness = harness("wgputestfilter lookahead=1", &caps_of(&info));
    harness.push(frame(&info, 0)).unwrap();
    let mut empty = gst::Buffer::new();
    empty.get_mut().unwrap().set_flags(gst::BufferFlags::GAP);
    harness.push(empty).unwrap();
    assert_eq!(harness.pull().unwrap().offset(), 0);
    assert_eq!(harness.pull().unwrap().size(), 0);
}
