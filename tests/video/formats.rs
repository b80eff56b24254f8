//! The formats beside one another: what README tells of them, and that one is filtered as another.

use gst_video::VideoFormat;
use gstwgpu::video::format::FORMATS;

use super::video;
use crate::denoise::element::picture::{DARK, read};
use crate::denoise::element::run;

/// Rows of README's table, for formats without and with alpha.
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
    video(format, 16, 16).has_alpha()
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
fn readme_tells_of_all_formats() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    if cfg!(not(feature = "v1_24")) {
        assert!(readme.contains(&table()), "README.md wants:\n{}", table());
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
