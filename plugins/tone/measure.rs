//! Measures pictures, and decides what they need, on the GPU.

use std::sync::Arc;

use super::levels::{Encoding, Levels, Siting};
use super::settings::Settings;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Readback, Recording, StorageBuffer};
use crate::picture::planes::{Parts, Planes};
use crate::{kernel, params, shader_constant, storage};

storage! {
    /// What a picture needs: `ToneModel` in `tone/shared/tone_model.wgsl`. Luma is 0 at black and 1 at white.
    pub struct ToneModel {
        /// Stops that the picture is too bright, negative if it is too dark; smoothed over time.
        pub exposure: f32,
        /// Luma that black is lifted to, smoothed.
        pub lift: f32,
        /// Stops that red is above green, smoothed.
        pub red: f32,
        /// Stops that blue is above green, smoothed.
        pub blue: f32,
        /// Luma of the brightest parts, smoothed.
        pub peak: f32,
        /// Seconds for which another correction has been wanted.
        pub waited: f32,
        /// Pictures since the start.
        pub pictures: f32,
        /// Scene cuts among them.
        pub cuts: f32,
        /// 1 if the latest picture begins a scene.
        pub cut: f32,
        /// Luma that becomes black.
        pub black: f32,
        /// Factor on luma.
        pub gain: f32,
        /// Factor on red.
        pub gain_red: f32,
        /// Factor on green.
        pub gain_green: f32,
        /// Factor on blue.
        pub gain_blue: f32,
        /// Luma of the brightest parts after black and gain, at least 1.
        pub top: f32,
    }
}

/// Size of the model in bytes.
pub const MODEL_BYTES: u64 = size_of::<ToneModel>() as u64;
/// Tiles of a picture.
pub const TILES: u32 = shader_constant!("tone/shared/tone_tiles", "TILES");
/// Words that are measured of a tile.
const WORDS: u32 = shader_constant!("tone/shared/tone_tiles", "WORDS");
/// Size of what is measured, in bytes.
pub const TILES_BYTES: u64 = TILES as u64 * WORDS as u64 * 4;
/// Size of the memory of a scene: luma of each tile in the latest picture, and over time.
pub const SCENE_BYTES: u64 = TILES as u64 * 2 * 4;

/// Seconds after which two thirds of a difference are gone.
const SECONDS: f32 = 1.0;
/// Most stops that exposure changes in a second, and from one picture to the next: a change of codes by 0.13 % is not
/// seen.
const STOPS_A_SECOND: f32 = 0.1;
const STOPS_A_PICTURE: f32 = 0.004;
/// Pictures a second if nothing is said of it.
const USUAL_RATE: f32 = 25.0;

params! {
    /// Parameters of `measure.wgsl`.
    pub struct MeasureParams {
        /// Components of the picture.
        pub parts: Parts,
        /// What samples mean.
        pub levels: Levels,
        /// Where chroma is.
        pub siting: Siting,
        /// The user's factor on exposure.
        pub exposure: f32,
        /// The user's factor on the black point.
        pub contrast: f32,
        /// The user's factor on the grey point.
        pub white_balance: f32,
        /// Share of the way to a new estimate that a picture goes.
        pub pace: f32,
        /// Most stops that exposure changes from one picture to the next.
        pub most: f32,
        /// Seconds from one picture to the next.
        pub seconds: f32,
        /// 1 to forget earlier pictures.
        pub first: u32,
    }
}

/// Measures a picture and updates the model.
pub const MEASURE: KernelSpec = kernel!(
    "tone/measure",
    MeasureParams,
    [Parts, Levels, Siting, ToneModel]
);

/// What was found, for the property `stats`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Findings {
    /// Stops by which the picture is brightened, negative if it is darkened.
    pub exposure: f32,
    /// Luma that becomes black, 0 to 1.
    pub black: f32,
    /// Factors on red, green and blue.
    pub gains: [f32; 3],
    /// Scene cuts since the start.
    pub cuts: u64,
}

