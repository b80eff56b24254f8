//! Caps of DMABuf memory as GStreamer writes them from 1.24 on: `format=DMA_DRM, drm-format=NV12`, a fourcc of
//! the kernel's and, where planes do not lie in rows, a modifier. Read as text, so that any GStreamer will do.

use gst::prelude::*;
use gst_video::VideoFormat;

/// The format of such caps.
pub const DMA_DRM: &str = "DMA_DRM";
const FIELD: &str = "drm-format";

/// The kernel's names of formats. Its components are named from the highest byte of a word on.
const NAMES: [(&str, VideoFormat); 31] = [
    ("NV12", VideoFormat::Nv12),
    ("YU12", VideoFormat::I420),
    ("P010", VideoFormat::P01010le),
    ("YV12", VideoFormat::Yv12),
    ("NV21", VideoFormat::Nv21),
    ("YU16", VideoFormat::Y42b),
    ("UYVY", VideoFormat::Uyvy),
    ("YUYV", VideoFormat::Yuy2),
    ("YU24", VideoFormat::Y444),
    ("NV16", VideoFormat::Nv16),
    ("NV61", VideoFormat::Nv61),
    ("NV24", VideoFormat::Nv24),
    ("YVYU", VideoFormat::Yvyu),
    ("VYUY", VideoFormat::Vyuy),
    ("Y210", VideoFormat::Y210),
    ("Y212", VideoFormat::Y212Le),
    ("P012", VideoFormat::P012Le),
    ("P016", VideoFormat::P016Le),
    ("XR24", VideoFormat::Bgrx),
    ("XB24", VideoFormat::Rgbx),
    ("BX24", VideoFormat::Xrgb),
    ("RX24", VideoFormat::Xbgr),
    ("AR24", VideoFormat::Bgra),
    ("AB24", VideoFormat::Rgba),
    ("BA24", VideoFormat::Argb),
    ("RA24", VideoFormat::Abgr),
    ("BG24", VideoFormat::Rgb),
    ("RG24", VideoFormat::Bgr),
    ("AYUV", VideoFormat::Vuya),
    ("Y410", VideoFormat::Y410),
    ("Y412", VideoFormat::Y412Le),
];

/// The format that a text stands for; `None` for one that is unknown, or whose planes do not lie in rows.
fn format_of(text: &str) -> Option<VideoFormat> {
    let (fourcc, modifier) = text.split_once(':').unwrap_or((text, "0x0"));
    let digits = modifier.strip_prefix("0x").unwrap_or(modifier);
    let is_linear = u64::from_str_radix(digits, 16) == Ok(0);
    let mut known = NAMES.iter().filter(|_| is_linear);
    known.find(|(name, _)| *name == fourcc).map(|one| one.1)
}

fn text_of(format: &str) -> Option<&'static str> {
    let mut known = NAMES.iter();
    known
        .find(|(_, one)| one.to_str() == format)
        .map(|one| one.0)
}

/// The texts in a field: one, or a list of them.
fn texts(structure: &gst::StructureRef, field: &str) -> Vec<String> {
    if let Ok(one) = structure.get::<String>(field) {
        return vec![one];
    }
    let Ok(list) = structure.get::<gst::List>(field) else {
        return Vec::new();
    };
    list.iter().filter_map(|one| one.get().ok()).collect()
}

fn with_texts(structure: &mut gst::Structure, field: &str, texts: &[&str]) {
    match texts {
        [one] => structure.set(field, *one),
        all => structure.set(
            field,
            gst::List::new(all.iter().map(|one| one.to_send_value())),
        ),
    }
}

/// True for caps of this form.
pub fn is_drm(structure: &gst::StructureRef) -> bool {
    structure.get::<&str>("format") == Ok(DMA_DRM)
}

