//! The buffers of the tracker.

use super::gates::{CANDIDATES, GATES_BYTES, SQUARES_TILE};
use super::grid::{CELLS_ALONG, GRIDS, MAX_REACH, SAMPLES, level_floats, most_floats};
use super::state::{Candidate, Track};
use crate::gpu::{Binding, Gpu, StorageBuffer};
use crate::trackoverlay::pose::POSE_BYTES;

/// Number of cells in the memory.
const CELLS: u64 = (CELLS_ALONG * CELLS_ALONG) as u64;
/// Size in bytes of a candidate.
const CANDIDATE_BYTES: u64 = size_of::<Candidate>() as u64;
/// Bytes that each workgroup writes that sums normal equations.
pub const SUM_BYTES: u64 = 40 * 16;
/// Most positions of a hunt.
pub const MAX_PLACES: u32 = 16384;

/// The buffers, named as in the shaders.
#[derive(Debug)]
pub struct TrackBuffers {
    /// State of the tracker.
    pub track: StorageBuffer,
    /// Luma reduced to the size of the finest level, not yet smoothed.
    pub shrunk: StorageBuffer,
    /// Levels of the frame, finest first.
    pub levels: StorageBuffer,
    /// All grids of the template.
    pub grid: StorageBuffer,
    /// All grids, drawn as they should look in this frame.
    pub rendered: StorageBuffer,
    /// For each cell: trust, and how far it is covered.
    pub memory: StorageBuffer,
    /// For each square: energy and weight.
    pub squares: StorageBuffer,
    /// For each square of each grid: its own bias.
    pub biases: StorageBuffer,
    /// Sums of normal equations.
    pub sums: StorageBuffer,
    /// Scores of shifts.
    pub scores: StorageBuffer,
    /// Positions to align and judge.
    pub candidates: StorageBuffer,
    /// For each cell: its agreement.
    pub agreement: StorageBuffer,
    /// For each sample: its residual.
    pub residuals: StorageBuffer,
    /// Fit of each shutter.
    pub fits: StorageBuffer,
    /// Scores of the positions of a hunt.
    pub finds: StorageBuffer,
    /// Workgroup counts of passes.
    pub gates: StorageBuffer,
    /// The result: a [`Pose`](crate::trackoverlay::pose::Pose).
    pub pose: StorageBuffer,
}

impl TrackBuffers {
    /// Bindings of a pass: the track, which all use, and others.
    pub fn with_track<'b>(
        &'b self,
        more: &[(&'b str, Binding<'b>)],
    ) -> Vec<(&'b str, Binding<'b>)> {
        let mut bindings = vec![("track", Binding::from(&self.track))];
        bindings.extend_from_slice(more);
        bindings
    }

    /// Allocates the buffers for frames that have this size at the finest level.
    pub fn new(gpu: &Gpu, size: (u32, u32)) -> Self {
        let buffer = |label: &str, bytes: u64| StorageBuffer::new(gpu, label, bytes);
        let side = u64::from(2 * MAX_REACH + 1);
        Self {
            track: buffer("track", size_of::<Track>() as u64),
            shrunk: buffer("track shrunk", 2 * most_floats(size, 0)),
            levels: buffer("track levels", 4 * level_floats(size)),
            grid: buffer("track template", 16 * SAMPLES),
            rendered: buffer("track rendered template", 16 * SAMPLES),
            memory: buffer("track memory", 8 * CELLS),
            squares: buffer("track squares", 16 * CELLS),
            biases: buffer("track biases", 4 * CELLS * GRIDS as u64),
            sums: buffer(
                "track sums",
                SUM_BYTES * CELLS.div_ceil(SQUARES_TILE.into()),
            ),
            scores: buffer("track scores", 4 * 2 * side * side),
            candidates: buffer("track candidates", CANDIDATE_BYTES * u64::from(CANDIDATES)),
            agreement: buffer("track agreement", 16 * CELLS),
            residuals: buffer("track residuals", 4 * SAMPLES),
            fits: buffer("track shutter", 32),
            finds: buffer("track finds", 8 * 2 * u64::from(MAX_PLACES)),
            gates: StorageBuffer::arguments(gpu, "track gates", GATES_BYTES),
            pose: buffer("pose", POSE_BYTES),
        }
    }
}
