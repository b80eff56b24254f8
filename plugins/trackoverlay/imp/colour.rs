//! Colour encoding from caps.

use gst_video::{VideoChromaSite, VideoColorMatrix, VideoColorRange, VideoInfo};

use crate::gpu::FrameLayout;
use crate::trackoverlay::colour::{Matrix, StreamColour};

/// Matrix, range and chroma site of these caps, with the usual ones where caps name none.
pub fn of(info: &VideoInfo, layout: &FrameLayout) -> StreamColour {
    let usual = StreamColour::usual(layout);
    let colorimetry = info.colorimetry();
    let site = info.chroma_site();
    let (horizontal, vertical) = (VideoChromaSite::H_COSITED, VideoChromaSite::V_COSITED);
    // Frames of R, G and B have this matrix on the GPU, whatever the primaries.
    let is_rgb = layout.rgb_depth().is_some();
    let (x, y) = layout.subsampling.shifts();
    // Position of the first of two samples: on the first pixel, or halfway to the next.
    let place = |cosited, shift: u32| match site.contains(cosited) || shift == 0 {
        true => 0.0,
        false => 0.5,
    };
    StreamColour {
        matrix: match colorimetry.matrix() {
            _ if is_rgb => Matrix::BT709,
            VideoColorMatrix::Bt601 => Matrix::BT601,
            VideoColorMatrix::Bt709 => Matrix::BT709,
            VideoColorMatrix::Bt2020 => Matrix::BT2020,
            VideoColorMatrix::Smpte240m => Matrix::SMPTE240M,
            VideoColorMatrix::Fcc => Matrix::FCC,
            _ => usual.matrix,
        },
        alpha_depth: match info.n_components() {
            4 => info.comp_depth(3),
            _ => 0,
        },
        full_range: colorimetry.range() == VideoColorRange::Range0_255,
        chroma_site: match site.is_empty() {
            true => usual.chroma_site,
            false => [place(horizontal, x), place(vertical, y)],
        },
    }
}

#[cfg(test)]
mod tests {
    use gst_video::{VideoColorimetry, VideoFormat};

    use super::*;
    use crate::video::format;

    fn colour(format: VideoFormat, colorimetry: &str, site: VideoChromaSite) -> StreamColour {
        let colorimetry: VideoColorimetry = colorimetry.parse().unwrap();
        let info = VideoInfo::builder(format, 640, 360)
            .colorimetry(&colorimetry)
            .chroma_site(site)
            .build()
            .unwrap();
        of(&info, &format::layout(&info).unwrap())
    }

    #[test]
    fn caps_say_what_codes_mean() {
        gst::init().unwrap();
        for (name, matrix, full_range) in [
            ("bt601", Matrix::BT601, false),
            ("bt709", Matrix::BT709, false),
            ("bt2020-10", Matrix::BT2020, false),
            ("smpte240m", Matrix::SMPTE240M, false),
            ("1:4:0:0", Matrix::BT601, true),
        ] {
            let found = colour(VideoFormat::I420, name, VideoChromaSite::MPEG2);
            assert_eq!(
                (found.matrix, found.full_range),
                (matrix, full_range),
                "{name}"
            );
        }
    }

    #[test]
    fn chroma_is_where_its_site_says() {
        gst::init().unwrap();
        for (format, site, place) in [
            (VideoFormat::I420, VideoChromaSite::MPEG2, [0.0, 0.5]),
            (VideoFormat::I420, VideoChromaSite::JPEG, [0.5, 0.5]),
            (VideoFormat::I420, VideoChromaSite::COSITED, [0.0, 0.0]),
            (VideoFormat::Y42b, VideoChromaSite::MPEG2, [0.0, 0.0]),
            (VideoFormat::Y42b, VideoChromaSite::JPEG, [0.5, 0.0]),
            (VideoFormat::Y444, VideoChromaSite::JPEG, [0.0, 0.0]),
        ] {
            assert_eq!(
                colour(format, "bt709", site).chroma_site,
                place,
                "{format} {site:?}"
            );
        }
    }
}