/// The same with formats as system memory has them; `None` if none of them lies in rows.
pub fn plain(structure: &gst::StructureRef) -> Option<gst::Structure> {
    let mut plain = structure.to_owned();
    if !is_drm(structure) {
        return Some(plain);
    }
    let texts = texts(structure, FIELD);
    let formats = texts.iter().filter_map(|text| format_of(text));
    let formats: Vec<_> = formats.map(|format| format.to_str()).collect();
    let formats: Vec<_> = formats.iter().map(|format| format.as_str()).collect();
    if formats.is_empty() {
        return None;
    }
    plain.remove_field(FIELD);
    with_texts(&mut plain, "format", &formats);
    Some(plain)
}

/// The same as the kernel names it; `None` if it has no name for any of the formats.
pub fn drm(structure: &gst::StructureRef) -> Option<gst::Structure> {
    let texts = texts(structure, "format");
    let names: Vec<_> = texts.iter().filter_map(|text| text_of(text)).collect();
    if names.is_empty() {
        return None;
    }
    let mut drm = structure.to_owned();
    drm.set("format", DMA_DRM);
    with_texts(&mut drm, FIELD, &names);
    Some(drm)
}

/// Description of the video of fixed caps of either form.
///
/// # Errors
/// As [`gst_video::VideoInfo::from_caps`].
pub fn info(caps: &gst::CapsRef) -> Result<gst_video::VideoInfo, glib::BoolError> {
    let drm = caps.structure(0).filter(|structure| is_drm(structure));
    match drm.and_then(plain) {
        Some(plain) => gst_video::VideoInfo::from_caps(&gst::Caps::from(plain)),
        None => gst_video::VideoInfo::from_caps(caps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn structure(text: &str) -> gst::Structure {
        gst::init().unwrap();
        let caps = gst::Caps::from_str(text).unwrap();
        caps.structure(0).unwrap().to_owned()
    }

    #[test]
    fn linear_formats_are_read_and_others_are_not() {
        let linear = ["NV12", "NV12:0x0000000000000000"];
        for text in linear {
            assert_eq!(format_of(text), Some(VideoFormat::Nv12));
        }
        for text in ["NV12:0x0100000000000002", "NV99", "NV12:x", "", ":"] {
            assert_eq!(format_of(text), None, "{text}");
        }
    }

    #[test]
    fn caps_go_both_ways() {
        let drm_caps = structure(
            "video/x-raw,format=DMA_DRM,drm-format={NV12,P010,NV12:0x0100000000000002},width=64",
        );
        let plain_caps = structure("video/x-raw,format={NV12,P010_10LE},width=64");
        assert_eq!(plain(&drm_caps), Some(plain_caps.clone()));
        let back = structure("video/x-raw,format=DMA_DRM,drm-format={NV12,P010},width=64");
        assert_eq!(drm(&plain_caps), Some(back));
        let tiled = structure("video/x-raw,format=DMA_DRM,drm-format=NV12:0x0100000000000002");
        assert_eq!(plain(&tiled), None);
        assert_eq!(drm(&structure("video/x-raw,format=v210")), None);
    }

    /// Bytes in memory, against GStreamer's own description of the format.
    #[test]
    fn a_name_has_the_components_of_its_format() {
        for (name, format) in NAMES.iter().filter(|(name, _)| name.ends_with("24")) {
            gst::init().unwrap();
            let info = gst_video::VideoFormatInfo::from_format(*format);
            if !info.is_rgb() {
                continue;
            }
            let from_the_top = match &name[..2] {
                "XR" | "AR" => "ARGB",
                "XB" | "AB" => "ABGR",
                "BX" | "BA" => "BGRA",
                "RX" | "RA" => "RGBA",
                "RG" => "RGB",
                _ => "BGR",
            };
            for (component, letter) in [(0, 'R'), (1, 'G'), (2, 'B')] {
                let at = from_the_top.chars().rev().position(|one| one == letter);
                assert_eq!(
                    at,
                    Some(info.poffset()[component] as usize),
                    "{name} {format}"
                );
            }
        }
    }
}
