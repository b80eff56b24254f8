//! The supported video formats, and their layout on the GPU.

use gst_video::{VideoFormat, VideoInfo, VideoInterlaceMode};

use crate::gpu::{ChromaOrder, FrameLayout, HostOrder, Subsampling};
use ChromaOrder::{InterleavedUv, InterleavedVu, PlanarUv, PlanarVu};
use Subsampling::{Gray, S420, S422, S444};

/// Properties of a format.
#[derive(Debug, Clone, Copy)]
struct Format {
    format: VideoFormat,
    subsampling: Subsampling,
    chroma: ChromaOrder,
    depth: u32,
    /// Bits below the sample in its word.
    shift: u32,
    alpha: bool,
    host: Option<HostOrder>,
}

/// A format whose host memory has the same planes as the frame on the GPU.
const fn planes(format: VideoFormat, sub: Subsampling, chroma: ChromaOrder, depth: u32) -> Format {
    Format {
        format,
        subsampling: sub,
        chroma,
        depth,
        shift: 0,
        alpha: false,
        host: None,
    }
}

/// The same with the sample in the upper `depth` bits of a 16-bit word.
const fn upper(format: VideoFormat, sub: Subsampling, chroma: ChromaOrder, depth: u32) -> Format {
    Format {
        shift: 16 - depth,
        ..planes(format, sub, chroma, depth)
    }
}

/// A format that orders its samples in its own way, as [`HostOrder::samples`] tells. Of 16 bits the upper
/// `depth` mean something.
const fn order(format: VideoFormat, sub: Subsampling, depth: u32, samples: &'static str) -> Format {
    Format {
        alpha: has_alpha(samples),
        host: Some(HostOrder {
            samples,
            bits: depth,
            rgb: None,
        }),
        ..planes(format, sub, PlanarUv, depth)
    }
}

/// The same with samples in the upper `depth` bits of 16-bit words.
const fn wide(format: VideoFormat, sub: Subsampling, depth: u32, samples: &'static str) -> Format {
    Format {
        alpha: has_alpha(samples),
        host: Some(HostOrder {
            samples,
            bits: 16,
            rgb: None,
        }),
        ..upper(format, sub, PlanarUv, depth)
    }
}

/// RGB with samples of `bits` bits, of which the lower `depth` are significant.
const fn rgb(format: VideoFormat, depth: u32, bits: u32, samples: &'static str) -> Format {
    Format {
        alpha: has_alpha(samples),
        host: Some(HostOrder {
            samples,
            bits,
            rgb: Some(depth),
        }),
        ..planes(format, S444, PlanarUv, 16)
    }
}

/// The same format with alpha in a further plane.
const fn with_alpha(format: Format) -> Format {
    Format {
        alpha: true,
        ..format
    }
}

#[expect(clippy::indexing_slicing, reason = "done by the compiler")]
const fn has_alpha(samples: &str) -> bool {
    let (samples, mut i) = (samples.as_bytes(), 0);
    while i < samples.len() && samples[i] != b'A' {
        i += 1;
    }
    i < samples.len()
}