impl Findings {
    /// Reads the model's bytes; `None` if they are too few.
    fn read(bytes: &[u8]) -> Option<Self> {
        let model: ToneModel = bytemuck::try_pod_read_unaligned(bytes).ok()?;
        Some(Self {
            // Gain is of codes, and these are a power of light: 2.2 as in `tone_steady.wgsl`.
            exposure: 2.2 * model.gain.max(f32::MIN_POSITIVE).log2(),
            black: model.black,
            gains: [model.gain_red, model.gain_green, model.gain_blue],
            cuts: model.cuts as u64,
        })
    }
}

/// Measures one stream of pictures.
#[derive(Debug)]
pub struct Measure {
    kernel: Arc<Kernel>,
    tiles: StorageBuffer,
    /// Number of workgroups that have ended; 0 between passes.
    done: StorageBuffer,
    scene: StorageBuffer,
    model: StorageBuffer,
    readback: Readback,
    /// No picture has been measured since the last reset.
    fresh: bool,
}

impl Measure {
    /// Compiles the kernel and allocates buffers.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        Ok(Self {
            kernel: gpu.kernel(&MEASURE)?,
            tiles: StorageBuffer::new(gpu, "tiles", TILES_BYTES),
            done: StorageBuffer::new(gpu, "workgroups done", 4),
            scene: StorageBuffer::new(gpu, "scene", SCENE_BYTES),
            model: StorageBuffer::new(gpu, "tone model", MODEL_BYTES),
            readback: Readback::new(gpu, MODEL_BYTES),
            fresh: true,
        })
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.fresh = true;
        self.readback.forget();
    }

    /// What the picture needs, which shaders read through `tone/shared/tone_model.wgsl`.
    pub fn model(&self) -> &StorageBuffer {
        &self.model
    }

    /// The latest results; a few frames late.
    pub fn findings(&self) -> Option<Findings> {
        Findings::read(&self.readback.latest()?)
    }

    /// Records the measurement of a picture. `rate` is in pictures a second, 0 if unknown.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &mut self,
        recording: &mut Recording<'_>,
        picture: &Planes,
        encoding: Encoding,
        rate: f64,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        let part = picture.shape().whole();
        let steadiness = Steadiness::at(rate);
        let params = MeasureParams {
            parts: part.params(),
            levels: encoding.levels,
            siting: encoding.siting,
            exposure: settings.strength * settings.exposure,
            contrast: settings.strength * settings.contrast,
            white_balance: settings.strength * settings.white_balance,
            pace: steadiness.pace,
            most: steadiness.most,
            seconds: steadiness.seconds,
            first: u32::from(self.fresh),
        };
        let bindings = [
            ("planes", picture.part(&part)),
            ("tiles", (&self.tiles).into()),
            ("done", (&self.done).into()),
            ("scene", (&self.scene).into()),
            ("model", (&self.model).into()),
        ];
        let groups = [TILES, 1, 1];
        recording.dispatch(&self.kernel, &bindings, bytemuck::bytes_of(&params), groups)?;
        self.fresh = false;
        recording.read_back(&self.readback, &self.model);
        Ok(())
    }
}

/// How corrections change from one picture to the next.
struct Steadiness {
    /// Share of the way to a new estimate.
    pace: f32,
    /// Most stops.
    most: f32,
    /// Seconds that a picture lasts.
    seconds: f32,
}

impl Steadiness {
    /// At a rate in pictures a second; 0 if unknown.
    fn at(rate: f64) -> Self {
        let rate = match rate > 0.0 {
            true => rate as f32,
            false => USUAL_RATE,
        };
        Self {
            pace: 1.0 - (-1.0 / (rate * SECONDS)).exp(),
            most: (STOPS_A_SECOND / rate).min(STOPS_A_PICTURE),
            seconds: 1.0 / rate,
        }
    }
}
