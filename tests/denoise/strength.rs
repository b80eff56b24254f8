//! Strength below 1: noise that is kept on purpose.

use super::denoiser_rig::{PRESETS, Run, clip};

const SIZE: (u32, u32) = (168, 120);
/// Side of a cell in which the noise is measured.
const CELL: usize = 24;

/// Half the strength keeps half of the noise everywhere, in texture, on edges and where things move.
#[test]
fn half_the_strength_keeps_half_of_the_grain_evenly() {
    let (clean, noisy) = clip(SIZE, 6, 1.7, 8.0);
    for preset in PRESETS {
        let run = Run {
            strength: 0.5,
            ..Run::new(SIZE, preset)
        };
        let out = run.pictures(&noisy).pop().unwrap();
        let [clean, noisy, out] =
            [clean.last().unwrap(), noisy.last().unwrap(), &out].map(|p| &p[0]);
        for top in (0..SIZE.1 as usize).step_by(CELL) {
            for left in (0..SIZE.0 as usize).step_by(CELL) {
                let (mut kept, mut all) = (0.0, 0.0);
                for at in (top..top + CELL).flat_map(|y| (left..left + CELL).map(move |x| (x, y))) {
                    let at = at.1 * clean.width + at.0;
                    let noise = noisy.data[at] - clean.data[at];
                    kept += noise * (out.data[at] - clean.data[at]);
                    all += noise * noise;
                }
                let share = kept / all;
                assert!(
                    (0.45..0.62).contains(&share),
                    "{preset:?} at {left}, {top}: {share}"
                );
            }
        }
    }
}
