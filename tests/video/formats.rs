//! The formats beside one another: what docs tell of them, and that one is filtered as another.

use gst_video::{VideoFormat, VideoInfo};
use gstwgpu::video::format::FORMATS;

use super::{components, frame, video};
use crate::denoise::element::picture::{DARK, read};
use crate::denoise::element::run;
use crate::reference::packed::{colour, luma_chroma};

/// Rows of the table in docs, for formats without and with alpha.
const KINDS: [(&str, &str); 5] = [
    ("4:2:0", "4:2:0 and alpha"),
    ("4:2:2", "4:2:2 and alpha"),
    ("4:4:4", "4:4:4 and alpha"),
    ("grey", "grey and alpha"),
    ("RGB", "RGB and alpha"),
];
const DEPTHS: [u32; 4] = [8, 10, 12, 16];

/// Index in [`KINDS`].
fn kind(format: VideoFormat) -> usize {
    let info = video(format, 16, 16);
    let known = info.format_info();
    match (
        known.is_rgb(),
        known.is_gray(),
        known.w_sub(),
        known.h_sub(),
    ) {
        (true, ..) => 4,
        (_, true, ..) => 3,
        (_, _, [_, 0, ..], _) => 2,
        (_, _, _, [_, 0, ..]) => 1,
        _ => 0,
    }
}

fn depth(format: VideoFormat) -> u32 {
    video(format, 16, 16).comp_depth(0)
}

fn has_alpha(format: VideoFormat) -> bool {
    video(format, 16, 16).n_components() == 4
}