/// All formats, the likeliest first. Whatever the elements know of formats comes from here.
const TABLE: &[Format] = &[
    planes(VideoFormat::Nv12, S420, InterleavedUv, 8),
    planes(VideoFormat::I420, S420, PlanarUv, 8),
    upper(VideoFormat::P01010le, S420, InterleavedUv, 10),
    planes(VideoFormat::I42010le, S420, PlanarUv, 10),
    planes(VideoFormat::Yv12, S420, PlanarVu, 8),
    planes(VideoFormat::Nv21, S420, InterleavedVu, 8),
    planes(VideoFormat::Y42b, S422, PlanarUv, 8),
    order(VideoFormat::Uyvy, S422, 8, "UYVY"),
    order(VideoFormat::Yuy2, S422, 8, "YUYV"),
    planes(VideoFormat::I42210le, S422, PlanarUv, 10),
    order(VideoFormat::V210, S422, 10, "UYV-YUY-VYU-YVY-"),
    planes(VideoFormat::Y444, S444, PlanarUv, 8),
    planes(VideoFormat::Y44410le, S444, PlanarUv, 10),
    planes(VideoFormat::Gray8, Gray, PlanarUv, 8),
    planes(VideoFormat::Gray16Le, Gray, PlanarUv, 16),
    planes(VideoFormat::Nv16, S422, InterleavedUv, 8),
    planes(VideoFormat::Nv61, S422, InterleavedVu, 8),
    planes(VideoFormat::Nv24, S444, InterleavedUv, 8),
    order(VideoFormat::Yvyu, S422, 8, "YVYU"),
    order(VideoFormat::Vyuy, S422, 8, "VYUY"),
    wide(VideoFormat::Y210, S422, 10, "YUYV"),
    wide(VideoFormat::Y212Le, S422, 12, "YUYV"),
    order(VideoFormat::Nv1210le32, S420, 10, "YYY-|UVU-VUV-"),
    order(VideoFormat::Nv1610le32, S422, 10, "YYY-|UVU-VUV-"),
    upper(VideoFormat::P012Le, S420, InterleavedUv, 12),
    upper(VideoFormat::P016Le, S420, InterleavedUv, 16),
    planes(VideoFormat::I42012le, S420, PlanarUv, 12),
    planes(VideoFormat::I42212le, S422, PlanarUv, 12),
    planes(VideoFormat::Y44412le, S444, PlanarUv, 12),
    planes(VideoFormat::Y44416le, S444, PlanarUv, 16),
    order(VideoFormat::Gray10Le32, Gray, 10, "YYY-"),
    rgb(VideoFormat::Bgrx, 8, 8, "BGRA"),
    rgb(VideoFormat::Rgbx, 8, 8, "RGBA"),
    rgb(VideoFormat::Xrgb, 8, 8, "ARGB"),
    rgb(VideoFormat::Xbgr, 8, 8, "ABGR"),
    rgb(VideoFormat::Bgra, 8, 8, "BGRA"),
    rgb(VideoFormat::Rgba, 8, 8, "RGBA"),
    rgb(VideoFormat::Argb, 8, 8, "ARGB"),
    rgb(VideoFormat::Abgr, 8, 8, "ABGR"),
    rgb(VideoFormat::Rgb, 8, 8, "RGBRGBRGBRGB"),
    rgb(VideoFormat::Bgr, 8, 8, "BGRBGRBGRBGR"),
    rgb(VideoFormat::Gbr, 8, 8, "GGGG|BBBB|RRRR"),
    rgb(VideoFormat::Gbra, 8, 8, "GGGG|BBBB|RRRR|AAAA"),
    rgb(VideoFormat::Rgb10a2Le, 10, 10, "RGBA"),
    rgb(VideoFormat::Bgr10a2Le, 10, 10, "BGRA"),
    rgb(VideoFormat::Gbr10le, 10, 16, "GG|BB|RR"),
    rgb(VideoFormat::Gbra10le, 10, 16, "GG|BB|RR|AA"),
    rgb(VideoFormat::Gbr12le, 12, 16, "GG|BB|RR"),
    rgb(VideoFormat::Gbra12le, 12, 16, "GG|BB|RR|AA"),
    with_alpha(planes(VideoFormat::A420, S420, PlanarUv, 8)),
    with_alpha(planes(VideoFormat::Av12, S420, InterleavedUv, 8)),
    with_alpha(planes(VideoFormat::A42010le, S420, PlanarUv, 10)),
    with_alpha(planes(VideoFormat::A42210le, S422, PlanarUv, 10)),
    with_alpha(planes(VideoFormat::A44410le, S444, PlanarUv, 10)),
    #[cfg(feature = "v1_24")]
    with_alpha(planes(VideoFormat::A422, S422, PlanarUv, 8)),
    #[cfg(feature = "v1_24")]
    with_alpha(planes(VideoFormat::A444, S444, PlanarUv, 8)),
    #[cfg(feature = "v1_24")]
    with_alpha(planes(VideoFormat::A44412le, S444, PlanarUv, 12)),
    order(VideoFormat::Ayuv, S444, 8, "AYUV"),
    order(VideoFormat::Vuya, S444, 8, "VUYA"),
    order(VideoFormat::Y410, S444, 10, "UYVA"),
    wide(VideoFormat::Y412Le, S444, 12, "UYVA"),
];

/// The names of all formats, the likeliest first.
pub const FORMATS: [VideoFormat; TABLE.len()] = names();

#[expect(clippy::indexing_slicing, reason = "done by the compiler")]
const fn names() -> [VideoFormat; TABLE.len()] {
    let mut all = [VideoFormat::Unknown; TABLE.len()];
    let mut i = 0;
    while i < all.len() {
        all[i] = TABLE[i].format;
        i += 1;
    }
    all
}

/// Layout of a stream's frames on the GPU; of one field in `alternate` streams. `None` for a format outside
/// of [`FORMATS`].
pub fn layout(info: &VideoInfo) -> Option<FrameLayout> {
    let mut all = TABLE.iter();
    let found = all.find(|known| known.format == info.format())?;
    let height = match info.interlace_mode() {
        VideoInterlaceMode::Alternate => info.field_height(),
        _ => info.height(),
    };
    Some(FrameLayout {
        width: info.width(),
        height,
        subsampling: found.subsampling,
        chroma: found.chroma,
        depth: found.depth,
        shift: found.shift,
        alpha: found.alpha,
        host: found.host,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_fit_into_gstreamers_default_layout() {
        gst::init().unwrap();
        for format in FORMATS {
            for (width, height) in [(1, 1), (3, 5), (255, 17), (640, 360)] {
                let info = VideoInfo::builder(format, width, height).build().unwrap();
                let layout = layout(&info).unwrap();
                let planes = layout.host_spans();
                assert_eq!(planes.len(), info.n_planes() as usize, "{format}");
                for (index, plane) in planes.iter().enumerate() {
                    let stride = info.stride()[index] as usize;
                    let end = match info.offset().get(index + 1) {
                        Some(next) if index + 1 < planes.len() => *next,
                        _ => info.size(),
                    };
                    let rows = (end - info.offset()[index]) / stride;
                    assert!(plane.row_bytes as usize <= stride, "{format} {plane:?}");
                    // v210 has rows of 128 bytes, and those whose samples fill no bytes have words.
                    let most = if format == VideoFormat::V210 { 128 } else { 8 };
                    assert!(
                        stride - (plane.row_bytes as usize) < most,
                        "{format} {plane:?}"
                    );
                    assert!((plane.rows as usize..plane.rows as usize + 2).contains(&rows));
                }
                assert_eq!(layout.host_depth(), info.comp_depth(0), "{format}");
                if layout.host.is_none() {
                    // Of Y210 GStreamer tells none.
                    assert_eq!(layout.shift, info.format_info().shift()[0], "{format}");
                }
            }
        }
    }
}
