//! Formats with a sample order of their own are split into planes and joined again, against twins.

use gstwgpu::gpu::transfer::{Downloader, HostPlane, Uploader};
use gstwgpu::gpu::{Frame, FrameLayout, Recorder};
use gstwgpu::video::format::{FORMATS, layout};

use crate::reference::packed::{Rows, colour, join, luma_chroma, split};
use crate::video::{noise, video};

/// All formats with an order of their own.
fn layouts() -> impl Iterator<Item = FrameLayout> {
    let sizes = [(1, 1), (2, 3), (3, 5), (13, 4), (64, 48), (257, 9)];
    let all = FORMATS.into_iter().flat_map(move |f| sizes.map(|s| (f, s)));
    let all = all.map(|(format, (width, height))| layout(&video(format, width, height)).unwrap());
    all.filter(|layout| layout.host.is_some())
}

/// Rows of each plane of host memory, from noise.
fn noisy_rows(layout: &FrameLayout) -> Rows {
    let spans = layout.host_spans();
    let rows = spans.iter().map(|span| {
        let bytes = span.row_bytes as usize;
        let all = noise(bytes * span.rows as usize, u64::from(layout.width));
        all.chunks(bytes).map(<[u8]>::to_vec).collect()
    });
    rows.collect()
}

/// Through a frame, in as one layout and out as another.
fn through(into: &FrameLayout, out: &FrameLayout, planes: &Rows) -> Rows {
    let gpu = super::gpu();
    let flat: Vec<Vec<u8>> = planes.iter().map(|rows| rows.concat()).collect();
    let views = planes.iter().zip(&flat).map(|(rows, data)| HostPlane {
        data,
        stride: rows[0].len(),
    });
    let views: Vec<_> = views.collect();
    let staged = Uploader::new(&gpu, into).unwrap().stage(&views).unwrap();
    let download = Downloader::new(&gpu, out).unwrap().prepare();
    let frame = Frame::new(&gpu, *into).unwrap();
    let mut recorder = Recorder::new(&gpu);
    let mut recording = recorder.begin();
    recording.upload(staged, &frame).unwrap();
    recording.download(&download, &frame).unwrap();
    let submission = recording.submit().unwrap();
    let downloaded = download.wait(&submission).unwrap();
    let spans = out.host_spans().into_iter().enumerate();
    let planes = spans.map(|(index, span)| {
        let bytes = span.row_bytes as usize;
        let mut all = vec![0; bytes * span.rows as usize];
        downloaded.copy_plane(index, &mut all, bytes).unwrap();
        all.chunks(bytes).map(<[u8]>::to_vec).collect()
    });
    planes.collect()
}

/// Samples of one or two bytes.
fn samples_of(layout: &FrameLayout, rows: &[Vec<u8>]) -> Vec<u32> {
    let bytes = rows.concat();
    let samples = bytes.chunks(layout.sample_bytes() as usize);
    samples
        .map(|sample| {
            sample
                .iter()
                .rev()
                .fold(0, |all, byte| all << 8 | u32::from(*byte))
        })
        .collect()
}

#[test]
fn samples_are_split_and_joined_as_by_their_twins() {
    for layout in layouts() {
        let planar = FrameLayout {
            host: None,
            ..layout
        };
        let host = noisy_rows(&layout);
        let planes = through(&layout, &planar, &host);
        let wanted = split(&layout, &host);
        let found = planes.iter().map(|rows| samples_of(&planar, rows));
        assert_eq!(found.collect::<Vec<_>>(), wanted, "{layout:?}");
        let joined = through(&planar, &layout, &planes);
        let spans = layout.host_spans().into_iter();
        let spans: Vec<_> = spans
            .map(|s| (s.row_bytes as usize, s.rows as usize))
            .collect();
        assert_eq!(joined, join(&layout, &wanted, &spans), "{layout:?}");
    }
}

/// Errors of Y'CbCr and of working planes, which have half of its steps, are too small to change a colour.
#[test]
fn each_colour_comes_back() {
    for depth in [8, 10, 12] {
        let most = (1_u32 << depth) - 1;
        let step = most as usize / 19;
        let codes = || {
            (0..=most)
                .step_by(step)
                .chain([1, 2, most / 2, most - 1, most])
        };
        let pairs = || codes().flat_map(|g| codes().map(move |b| (g, b)));
        for (r, (g, b)) in codes().flat_map(|r| pairs().map(move |rest| (r, rest))) {
            let values = luma_chroma([r, g, b], depth);
            let unit = f64::from(1 << (16 - depth));
            let y = 0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b);
            assert!((f64::from(values[0]) - y * unit).abs() < 4.0, "{r} {g} {b}");
            let [low, high] = [0, 1].map(|one| values.map(|v| ((v + one) & !1).min(65534)));
            for values in [values, low, high] {
                assert_eq!(colour(values, depth), [r, g, b], "{values:?} {depth}");
            }
        }
    }
}
