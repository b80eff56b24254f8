//! Placing sources into frames of plain bytes.

use gstwgpu::gpu::Recorder;
use gstwgpu::gpu::transfer::{Downloader, HostPlane, Uploader};
use gstwgpu::gpu::{ChromaOrder, Frame, FrameLayout, PlaneLayout, StorageBuffer, Subsampling};
use gstwgpu::trackoverlay::colour::{Matrix, StreamColour, Target};
use gstwgpu::trackoverlay::place::look::Look;
use gstwgpu::trackoverlay::place::matte::Matte;
use gstwgpu::trackoverlay::place::placement::Placement;
use gstwgpu::trackoverlay::pose::{POSE_BYTES, Pose, TrackState};
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::settings::Settings;
use gstwgpu::trackoverlay::source::Source;
use gstwgpu::trackoverlay::source::picture::Picture;

use crate::denoise::noise_rig::Random;
use crate::reference::samples::Samples;

/// Bytes of the planes, rows without padding.
pub type Planes = Vec<Vec<u8>>;

pub fn layout(
    (width, height): (u32, u32),
    subsampling: Subsampling,
    chroma: ChromaOrder,
    (depth, shift): (u32, u32),
) -> FrameLayout {
    FrameLayout {
        width,
        height,
        subsampling,
        chroma,
        depth,
        shift,
        alpha: false,
        host: None,
    }
}

pub const SIZE: (u32, u32) = (67, 45);
/// Tilted, with its right end outside the frame.
pub const TILTED: Quad = Quad([[8.3, 5.2], [70.6, 9.7], [66.1, 38.4], [11.9, 33.5]]);

/// Stripes, slopes and holes.
pub fn picture(width: u32, height: u32) -> Picture {
    let pixel = |at: u32| {
        let (x, y) = (at % width, at / width);
        let stripe = if (x / 3 + y / 2) % 2 == 0 { 220 } else { 30 };
        let hole = x > width / 2 && x < width * 3 / 4 && y > height / 3;
        let alpha = if hole { (y * 7 % 256) as u8 } else { 255 };
        [
            stripe,
            (x * 255 / width) as u8,
            (y * 255 / height) as u8,
            alpha,
        ]
    };
    Picture {
        width,
        height,
        rgba: (0..width * height).flat_map(pixel).collect(),
    }
}

pub fn load(picture: &Picture) -> Source {
    Source::from_picture(&crate::gpu::gpu(), picture, &Target::default()).unwrap()
}

pub fn look() -> Look {
    let settings = Settings {
        relight: 0.0,
        match_grain: 0.0,
        ..Settings::default()
    };
    Look::new(&settings, 1.0)
}

/// The pose of any quad that has a homography, however small.
pub fn free_pose(quad: &Quad) -> Pose {
    let to_frame = quad.homography().unwrap();
    let wide = |[x, y, z]: [f64; 3]| [x as f32, y as f32, z as f32, 0.0];
    Pose {
        to_frame: to_frame.0.map(wide),
        to_plane: to_frame.inverse().0.map(wide),
        visibility: 1.0,
        ..Pose::nothing(TrackState::Tracking, 0)
    }
}

/// Copies planes to the GPU.
pub fn upload(frame: &Frame, planes: &Planes) {
    let gpu = crate::gpu::gpu();
    let layouts = frame.layout().planes();
    let host: Vec<HostPlane> = planes
        .iter()
        .zip(&layouts)
        .map(|(data, plane)| HostPlane {
            data,
            stride: plane.row_bytes() as usize,
        })
        .collect();
    let staged = Uploader::new(&gpu, frame.layout())
        .unwrap()
        .stage(&host)
        .unwrap();
    let mut recorder = Recorder::new(&gpu);
    let mut recording = recorder.begin();
    recording.upload(staged, frame).unwrap();
    recording.submit().unwrap();
}

/// A pose on the GPU.
pub fn pose_buffer(pose: &Pose) -> StorageBuffer {
    let gpu = crate::gpu::gpu();
    let buffer = StorageBuffer::new(&gpu, "pose", POSE_BYTES);
    gpu.queue()
        .write_buffer(buffer.buffer(), 0, bytemuck::bytes_of(pose));
    buffer
}

/// A matte of these cells, shares and texels.
pub fn matte(cols: u32, cells: &[[f32; 4]], shares: &[f32], plate: &[[f32; 4]]) -> Matte {
    let gpu = crate::gpu::gpu();
    let copied = |bytes: &[u8]| {
        let buffer = StorageBuffer::new(&gpu, "matte", bytes.len() as u64);
        gpu.queue().write_buffer(buffer.buffer(), 0, bytes);
        buffer
    };
    Matte {
        buffer: copied(bytemuck::cast_slice(cells)),
        cols,
        rows: cells.len() as u32 / cols,
        cell_texels: ((shares.len() / cells.len()) as f64).sqrt() as u32,
        shares: copied(bytemuck::cast_slice(shares)),
        plate: copied(bytemuck::cast_slice(plate)),
    }
}

