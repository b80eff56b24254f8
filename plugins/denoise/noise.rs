//! Blind estimate of the noise, kept on the GPU: variance as a function of luma, for each component.
//!
//! Each picture is compared with the previous one. Later passes of the same recording read
//! [`NoiseEstimator::model`] through `picture/shared/noise_read.wgsl`. The noise left in compressed video is
//! measured at sites that contain nothing else: `denoise/shared/noise_white.wgsl`.

use std::sync::Arc;

use super::noise_grid::{CellBuffers, NoiseGrid};
use super::noise_passes::{
    NOISE_CELLS, NOISE_MAP, NOISE_MODEL, NOISE_SITES, NoiseCellsParams, NoiseMapParams,
    NoiseModelParams, NoiseSitesParams,
};
use super::planes::{Part, Planes};
use super::settings::Settings;
use super::temporal::{NOISE_BYTES, NoiseModel};
use super::unpack::Rows;
use crate::gpu::{FrameLayout, Gpu, GpuError, Kernel, Readback, Recording, StorageBuffer};

/// Side of a site in cells of 8 samples: 24x24 samples for luma, 16x16 for chroma.
const LUMA_SIDE: u32 = 3;
const CHROMA_SIDE: u32 = 2;
/// Number of pictures after which the model is settled: it has averaged enough to sample fewer sites, and
/// chroma in every second picture only.
const SETTLED_PICTURES: u64 = 8;
/// Once settled, a sparing estimator samples the first [`SPARED_TURNS`] of every `SPARED_CYCLE` pictures:
/// two that follow one another, for in a stream of doubled pictures every second one is a copy.
const SPARED_CYCLE: u64 = 4;
const SPARED_TURNS: u64 = 2;
/// Time constant of the model in seconds: it then has followed 63 % of a change.
const SETTLE_SECONDS: f64 = 0.12;
/// Rounds of the map in the first picture.
const FIRST_ROUNDS: u32 = 4;
/// Frames per second if the stream does not say.
const DEFAULT_RATE: f64 = 25.0;

/// Results for the property `stats`, in 8-bit code values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoiseStats {
    /// Standard deviation of the noise in Y, U and V.
    pub sigma: [f32; 3],
}

/// Estimates the noise of one stream of pictures, or of one field of interlaced video.
#[derive(Debug)]
pub struct NoiseEstimator {
    cells: Arc<Kernel>,
    sites: Arc<Kernel>,
    combine: Arc<Kernel>,
    place: Arc<Kernel>,
    luma: CellBuffers,
    chroma: CellBuffers,
    /// One code of the frame in 8-bit code values.
    code: f32,
    max_code: f32,
    rate: f64,
    /// Samples half of the pictures once settled.
    sparing: bool,
    /// Pictures since the start.
    pictures: u64,
    /// Settings at the latest sampled picture.
    settings: Settings,
    model: StorageBuffer,
    /// The map before the latest sampled picture, and after it.
    maps: [StorageBuffer; 2],
    readback: Readback,
}

