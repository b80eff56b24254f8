//! Colour of a stream from its caps.

use gst_video::{
    VideoChromaSite, VideoColorPrimaries, VideoColorRange, VideoColorimetry, VideoInfo,
    VideoMasteringDisplayInfo, VideoTransferFunction,
};

use crate::gpu::FrameLayout;
use crate::trackoverlay::colour::{Encoding, Matrix, Primaries, StreamColour, Transfer};
use crate::video::matrix;

/// Colour by these caps, with what is usual where they say nothing.
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
        matrix: match is_rgb {
            true => Matrix::BT709,
            false => matrix::of(&colorimetry).unwrap_or(usual.matrix),
        },
        alpha_depth: match info.n_components() {
            4 => info.comp_depth(3),
            _ => 0,
        },
        encoding: encoding(&colorimetry),
        full_range: colorimetry.range() == VideoColorRange::Range0_255,
        chroma_site: match site.is_empty() {
            true => usual.chroma_site,
            false => [place(horizontal, x), place(vertical, y)],
        },
    }
}

/// Coding of light by this colorimetry.
pub fn encoding(colorimetry: &VideoColorimetry) -> Encoding {
    use VideoColorPrimaries as P;
    let transfer = match colorimetry.transfer() {
        VideoTransferFunction::Smpte2084 => Transfer::Pq,
        VideoTransferFunction::AribStdB67 => Transfer::Hlg,
        _ => Transfer::Standard,
    };
    let primaries = match colorimetry.primaries() {
        P::Bt709 => Primaries::BT709,
        P::Bt470m => Primaries::BT470_M,
        P::Bt470bg => Primaries::BT601_625,
        P::Smpte170m | P::Smpte240m => Primaries::BT601_525,
        P::Film => Primaries::FILM,
        P::Bt2020 => Primaries::BT2020,
        P::Adobergb => Primaries::ADOBE_RGB,
        P::Smpterp431 => Primaries::DCI_P3,
        P::Smpteeg432 => Primaries::DISPLAY_P3,
        P::Ebu3213 => Primaries::EBU3213,
        _ if transfer == Transfer::Standard => Primaries::BT709,
        _ => Primaries::BT2020,
    };
    Encoding::new(transfer, primaries)
}

/// Brightest light in cd/m2 that a stream was mastered with, if its caps say it.
pub fn mastered(caps: &gst::CapsRef) -> Option<f32> {
    let display = VideoMasteringDisplayInfo::from_caps(caps).ok()?;
    // In steps of 0.0001 cd/m2.
    let brightest = display.max_display_mastering_luminance() as f32 / 10_000.0;
    (brightest >= 100.0).then_some(brightest.min(Transfer::PQ_PEAK))
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

    #[test]
    fn caps_say_what_light_codes_mean() {
        gst::init().unwrap();
        for (name, transfer, primaries) in [
            ("bt601", Transfer::Standard, Primaries::BT601_525),
            ("bt709", Transfer::Standard, Primaries::BT709),
            ("sRGB", Transfer::Standard, Primaries::BT709),
            ("bt2020-10", Transfer::Standard, Primaries::BT2020),
            ("bt2100-pq", Transfer::Pq, Primaries::BT2020),
            ("bt2100-hlg", Transfer::Hlg, Primaries::BT2020),
            ("1:4:0:0", Transfer::Standard, Primaries::BT709),
            ("2:6:14:0", Transfer::Pq, Primaries::BT2020),
        ] {
            let found = encoding(&name.parse().unwrap());
            assert_eq!(found, Encoding::new(transfer, primaries), "{name}");
        }
    }

    #[test]
    fn caps_say_how_bright_a_stream_is() {
        gst::init().unwrap();
        let mut caps = gst::Caps::builder("video/x-raw").build();
        assert_eq!(mastered(&caps), None);
        let display = "35400:14600:8500:39850:6550:2300:15635:16450:40000000:50";
        caps.make_mut().set("mastering-display-info", display);
        assert_eq!(mastered(&caps), Some(4000.0));
    }
}