fn table() -> String {
    let cell = |index: usize, alpha: bool, bits: u32| {
        let own = FORMATS.into_iter().filter(|format| {
            kind(*format) == index && has_alpha(*format) == alpha && depth(*format) == bits
        });
        own.map(|format| format.to_str().to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let rows = KINDS
        .iter()
        .enumerate()
        .flat_map(|(index, (without, with))| [(index, false, without), (index, true, with)]);
    let rows = rows.map(|(index, alpha, name)| {
        let cells = DEPTHS.map(|bits| cell(index, alpha, bits));
        (name, cells)
    });
    let rows = rows.filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
    let rows = rows.map(|(name, cells)| format!("| {name} | {} |\n", cells.join(" | ")));
    let head = DEPTHS.map(|bits| format!("{bits} bits")).join(" | ");
    format!(
        "| | {head} |\n|---|---|---|---|---|\n{}",
        rows.collect::<String>()
    )
}

#[test]
fn docs_tell_of_all_formats() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/FORMATS.md")).unwrap();
    if cfg!(not(feature = "v1_24")) {
        assert!(
            page.contains(&table()),
            "docs/FORMATS.md wants:\n{}",
            table()
        );
    }
}

/// The format with the same samples in planes.
fn planar(format: VideoFormat) -> VideoFormat {
    let is_like = |other: &VideoFormat| {
        let info = video(*other, 16, 16);
        let planes = info.n_planes() == info.n_components();
        planes && (kind(*other), depth(*other)) == (kind(format), depth(format))
    };
    FORMATS.into_iter().find(is_like).unwrap_or(format)
}

#[test]
fn each_format_is_filtered_as_its_planar_form() {
    for format in FORMATS {
        let planar = planar(format);
        let size = (70, 44);
        let infos = [format, planar].map(|format| video(format, size.0, size.1));
        for line in [
            "wgpudenoise preset=fast sigma=10",
            "wgpudeartifact preset=balanced quantizer=40",
            "wgputone",
        ] {
            let [found, wanted] = infos.each_ref().map(|info| {
                let sent = DARK.frames(info, 3);
                let got = run(line, info, &sent);
                let last = got.last().unwrap();
                assert_ne!(
                    read(last, info, 0),
                    read(&sent[2], info, 0),
                    "{line}: {format}"
                );
                let components = 0..info.n_components().min(3);
                components.map(|c| read(last, info, c)).collect::<Vec<_>>()
            });
            assert!(found == wanted, "{line}: {format} and {planar}");
        }
    }
}

/// Alpha of each frame, and what RGBx has in its place.
#[test]
fn alpha_stays_as_it_is() {
    let quad = "points=\"10,8 40,8 40,30 10,30\"";
    let lines = [
        "wgpudenoise preset=fast sigma=10".to_string(),
        "wgpudenoise preset=fast sigma=10 lookahead=2".to_string(),
        "wgpuupload ! wgpudenoise preset=fast sigma=10 lookahead=2 ! wgpudownload".to_string(),
        "wgputone".to_string(),
        format!("wgpudeartifact preset=fast quantizer=40 ! wgputrackoverlay {quad}"),
    ];
    let with_alpha = |format: &VideoFormat| {
        let info = video(*format, 16, 16);
        gstwgpu::video::format::layout(&info).unwrap().alpha
    };
    for format in FORMATS.into_iter().filter(with_alpha) {
        let info = video(format, 53, 37);
        let sent: Vec<_> = (0..5).map(|index| frame(&info, index)).collect();
        for line in &lines {
            let got = run(line, &info, &sent);
            assert_eq!(got.len(), sent.len(), "{line}: {format}");
            for (got, sent) in got.iter().zip(&sent) {
                assert_ne!(
                    read(got, &info, 0),
                    read(sent, &info, 0),
                    "{line}: {format}"
                );
                assert!(alpha(got, &info) == alpha(sent, &info), "{line}: {format}");
            }
        }
    }
}

fn alpha(buffer: &gst::Buffer, info: &VideoInfo) -> Vec<u8> {
    if info.n_components() == 4 {
        return components(buffer, info).pop().unwrap();
    }
    // GStreamer does not read it.
    let at = match info.format() {
        VideoFormat::Rgbx | VideoFormat::Bgrx => 3,
        _ => 0,
    };
    let bytes = buffer.map_readable().unwrap();
    bytes.iter().skip(at).step_by(4).copied().collect()
}

/// Mean square error of R, G and B.
fn rgb_error(rows: impl Fn(u32) -> Vec<Vec<u16>>) -> f64 {
    let one = |component| {
        let rows = rows(component).into_iter().enumerate();
        let differences = rows.flat_map(|(y, row)| {
            let row = row.into_iter().enumerate();
            row.map(move |(x, code)| f64::from(code) - DARK.clean(component, x as u32, y as u32))
        });
        differences
            .map(|difference| difference.powi(2))
            .sum::<f64>()
    };
    (0..3).map(one).sum()
}

/// As Y'CbCr of 16 bits with the same picture is.
#[test]
fn rgb_is_filtered_as_its_planar_form() {
    let (rgb, deep) = (VideoFormat::Bgrx, VideoFormat::Y44416le);
    let [rgb, deep] = [rgb, deep].map(|format| video(format, 96, 64));
    let sent = DARK.frames(&rgb, 6);
    let planar = sent.iter().map(|sent| {
        let mut planar = frame(&deep, sent.offset());
        let codes = [0, 1, 2].map(|c| read(sent, &rgb, c).concat());
        let mut planes = vec![Vec::new(); 3];
        let [r, g, b] = codes;
        for ((r, g), b) in r.into_iter().zip(g).zip(b) {
            let values = luma_chroma([r, g, b].map(u32::from), 8);
            for (plane, value) in planes.iter_mut().zip(values) {
                plane.extend((value as u16).to_le_bytes());
            }
        }
        planar
            .get_mut()
            .unwrap()
            .copy_from_slice(0, &planes.concat())
            .unwrap();
        planar
    });
    let planar: Vec<_> = planar.collect();
    for line in ["wgpudenoise preset=fast", "wgpudenoise preset=balanced"] {
        let own = run(line, &rgb, &sent).pop().unwrap();
        let other = run(line, &deep, &planar).pop().unwrap();
        let values = [0, 1, 2].map(|c| read(&other, &deep, c));
        let back = |component: u32| {
            let row = |y: usize| {
                let at = |x: usize| [0, 1, 2].map(|c: usize| u32::from(values[c][y][x]));
                let code = |x| colour(at(x), 8)[component as usize] as u16;
                (0..96).map(code).collect()
            };
            (0..64).map(row).collect()
        };
        let (own, other) = (rgb_error(|c| read(&own, &rgb, c)), rgb_error(back));
        let loss = 10.0 * (own / other).log10();
        assert!(loss.abs() < 0.1, "{line}: {loss} dB");
    }
}
