//! Planes survive upload and readback bit for bit, whatever their strides.

use gstwgpu::gpu::Recorder;
use gstwgpu::gpu::transfer::{Downloader, HostPlane, Uploader};
use gstwgpu::gpu::{ChromaOrder, Frame, FrameLayout, Subsampling};

fn layout(width: u32, height: u32, depth: u32, chroma: ChromaOrder) -> FrameLayout {
    FrameLayout {
        width,
        height,
        subsampling: Subsampling::S420,
        chroma,
        depth,
        shift: 0,
        alpha: false,
        host: None,
    }
}

fn noise(bytes: usize, seed: u32) -> Vec<u8> {
    let mut state = seed | 1;
    let step = |_| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 11) as u8
    };
    (0..bytes).map(step).collect()
}

fn round_trip(layout: FrameLayout, padding: usize) {
    let gpu = super::gpu();
    let planes = layout.planes();
    let host: Vec<(Vec<u8>, usize)> = planes
        .iter()
        .enumerate()
        .map(|(index, plane)| {
            let stride = plane.row_bytes() as usize + padding;
            (
                noise(stride * plane.height as usize, index as u32 + 7),
                stride,
            )
        })
        .collect();
    let views: Vec<HostPlane> = host
        .iter()
        .map(|(data, stride)| HostPlane {
            data,
            stride: *stride,
        })
        .collect();

    let frame = Frame::new(&gpu, layout).unwrap();
    let staged = Uploader::new(&gpu, &layout).unwrap().stage(&views).unwrap();
    let download = Downloader::new(&gpu, &layout).unwrap().prepare();
    let mut recorder = Recorder::new(&gpu);
    let mut recording = recorder.begin();
    recording.upload(staged, &frame).unwrap();
    recording.download(&download, &frame).unwrap();
    let submission = recording.submit().unwrap();
    let downloaded = download.wait(&submission).unwrap();

    for (index, plane) in planes.iter().enumerate() {
        let row = plane.row_bytes() as usize;
        let mut got = vec![0; row * plane.height as usize];
        downloaded.copy_plane(index, &mut got, row).unwrap();
        let (sent, stride) = &host[index];
        for y in 0..plane.height as usize {
            assert_eq!(
                got[y * row..][..row],
                sent[y * stride..][..row],
                "plane {index} row {y}"
            );
        }
    }
}

#[test]
fn planes_survive_a_round_trip() {
    for (width, height) in [(1, 1), (3, 5), (255, 17), (640, 360)] {
        for padding in [0, 1, 13] {
            round_trip(layout(width, height, 8, ChromaOrder::PlanarUv), padding);
            round_trip(
                layout(width, height, 8, ChromaOrder::InterleavedUv),
                padding,
            );
            round_trip(
                layout(width, height, 10, ChromaOrder::PlanarUv),
                padding * 2,
            );
            round_trip(
                layout(width, height, 10, ChromaOrder::InterleavedUv),
                padding * 2,
            );
        }
    }
}

#[test]
fn a_short_plane_is_refused() {
    let layout = layout(64, 64, 8, ChromaOrder::PlanarUv);
    let data = vec![0; 64 * 63];
    let plane = HostPlane {
        data: &data,
        stride: 64,
    };
    let error = Uploader::new(&super::gpu(), &layout)
        .unwrap()
        .stage(&[plane; 3])
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("plane 0 needs 4096 bytes, 4032 were given"),
        "{error}"
    );
}
