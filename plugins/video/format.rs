//! The supported video formats, and their layout on the GPU.

use gst_video::{VideoFormat, VideoInfo, VideoInterlaceMode};

use crate::gpu::{ChromaOrder, FrameLayout, PackedOrder, Subsampling};

/// All supported formats, most likely first.
pub const FORMATS: [VideoFormat; 16] = [
    VideoFormat::Nv12,
    VideoFormat::I420,
    VideoFormat::P01010le,
    VideoFormat::I42010le,
    VideoFormat::Yv12,
    VideoFormat::Nv21,
    VideoFormat::Y42b,
    VideoFormat::Uyvy,
    VideoFormat::Yuy2,
    VideoFormat::I42210le,
    VideoFormat::Y444,
    VideoFormat::Y44410le,
    VideoFormat::Gray8,
    VideoFormat::Gray16Le,
    VideoFormat::Yvyu,
    VideoFormat::Vyuy,
];

/// A packed format with two pixels in 4 bytes: the byte positions of Y, U and V.
const fn pairs(y: &'static [u8], u: &'static [u8], v: &'static [u8]) -> Option<PackedOrder> {
    let (words, bits) = (1, 8);
    Some(PackedOrder {
        words,
        y,
        u,
        v,
        bits,
    })
}

/// Sample order of a format that has all components in one plane; `None` for planar formats.
fn packed(format: VideoFormat) -> Option<PackedOrder> {
    match format {
        VideoFormat::Yuy2 => pairs(&[0, 16], &[8], &[24]),
        VideoFormat::Yvyu => pairs(&[0, 16], &[24], &[8]),
        VideoFormat::Uyvy => pairs(&[8, 24], &[0], &[16]),
        VideoFormat::Vyuy => pairs(&[8, 24], &[16], &[0]),
        _ => None,
    }
}

/// Subsampling, chroma order, bits of a sample and its shift in the word; `None` for unsupported formats.
fn shape(format: VideoFormat) -> Option<(Subsampling, ChromaOrder, u32, u32)> {
    use ChromaOrder::{InterleavedUv, InterleavedVu, PlanarUv, PlanarVu};
    use Subsampling::{Gray, S420, S422, S444};
    Some(match format {
        VideoFormat::I420 => (S420, PlanarUv, 8, 0),
        VideoFormat::Yv12 => (S420, PlanarVu, 8, 0),
        VideoFormat::Nv12 => (S420, InterleavedUv, 8, 0),
        VideoFormat::Nv21 => (S420, InterleavedVu, 8, 0),
        VideoFormat::Y42b => (S422, PlanarUv, 8, 0),
        VideoFormat::Yuy2 | VideoFormat::Yvyu | VideoFormat::Uyvy | VideoFormat::Vyuy => {
            (S422, PlanarUv, 8, 0)
        }
        VideoFormat::Y444 => (S444, PlanarUv, 8, 0),
        VideoFormat::Gray8 => (Gray, PlanarUv, 8, 0),
        VideoFormat::I42010le => (S420, PlanarUv, 10, 0),
        VideoFormat::I42210le => (S422, PlanarUv, 10, 0),
        VideoFormat::Y44410le => (S444, PlanarUv, 10, 0),
        VideoFormat::P01010le => (S420, InterleavedUv, 10, 6),
        VideoFormat::Gray16Le => (Gray, PlanarUv, 16, 0),
        _ => return None,
    })
}

/// Layout of a stream's frames on the GPU; of one field in `alternate` streams. `None` for a format outside
/// of [`FORMATS`].
pub fn layout(info: &VideoInfo) -> Option<FrameLayout> {
    let (subsampling, chroma, depth, shift) = shape(info.format())?;
    let height = match info.interlace_mode() {
        VideoInterlaceMode::Alternate => info.field_height(),
        _ => info.height(),
    };
    Some(FrameLayout {
        width: info.width(),
        height,
        subsampling,
        chroma,
        depth,
        shift,
        packed: packed(info.format()),
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
                    assert!(
                        stride - (plane.row_bytes as usize) < 8,
                        "{format} {plane:?}"
                    );
                    assert!((plane.rows as usize..plane.rows as usize + 2).contains(&rows));
                }
                assert_eq!(layout.depth, info.comp_depth(0), "{format}");
                assert_eq!(layout.shift, info.format_info().shift()[0], "{format}");
            }
        }
    }
}
