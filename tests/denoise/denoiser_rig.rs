//! Synthetic clips, and running the whole denoiser over them.

use std::sync::Arc;

use gstwgpu::denoise::{Build, Denoiser, Preset, Scan, Settings, Shape};
use gstwgpu::gpu::Recorder;
use gstwgpu::gpu::transfer::{Downloader, HostPlane, Uploader};
use gstwgpu::gpu::{Frame, FrameLayout, Gpu};

use super::noise_rig::Random;
use crate::picture::unpack::{extent, layout};

pub const PRESETS: [Preset; 4] = [
    Preset::Fast,
    Preset::Balanced,
    Preset::Quality,
    Preset::Neural,
];

/// A frame of bytes: its planes without padding.
pub type Bytes = Vec<Vec<u8>>;

/// A component of a frame in 8-bit code values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Component {
    pub width: usize,
    pub data: Vec<f64>,
}

/// Y, U and V of a frame.
pub type Picture = [Component; 3];

/// A scene of waves and edges that moves by `shift`, with a disc that moves differently. `kind` selects a
/// scene.
fn world(kind: f64, x: f64, y: f64, shift: [f64; 2], disc: [f64; 2]) -> f64 {
    if (x - disc[0]).hypot(y - disc[1]) < 17.0 {
        return 60.0 + 8.0 * ((x - disc[0]) * 0.9).sin();
    }
    let (x, y) = (x - shift[0] + 700.0 * kind, y - shift[1]);
    let waves = 30.0 * (x * 0.07 + y * 0.05).sin() + 14.0 * (x * 0.31 - y * 0.22 + kind).sin();
    let edges = if (x / 37.0 + y / 53.0).floor() as i64 % 2 == 0 {
        35.0
    } else {
        0.0
    };
    110.0 + waves + edges - 40.0 * kind
}

/// Frame `t` of a clean clip in which everything moves `pace` pixels per frame.
pub fn clean(format: &str, size: (u32, u32), kind: f64, pace: f64, t: usize) -> Picture {
    let time = t as f64 * pace;
    [0, 1, 2].map(|c| {
        let (width, height) = extent(format, c, size);
        let step = f64::from(size.0) / f64::from(width);
        let step = [
            step.round(),
            (f64::from(size.1) / f64::from(height)).round(),
        ];
        let mut data = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let (x, y) = (f64::from(x) * step[0], f64::from(y) * step[1]);
                let value = world(kind, x, y, [time, 0.4 * time], [60.0 - 1.5 * time, 50.0]);
                data.push(if c == 0 {
                    value
                } else {
                    128.0 + (value - 110.0) * [0.0, 0.2, -0.2][c]
                });
            }
        }
        Component {
            width: width as usize,
            data,
        }
    })
}

/// The same with noise, in whole codes.
pub fn noisy(clean: &Picture, sigma: f64, seed: u64) -> Picture {
    let mut random = Random(seed * 7919 + 1);
    clean.clone().map(|mut component| {
        for value in &mut component.data {
            *value = (*value + sigma * random.gauss()).round().clamp(0.0, 255.0);
        }
        component
    })
}

/// Clean frames and noisy ones.
pub fn clip(
    size: (u32, u32),
    frames: usize,
    pace: f64,
    sigma: f64,
) -> (Vec<Picture>, Vec<Picture>) {
    let clean: Vec<_> = (0..frames)
        .map(|t| clean("I420", size, 0.0, pace, t))
        .collect();
    let noisy = clean
        .iter()
        .enumerate()
        .map(|(t, c)| noisy(c, sigma, t as u64))
        .collect();
    (clean, noisy)
}

/// Signal to noise in decibels.
pub fn psnr(a: &Component, b: &Component) -> f64 {
    10.0 * (255.0 * 255.0 / mean_square(a, b).max(1e-9)).log10()
}

pub fn mean_square(a: &Component, b: &Component) -> f64 {
    assert_eq!(a.data.len(), b.data.len());
    let squares = a.data.iter().zip(&b.data).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>() / a.data.len() as f64
}

/// Settings for a run of the denoiser.
#[derive(Debug, Clone)]
pub struct Run {
    pub format: &'static str,
    pub size: (u32, u32),
    pub preset: Preset,
    pub lookahead: u32,
    pub sigma: f32,
    pub strength: f32,
    pub scan: Scan,
}

