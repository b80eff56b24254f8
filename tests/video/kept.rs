//! What travels with frames through the filters: metas of any kind, flags of fields, events, and what caps
//! say of high dynamic range.

use std::str::FromStr;
use std::sync::{Arc, Mutex};

use gst::prelude::*;
use gst_video::prelude::*;
use gst_video::{VideoBufferFlags, VideoFormat, VideoInfo};
use gstwgpu::video::context::new_context;

use super::{frame, init, video};

/// Each element where it makes frames anew, with lookahead and on the GPU.
fn lines() -> Vec<String> {
    let name = format!("gstwgpu-kept-{}.png", std::process::id());
    let file = std::env::temp_dir().join(name);
    image::RgbImage::from_pixel(2, 2, image::Rgb([9, 90, 200]))
        .save(&file)
        .unwrap();
    let overlay = format!(
        "wgputrackoverlay points=\"20,10 80,10 80,50 20,50\" location={}",
        file.display()
    );
    vec![
        "wgpudenoise preset=fast sigma=10".to_string(),
        "wgpudenoise preset=balanced sigma=10 lookahead=3".to_string(),
        "wgpudeartifact preset=fast quantizer=40".to_string(),
        "wgputone high-dynamic-range=true".to_string(),
        overlay.clone(),
        format!(
            "wgpuupload ! wgpudenoise preset=fast lookahead=2 ! wgpudeartifact ! {overlay} ! wgpudownload"
        ),
    ]
}

/// Buffers and serialised events of a stream that comes out, in order: the offset, or the event's structure.
fn order_out(
    line: &str,
    caps: &gst::Caps,
    items: &[Item],
) -> (Vec<String>, Vec<gst::Buffer>, gst::Caps) {
    init();
    let bin = gst::parse::bin_from_description(line, true).unwrap();
    bin.set_context(&new_context(&crate::gpu::gpu(), true));
    let mut harness = gst_check::Harness::with_element(&bin, Some("sink"), Some("src"));
    harness.set_src_caps(caps.clone());
    let seen = Arc::new(Mutex::new((Vec::new(), Vec::new())));
    let log = seen.clone();
    let pad = harness.sinkpad().unwrap();
    pad.add_probe(gst::PadProbeType::DATA_DOWNSTREAM, move |_, info| {
        let (names, buffers) = &mut *log.lock().unwrap();
        match &info.data {
            Some(gst::PadProbeData::Buffer(buffer)) => {
                names.push(buffer.offset().to_string());
                buffers.push(buffer.clone());
            }
            Some(gst::PadProbeData::Event(event))
                if event.type_() == gst::EventType::CustomDownstream =>
            {
                names.push(event.structure().unwrap().to_string());
            }
            _ => {}
        }
        gst::PadProbeReturn::Ok
    });
    for item in items {
        match item {
            Item::Frame(buffer) => {
                harness.push(buffer.clone()).unwrap();
            }
            Item::Event(event) => assert!(harness.push_event(event.clone())),
        }
    }
    harness.push_event(gst::event::Eos::new());
    let caps = pad.current_caps().unwrap();
    let (names, buffers) = std::mem::take(&mut *seen.lock().unwrap());
    (names, buffers, caps)
}

enum Item {
    Frame(gst::Buffer),
    Event(gst::Event),
}

const HDR: &str = "video/x-raw,format=P010_10LE,width=96,height=64,framerate=25/1,\
    interlace-mode=progressive,colorimetry=bt2100-pq,\
    mastering-display-info=(string)35400:14600:8500:39850:6550:2300:15635:16450:10000000:1,\
    content-light-level=(string)1000:400";

/// Dynamic metadata of HDR10+, as metas of an application's own.
fn with_metas(info: &VideoInfo, index: u64) -> gst::Buffer {
    let mut buffer = frame(info, index);
    let writable = buffer.get_mut().unwrap();
    for name in ["TestHdr10Plus", "TestTagged"] {
        let mut meta = gst::meta::CustomMeta::add(writable, name).unwrap();
        meta.mut_structure().set("peak", index as u32 + 100);
    }
    buffer
}

fn scte35(number: u32) -> gst::Event {
    let splice = gst::Structure::builder("scte-35")
        .field("event-id", number)
        .build();
    gst::event::CustomDownstream::new(splice)
}