/// A frame and its encoding.
#[derive(Clone)]
pub struct Under {
    pub layout: FrameLayout,
    pub colour: StreamColour,
    pub planes: Planes,
}

impl Under {
    /// The frame with a source in it.
    pub fn place(
        &self,
        source: &Source,
        pose: &Pose,
        matte: Option<&Matte>,
        look: &Look,
    ) -> Planes {
        let gpu = crate::gpu::gpu();
        let placement = Placement::new(&gpu, self.layout, self.colour).unwrap();
        self.place_by(&placement, source, pose, matte, look)
    }

    /// The frame with a source in it, by something that may have placed in other frames before.
    pub fn place_by(
        &self,
        placement: &Placement,
        source: &Source,
        pose: &Pose,
        matte: Option<&Matte>,
        look: &Look,
    ) -> Planes {
        let gpu = crate::gpu::gpu();
        let input = Frame::new(&gpu, self.layout).unwrap();
        let output = Frame::new(&gpu, self.layout).unwrap();
        upload(&input, &self.planes);
        let pose = pose_buffer(pose);
        let mut recorder = Recorder::new(&gpu);
        let mut recording = recorder.begin();
        placement
            .record(&mut recording, &input, &output, source, &pose, matte, look)
            .unwrap();
        let download = Downloader::new(&gpu, &self.layout).unwrap().prepare();
        recording.download(&download, &output).unwrap();
        let submission = recording.submit().unwrap();
        let done = download.wait(&submission).unwrap();
        let planes = self.layout.planes();
        let copy = |(index, plane): (usize, &PlaneLayout)| {
            let row = plane.row_bytes() as usize;
            let mut bytes = vec![0; row * plane.height as usize];
            done.copy_plane(index, &mut bytes, row).unwrap();
            bytes
        };
        planes.iter().enumerate().map(copy).collect()
    }
}

/// A frame of slopes and noise, in its usual colours but BT.709.
pub fn under(
    size: (u32, u32),
    (subsampling, chroma): (Subsampling, ChromaOrder),
    deep: (u32, u32),
    seed: u64,
) -> Under {
    let layout = layout(size, subsampling, chroma, deep);
    let mut random = Random(seed);
    let mut plane = |plane: &PlaneLayout| -> Vec<u8> {
        let bytes = if deep.0 == 8 { 1 } else { 2 };
        let samples = plane.row_bytes() * plane.height / bytes;
        let code = |_| 16.0 + 219.0 * random.uniform();
        let codes = (0..samples).map(code);
        match bytes {
            1 => codes.map(|code| code as u8).collect(),
            _ => codes
                .flat_map(|code| {
                    let code = (code * f64::from(1u32 << (deep.0 - 8))) as u16;
                    (code << deep.1).to_le_bytes()
                })
                .collect(),
        }
    };
    Under {
        layout,
        colour: StreamColour {
            matrix: Matrix::BT709,
            ..StreamColour::usual(&layout)
        },
        planes: layout.planes().iter().map(&mut plane).collect(),
    }
}

/// Codes of Y, or of Y, U and V.
pub fn samples_of(layout: FrameLayout, planes: &Planes) -> Vec<Samples> {
    let codes: Vec<Vec<f64>> = planes
        .iter()
        .map(|bytes| match layout.depth {
            8 => bytes.iter().map(|byte| f64::from(*byte)).collect(),
            _ => bytes
                .chunks(2)
                .map(|pair| f64::from(u16::from_le_bytes([pair[0], pair[1]]) >> layout.shift))
                .collect(),
        })
        .collect();
    let (width, height) = layout.chroma_size();
    let every = |data: &[f64], first: usize, step: usize, (width, height): (u32, u32)| Samples {
        width: width as usize,
        height: height as usize,
        data: data.iter().skip(first).step_by(step).copied().collect(),
    };
    let mut found = vec![every(&codes[0], 0, 1, (layout.width, layout.height))];
    let places = match layout.chroma {
        _ if !layout.has_chroma() => vec![],
        ChromaOrder::PlanarUv => vec![(1, 0, 1), (2, 0, 1)],
        ChromaOrder::PlanarVu => vec![(2, 0, 1), (1, 0, 1)],
        ChromaOrder::InterleavedUv => vec![(1, 0, 2), (1, 1, 2)],
        ChromaOrder::InterleavedVu => vec![(1, 1, 2), (1, 0, 2)],
    };
    for (plane, first, step) in places {
        found.push(every(&codes[plane], first, step, (width, height)));
    }
    found
}
