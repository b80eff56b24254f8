//! Packed samples become planes and packed samples again, against twins.

use gstwgpu::gpu::transfer::{Downloader, HostPlane, Uploader};
use gstwgpu::gpu::{ChromaOrder, Frame, FrameLayout, PackedOrder, Recorder, Subsampling};

use crate::reference::packed::{join, split};
use crate::video::noise;

const YUY2: PackedOrder = PackedOrder {
    words: 1,
    y: &[0, 16],
    u: &[8],
    v: &[24],
    bits: 8,
};
const VYUY: PackedOrder = PackedOrder {
    words: 1,
    y: &[8, 24],
    u: &[16],
    v: &[0],
    bits: 8,
};
/// Six pixels in four words, with bits between the samples that mean nothing.
const V210: PackedOrder = PackedOrder {
    words: 4,
    y: &[10, 32, 52, 74, 96, 116],
    u: &[0, 42, 84],
    v: &[20, 64, 106],
    bits: 10,
};

fn layouts() -> impl Iterator<Item = FrameLayout> {
    let orders = [(YUY2, 8), (VYUY, 8), (V210, 10)];
    let sizes = [(1, 1), (2, 3), (3, 5), (13, 4), (64, 48), (257, 9)];
    let all = orders
        .into_iter()
        .flat_map(move |order| sizes.map(|size| (order, size)));
    all.map(|((packed, depth), (width, height))| FrameLayout {
        width,
        height,
        subsampling: Subsampling::S422,
        chroma: ChromaOrder::PlanarUv,
        depth,
        shift: 0,
        packed: Some(packed),
    })
}

/// Rows of each plane of host memory, from noise.
fn noisy_rows(layout: &FrameLayout) -> Vec<Vec<Vec<u8>>> {
    let spans = layout.host_spans();
    let rows = spans.iter().map(|span| {
        let bytes = span.row_bytes as usize;
        let all = noise(bytes * span.rows as usize, u64::from(layout.width));
        all.chunks(bytes).map(<[u8]>::to_vec).collect()
    });
    rows.collect()
}

/// Through a frame, in as one layout and out as another.
fn through(into: &FrameLayout, out: &FrameLayout, planes: &[Vec<Vec<u8>>]) -> Vec<Vec<Vec<u8>>> {
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
fn packed_samples_are_split_and_joined_as_by_their_twins() {
    for layout in layouts() {
        let planar = FrameLayout {
            packed: None,
            ..layout
        };
        let packed = noisy_rows(&layout);
        let planes = through(&layout, &planar, &packed);
        let wanted = split(&layout, &packed[0]);
        for component in 0..3 {
            let found = samples_of(&planar, &planes[component]);
            assert_eq!(found, wanted[component], "{layout:?} {component}");
        }
        let joined = through(&planar, &layout, &planes);
        let bytes = packed[0][0].len();
        assert_eq!(joined[0], join(&layout, &wanted, bytes), "{layout:?}");
        if layout.depth == 8 && layout.width.is_multiple_of(2) {
            assert_eq!(joined, packed, "nothing is lost");
        }
    }
}