#[test]
fn metas_of_any_kind_and_events_keep_their_frame() {
    init();
    gst::meta::CustomMeta::register("TestHdr10Plus", &[]);
    gst::meta::CustomMeta::register(
        "TestTagged",
        &["video", "size", "orientation", "colorspace"],
    );
    let caps = gst::Caps::from_str(HDR).unwrap();
    let info = VideoInfo::from_caps(&caps).unwrap();
    for line in lines() {
        let frames = (0..7).map(|index| Item::Frame(with_metas(&info, index)));
        let mut items: Vec<_> = frames.collect();
        items.insert(5, Item::Event(scte35(2)));
        items.insert(2, Item::Event(scte35(1)));
        let (order, buffers, out) = order_out(&line, &caps, &items);
        let event = |number| scte35(number).structure().unwrap().to_string();
        let (first, second) = (event(1), event(2));
        let wanted = ["0", "1", &first, "2", "3", "4", &second, "5", "6"];
        assert_eq!(order, wanted, "{line}");
        assert_eq!(out, caps, "{line}");
        for (index, buffer) in buffers.iter().enumerate() {
            for name in ["TestHdr10Plus", "TestTagged"] {
                let meta = gst::meta::CustomMeta::from_buffer(buffer, name).unwrap();
                let peak = meta.structure().get::<u32>("peak");
                assert_eq!(peak, Ok(index as u32 + 100), "{line}");
            }
        }
    }
}

/// Repeated first fields, single fields and telecine's mixture.
#[test]
fn flags_of_fields_keep_their_frame() {
    use VideoBufferFlags as Flags;
    let woven = Flags::INTERLACED | Flags::TFF;
    let telecine = [
        Flags::empty(),
        woven,
        woven | Flags::RFF,
        Flags::INTERLACED,
        Flags::INTERLACED | Flags::RFF,
        woven | Flags::ONEFIELD,
        Flags::empty(),
    ];
    let parities = [
        Flags::TOP_FIELD | Flags::INTERLACED,
        Flags::BOTTOM_FIELD | Flags::INTERLACED,
    ];
    let single: Vec<_> = parities.into_iter().cycle().take(8).collect();
    for (feature, mode, flags) in [
        ("", "mixed", telecine.to_vec()),
        ("", "interleaved", telecine.to_vec()),
        ("(format:Interlaced)", "alternate", single),
    ] {
        init();
        let text = format!(
            "video/x-raw{feature},format=I420,width=96,height=64,framerate=25/1,interlace-mode={mode}"
        );
        let caps = gst::Caps::from_str(&text).unwrap();
        let height = if mode == "alternate" { 32 } else { 64 };
        let info = video(VideoFormat::I420, 96, height);
        for line in lines() {
            let frames = flags.iter().enumerate().map(|(index, flags)| {
                let mut buffer = frame(&info, index as u64);
                buffer.get_mut().unwrap().set_video_flags(*flags);
                Item::Frame(buffer)
            });
            let (_, buffers, out) = order_out(&line, &caps, &frames.collect::<Vec<_>>());
            let found = buffers.iter().map(|buffer| buffer.video_flags());
            assert_eq!(found.collect::<Vec<_>>(), flags, "{mode}: {line}");
            assert_eq!(out, caps, "{mode}: {line}");
        }
    }
}

/// Two fields one behind the other in a buffer, each with a meta of its own.
#[test]
fn fields_that_lie_apart_pass() {
    init();
    let text = "video/x-raw,format=GRAY8,width=64,height=48,framerate=25/1,interlace-mode=fields";
    let caps = gst::Caps::from_str(text).unwrap();
    let info = VideoInfo::from_caps(&caps).unwrap();
    let sent = frame(&info, 0);
    let mut apart = sent.clone();
    for id in 0..2 {
        let flags = gst_video::VideoFrameFlags::empty();
        let (offset, writable) = (id as usize * 64 * 24, apart.make_mut());
        let format = VideoFormat::Gray8;
        let meta =
            gst_video::VideoMeta::add_full(writable, flags, format, 64, 24, &[offset], &[64]);
        let pointer = meta
            .unwrap()
            .as_mut_ptr()
            .cast::<gst_video::ffi::GstVideoMeta>();
        // SAFETY: the meta is in a buffer that nobody else has.
        unsafe { (*pointer).id = id };
    }
    for line in [
        "wgpudenoise sigma=10",
        "wgpudeartifact quantizer=40 ! wgpudenoise sigma=10",
    ] {
        let frames = [apart.clone(), apart.clone()].map(Item::Frame);
        let (_, buffers, _) = order_out(line, &caps, &frames);
        assert_eq!(buffers.len(), 2, "{line}");
        for buffer in buffers {
            assert!(
                *buffer.map_readable().unwrap() == *sent.map_readable().unwrap(),
                "{line}"
            );
            assert_eq!(
                buffer.iter_meta::<gst_video::VideoMeta>().count(),
                2,
                "{line}"
            );
        }
    }
}
