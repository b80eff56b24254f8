//! What is negotiated about DMABuf memory, and what becomes of memory that nobody can read.

use std::os::fd::OwnedFd;
use std::str::FromStr;

use gst::prelude::*;
use gst_allocators::DmaBufAllocator;
use gst_allocators::prelude::*;
use gst_check::Harness;
use gst_video::VideoFormat;

use super::{PLACES, in_dmabuf, with_dmabuf};
use crate::video::{caps_of, find, frame, harness, init, inverted, samples, stat, video};

const FORMS: [&str; 2] = [
    "video/x-raw(memory:DMABuf),format=NV12",
    "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12",
];

fn caps(form: &str) -> gst::Caps {
    gst::Caps::from_str(&format!("{form},width=64,height=48,framerate=25/1")).unwrap()
}

#[test]
fn both_forms_of_caps_are_taken() {
    let test = "dmabuf::caps::both_forms_of_caps_are_taken";
    if with_dmabuf(test).is_some() {
        return;
    }
    let info = video(VideoFormat::Nv12, 64, 48);
    for form in FORMS {
        for (line, inverts) in [
            ("wgputestfilter name=f", true),
            // What is not filtered leaves this memory, too.
            ("wgputestfilter name=f passthrough=true", false),
            ("wgputestfilter name=f untouched=true", false),
            ("wgpuupload name=f ! wgpudownload", false),
        ] {
            let mut harness = harness(line, &caps(form));
            for index in 0..2 {
                let picture = frame(&info, index);
                let sent = in_dmabuf(&picture, &info, PLACES[0]);
                let out = harness.push_and_pull(sent).unwrap();
                let wanted = samples(&picture, &info);
                let wanted = if inverts { inverted(wanted) } else { wanted };
                assert_eq!(samples(&out, &info), wanted, "{form} {line}");
                assert!(!gstwgpu::video::dmabuf::is_in(&out), "{form} {line}");
            }
            let got = harness.sinkpad().unwrap().current_caps().unwrap();
            let features = got.features(0).unwrap();
            assert!(!features.contains("memory:DMABuf"), "{got}");
            let element: gst::Element = find(&mut harness, "f");
            assert_eq!(stat(&element, "imports"), 2, "{form} {line}");
        }
    }
}

/// What an element in PAUSED says that it takes, of these caps.
fn taken(line: &str, asked: &str) -> gst::Caps {
    init();
    let mut harness = Harness::new_parse(line);
    harness.play();
    let asked = gst::Caps::from_str(asked).unwrap();
    let pad = harness.element().unwrap().static_pad("sink").unwrap();
    pad.query_caps(Some(&asked))
}

const TILED: &str =
    "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=(string)NV12:0x0100000000000002";
const LINES: [&str; 5] = [
    "wgputestfilter",
    "wgpudenoise",
    "wgpudeartifact",
    "wgputrackoverlay",
    "wgpuupload",
];

#[test]
fn it_is_offered_where_the_device_imports() {
    let test = "dmabuf::caps::it_is_offered_where_the_device_imports";
    if with_dmabuf(test).is_some() {
        return;
    }
    for line in LINES {
        for form in FORMS {
            assert!(!taken(line, form).is_empty(), "{line} {form}");
        }
        assert!(taken(line, TILED).is_empty(), "{line}");
        // Not in the plain form to who has system memory as well: nobody knows how planes lie in it.
        let both = taken(
            line,
            "video/x-raw,format=NV12;video/x-raw(memory:DMABuf),format=NV12",
        );
        let features: Vec<_> = both
            .iter_with_features()
            .map(|(_, f)| f.to_string())
            .collect();
        assert_eq!(features, ["memory:SystemMemory"], "{line}: {both}");
    }
}

#[test]
fn it_is_not_offered_where_the_device_does_not() {
    for line in LINES {
        for form in FORMS.iter().chain([&TILED]) {
            assert!(taken(line, form).is_empty(), "{line} {form}");
        }
    }
}

/// Neither the driver nor the CPU reads a socket.
#[test]
fn memory_that_nobody_reads_ends_the_stream_with_one_error() {
    let test = "dmabuf::caps::memory_that_nobody_reads_ends_the_stream_with_one_error";
    if with_dmabuf(test).is_some() {
        return;
    }
    let info = video(VideoFormat::Nv12, 64, 48);
    for caps in [caps(FORMS[0]), caps_of(&info)] {
        let mut harness = harness("wgputestfilter name=f", &caps);
        let bus = gst::Bus::new();
        harness.element().unwrap().set_bus(Some(&bus));
        let mut flows = Vec::new();
        for _ in 0..3 {
            let (socket, _) = std::os::unix::net::UnixStream::pair().unwrap();
            let fd = OwnedFd::from(socket);
            // SAFETY: the memory owns the descriptor.
            let memory = unsafe { DmaBufAllocator::new().alloc_dmabuf(fd, info.size()) }.unwrap();
            let mut buffer = gst::Buffer::new();
            buffer.get_mut().unwrap().append_memory(memory);
            flows.push(harness.push(buffer));
        }
        assert!(flows.iter().all(Result::is_err), "{flows:?}");
        let errors: Vec<_> =
            std::iter::from_fn(|| bus.pop_filtered(&[gst::MessageType::Error])).collect();
        assert_eq!(errors.len(), 1, "{errors:?}");
        let gst::MessageView::Error(error) = errors[0].view() else {
            unreachable!()
        };
        let text = format!("{} {:?}", error.error(), error.debug());
        assert!(
            text.contains("neither imported") && text.contains("refused"),
            "{text}"
        );
    }
}