impl Run {
    /// I420, progressive, without lookahead, with estimated noise.
    pub fn new(size: (u32, u32), preset: Preset) -> Self {
        Self {
            format: "I420",
            size,
            preset,
            lookahead: 0,
            sigma: -1.0,
            strength: 1.0,
            scan: Scan::Progressive,
        }
    }

    pub fn layout(&self) -> FrameLayout {
        layout(self.format, self.size)
    }

    /// All output frames, including those drained at the end.
    pub fn bytes(&self, frames: &[Bytes]) -> Vec<Bytes> {
        let mut session = Session::new(&crate::gpu::gpu(), self);
        let mut out: Vec<_> = frames
            .iter()
            .filter_map(|frame| session.process(frame))
            .collect();
        out.extend(std::iter::from_fn(|| session.drain()));
        out
    }

    /// The same of pictures in I420.
    pub fn pictures(&self, frames: &[Picture]) -> Vec<Picture> {
        let frames: Vec<Bytes> = frames.iter().map(to_i420).collect();
        self.bytes(&frames)
            .iter()
            .map(|bytes| from_i420(bytes, self.size))
            .collect()
    }
}

pub fn to_i420(picture: &Picture) -> Bytes {
    let bytes = |c: &Component| {
        c.data
            .iter()
            .map(|v| v.round().clamp(0.0, 255.0) as u8)
            .collect()
    };
    picture.iter().map(bytes).collect()
}

pub fn from_i420(bytes: &Bytes, size: (u32, u32)) -> Picture {
    [0, 1, 2].map(|c| Component {
        width: extent("I420", c, size).0 as usize,
        data: bytes[c].iter().map(|b| f64::from(*b)).collect(),
    })
}

/// A denoiser at work.
pub struct Session {
    pub denoiser: Denoiser,
    pub recorder: Recorder,
    settings: Settings,
    input: Frame,
    output: Frame,
    uploader: Uploader,
    downloader: Downloader,
}

impl Session {
    pub fn new(gpu: &Arc<Gpu>, run: &Run) -> Self {
        let layout = run.layout();
        let shape = Shape {
            scan: run.scan,
            ..Shape::progressive(layout)
        };
        let build = Build {
            preset: run.preset,
            lookahead: run.lookahead,
        };
        Self {
            denoiser: Denoiser::new(gpu, &shape, build).unwrap(),
            recorder: Recorder::new(gpu),
            settings: Settings {
                sigma: run.sigma,
                strength: run.strength,
                ..Settings::default()
            },
            input: Frame::new(gpu, layout).unwrap(),
            output: Frame::new(gpu, layout).unwrap(),
            uploader: Uploader::new(gpu, &layout).unwrap(),
            downloader: Downloader::new(gpu, &layout).unwrap(),
        }
    }

    /// Pushes a frame, and returns the output frame if there is one.
    pub fn process(&mut self, frame: &Bytes) -> Option<Bytes> {
        let planes = self.input.layout().planes();
        let host: Vec<HostPlane> = frame
            .iter()
            .zip(&planes)
            .map(|(data, plane)| HostPlane {
                data,
                stride: plane.row_bytes() as usize,
            })
            .collect();
        let staged = self.uploader.stage(&host).unwrap();
        let mut recording = self.recorder.begin();
        recording.upload(staged, &self.input).unwrap();
        let given = self
            .denoiser
            .process(
                &mut recording,
                (&self.input, &self.output),
                false,
                &self.settings,
            )
            .unwrap();
        recording.submit().unwrap();
        given.then(|| self.download())
    }

    pub fn drain(&mut self) -> Option<Bytes> {
        let mut recording = self.recorder.begin();
        let given = self.denoiser.drain(&mut recording, &self.output).unwrap();
        recording.submit().unwrap();
        given.then(|| self.download())
    }

    fn download(&mut self) -> Bytes {
        let download = self.downloader.prepare();
        let mut recording = self.recorder.begin();
        recording.download(&download, &self.output).unwrap();
        let submission = recording.submit().unwrap();
        let downloaded = download.wait(&submission).unwrap();
        let planes = self.output.layout().planes();
        let plane = |index: usize| {
            let row = planes[index].row_bytes() as usize;
            let mut bytes = vec![0; row * planes[index].height as usize];
            downloaded.copy_plane(index, &mut bytes, row).unwrap();
            bytes
        };
        (0..planes.len()).map(plane).collect()
    }
}