impl NoiseEstimator {
    /// Compiles the kernels and allocates buffers for these rows of a layout. A `sparing` estimator costs
    /// half as much, and lags by up to two pictures.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(
        gpu: &Gpu,
        layout: &FrameLayout,
        rows: Rows,
        sparing: bool,
    ) -> Result<Self, GpuError> {
        let (width, height) = layout.chroma_size();
        let chroma = match layout.has_chroma() {
            true => (width, rows.count(height)),
            false => (0, 0),
        };
        let luma = (layout.width, rows.count(layout.height));
        // Working planes have steps of 1/128, which are coarser than the codes of deep formats.
        let code = layout.code_step().max(1.0 / 128.0);
        let cells_of_luma = CellBuffers::new(gpu, luma, LUMA_SIDE, 1);
        let cells_of_chroma = CellBuffers::new(gpu, chroma, CHROMA_SIDE, 2);
        Ok(Self {
            cells: gpu.kernel(&NOISE_CELLS)?,
            sites: gpu.kernel(&NOISE_SITES)?,
            combine: gpu.kernel(&NOISE_MODEL)?,
            place: gpu.kernel(&NOISE_MAP)?,
            maps: [(); 2].map(|()| map(gpu, &[&cells_of_luma, &cells_of_chroma])),
            luma: cells_of_luma,
            chroma: cells_of_chroma,
            code,
            max_code: layout.white(),
            rate: DEFAULT_RATE,
            sparing,
            pictures: 0,
            settings: Settings::default(),
            model: StorageBuffer::new(gpu, "noise model", NOISE_BYTES),
            readback: Readback::new(gpu, NOISE_BYTES),
        })
    }

    /// Sets the pictures per second, which determine the pace of the model; 0 if unknown (then 25).
    pub fn set_frame_rate(&mut self, rate: f64) {
        self.rate = if rate > 0.0 { rate } else { DEFAULT_RATE };
    }

    /// Weight of a new picture in a settled model.
    fn pace(&self) -> f32 {
        let turns = match self.sparing {
            true => SPARED_TURNS as f64 / SPARED_CYCLE as f64,
            false => 1.0,
        };
        (1.0 - (-1.0 / (SETTLE_SECONDS * self.rate * turns)).exp()) as f32
    }

    fn is_settled(&self) -> bool {
        self.pictures >= SETTLED_PICTURES
    }

    /// Whether to sample the next picture. Always true after a change of settings, because the model holds
    /// what filters read.
    fn takes_picture(&self, settings: &Settings) -> bool {
        let turn = self.pictures % SPARED_CYCLE < SPARED_TURNS;
        !self.sparing || !self.is_settled() || turn || *settings != self.settings
    }

    /// Goes on with the model of another estimator of the same pictures.
    pub fn succeed(&mut self, before: Self) {
        self.pictures = before.pictures;
        self.settings = before.settings;
        self.model = before.model;
        self.maps = before.maps;
        self.readback = before.readback;
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.pictures = 0;
        self.readback.forget();
    }

    /// Continues with what `before` found.
    pub fn take_over(&mut self, recording: &mut Recording<'_>, before: &Self) {
        self.pictures = before.pictures;
        self.settings = before.settings;
        recording.copy_part((&before.model, 0), (&self.model, 0), NOISE_BYTES);
    }

    /// The noise model, which shaders read through `picture/shared/noise_read.wgsl`.
    pub fn model(&self) -> &StorageBuffer {
        &self.model
    }

    /// Where the noise is: see `noise_map.wgsl`.
    pub fn map(&self) -> &StorageBuffer {
        let [_, latest] = &self.maps;
        latest
    }

    /// The latest estimate; a few frames late. `None` before the first.
    pub fn stats(&self) -> Option<NoiseStats> {
        let bytes = self.readback.latest()?;
        let model: NoiseModel = bytemuck::try_pod_read_unaligned(&bytes).ok()?;
        let sigma = [model.sigma_y, model.sigma_u, model.sigma_v];
        Some(NoiseStats { sigma })
    }

    /// Records the estimate for one picture. `before` is the noisy picture before it; if it is `None`, as
    /// after a reset, the estimate uses this picture alone. The settings change only the variances that filters read.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &mut self,
        recording: &mut Recording<'_>,
        now: &Planes,
        before: Option<&Planes>,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        if self.pictures == 0 {
            recording.clear(&self.model);
            self.maps.iter().for_each(|map| recording.clear(map));
        }
        if !self.takes_picture(settings) {
            self.pictures += 1;
            return Ok(());
        }
        self.settings = *settings;
        let before = before.filter(|_| self.pictures > 0);
        let with_chroma = self.takes_chroma();
        let first = u32::from(before.is_none());
        let components = if with_chroma { 0..3 } else { 0..1 };
        for part in now.shape().parts(components) {
            self.record_cells(recording, &part, [now, before.unwrap_or(now)])?;
        }
        self.record_sites(recording, first, with_chroma)?;
        self.record_model(recording, settings, first, with_chroma)?;
        // At first, what cells say reaches those that say nothing in the same picture.
        for _ in 0..if first == 1 { FIRST_ROUNDS } else { 1 } {
            self.maps.reverse();
            self.record_map(recording, first, with_chroma)?;
        }
        self.pictures += 1;
        recording.read_back(&self.readback, &self.model);
        Ok(())
    }

    fn grid<'a>(&self, plane: &'a CellBuffers) -> &'a NoiseGrid {
        let [fine, coarse] = &plane.grids;
        if self.is_settled() { coarse } else { fine }
    }

    /// Chroma noise changes slowly: once settled, chroma is measured in every second sampled picture.
    fn takes_chroma(&self) -> bool {
        let turn = match (self.is_settled(), self.sparing) {
            (false, _) => true,
            (true, false) => self.pictures.is_multiple_of(2),
            // The first sampled picture of one cycle, the second of the next.
            (true, true) => matches!(self.pictures % (2 * SPARED_CYCLE), 0 | 5),
        };
        let sites = |plane| self.grid(plane).site_count();
        turn && sites(&self.chroma) > 0 && sites(&self.luma) > 0
    }

    fn record_cells(
        &self,
        recording: &mut Recording<'_>,
        part: &Part,
        [now, before]: [&Planes; 2],
    ) -> Result<(), GpuError> {
        let bindings = [
            ("now", now.part(part)),
            ("before", before.part(part)),
            ("luma_moments", (&self.luma.moments).into()),
            ("luma_flags", (&self.luma.flags).into()),
            ("chroma_moments", (&self.chroma.moments).into()),
            ("chroma_flags", (&self.chroma.flags).into()),
        ];
        let [luma, chroma] = [&self.luma, &self.chroma].map(|buffers| self.grid(buffers));
        let params = NoiseCellsParams {
            parts: part.params(),
            luma_step: luma.step,
            luma_side: luma.side,
            chroma_step: chroma.step,
            chroma_side: chroma.side,
            low: 0.5 * self.code,
            high: self.max_code - 0.5 * self.code,
        };
        let cells = part.grids(|_, component| match component {
            0 => luma.cells,
            _ => chroma.cells,
        });
        recording.parts(&self.cells, &bindings, &params, &cells)
    }

    fn record_sites(
        &self,
        recording: &mut Recording<'_>,
        first: u32,
        with_chroma: bool,
    ) -> Result<(), GpuError> {
        let [luma, chroma] = [&self.luma, &self.chroma].map(|plane| self.grid(plane));
        if luma.site_count() == 0 {
            return Ok(());
        }
        let params = NoiseSitesParams {
            luma_x: luma.cells.0,
            luma_y: luma.cells.1,
            chroma_x: chroma.cells.0,
            chroma_y: chroma.cells.1,
            luma_sites_x: luma.sites.0,
            luma_sites_y: luma.sites.1,
            luma_step: luma.step,
            luma_side: luma.side,
            chroma_sites_x: chroma.sites.0,
            chroma_sites_y: chroma.sites.1,
            chroma_step: chroma.step,
            chroma_side: chroma.side,
            first,
            rounding: self.code * self.code / 12.0,
        };
        let (x, y) = luma.sites;
        let size = match with_chroma {
            true => (x.max(chroma.sites.0), y.max(chroma.sites.1), 3),
            false => (x, y, 1),
        };
        let bindings = [
            ("luma_moments", (&self.luma.moments).into()),
            ("luma_flags", (&self.luma.flags).into()),
            ("chroma_moments", (&self.chroma.moments).into()),
            ("chroma_flags", (&self.chroma.flags).into()),
            ("luma_sites", (&self.luma.sites).into()),
            ("chroma_sites", (&self.chroma.sites).into()),
        ];
        recording.layers(&self.sites, &bindings, &params, size)
    }

    fn record_model(
        &self,
        recording: &mut Recording<'_>,
        settings: &Settings,
        first: u32,
        with_chroma: bool,
    ) -> Result<(), GpuError> {
        let [luma_gain, chroma_gain] = settings.gains();
        let chroma_sites = if with_chroma {
            self.grid(&self.chroma).site_count()
        } else {
            0
        };
        recording.pass(
            &self.combine,
            &[
                ("luma", (&self.luma.sites).into()),
                ("chroma", (&self.chroma.sites).into()),
                ("model", (&self.model).into()),
            ],
            &NoiseModelParams {
                luma_sites: self.grid(&self.luma).site_count(),
                luma_side: self.grid(&self.luma).side,
                chroma_sites,
                chroma_side: self.grid(&self.chroma).side,
                first,
                pace: self.pace(),
                sigma: settings.sigma,
                luma_floor: settings.floor[0],
                chroma_floor: settings.floor[1],
                luma_gain,
                chroma_gain,
            },
            (1, 1),
        )
    }

    fn record_map(
        &self,
        recording: &mut Recording<'_>,
        first: u32,
        with_chroma: bool,
    ) -> Result<(), GpuError> {
        let [luma, chroma] = [&self.luma, &self.chroma].map(|plane| self.grid(plane));
        if luma.cell_count() == 0 {
            return Ok(());
        }
        let [known, next] = &self.maps;
        let bindings = [
            ("luma_moments", (&self.luma.moments).into()),
            ("luma_flags", (&self.luma.flags).into()),
            ("chroma_moments", (&self.chroma.moments).into()),
            ("chroma_flags", (&self.chroma.flags).into()),
            ("model", (&self.model).into()),
            ("known_map", known.into()),
            ("noise_map", next.into()),
        ];
        let params = NoiseMapParams {
            luma_x: luma.cells.0,
            luma_y: luma.cells.1,
            chroma_x: chroma.cells.0,
            chroma_y: chroma.cells.1,
            luma_step: luma.step,
            luma_side: luma.side,
            chroma_step: chroma.step,
            chroma_side: chroma.side,
            first,
            with_chroma: u32::from(with_chroma),
            rounding: self.code * self.code / 12.0,
        };
        let layers = if chroma.cell_count() > 0 { 2 } else { 1 };
        let (x, y) = luma.cells;
        let size = (x.max(chroma.cells.0), y.max(chroma.cells.1), layers);
        recording.layers(&self.place, &bindings, &params, size)
    }
}

/// A map for the cells of luma and of one chroma plane: two entries of 8 bytes for each.
fn map(gpu: &Gpu, planes: &[&CellBuffers; 2]) -> StorageBuffer {
    let cells = planes.iter().flat_map(|plane| plane.grids.first());
    let cells: u32 = cells.map(NoiseGrid::cell_count).sum();
    StorageBuffer::new(gpu, "noise map", u64::from(cells.max(1)) * 16)
}
