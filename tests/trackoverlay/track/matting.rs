//! What is in front of the plane, and the light on it: kernels against their twins.

use gstwgpu::gpu::{ChromaOrder, Frame, SamplePlaces, StorageBuffer, Subsampling};
use gstwgpu::trackoverlay::track::passes::{
    ExplainParams, LookParams, MatteParams, TRACK_EXPLAIN, TRACK_LOOK, TRACK_MATTE, TRACK_WINDOWS,
    WindowsParams,
};

use super::known_rig::track_of;
use super::matting_rig::{
    compare, compared, count_off, known, seen_words, sums_words, window_words, words,
};
use super::rig::{buffer, contents, singles};
use super::sight_rig::held;
use crate::denoise::noise_rig::Random;
use crate::picture::rig::submit;
use crate::reference::source::yuv::Sampling;
use crate::reference::track::explain::{Seen, explain};
use crate::reference::track::known::{Known, State};
use crate::reference::track::look::{MASKED, SIDE, Texel, look};
use crate::reference::track::matte::matte;
use crate::reference::track::windows::{CELLS, windows};
use crate::trackoverlay::place::rig::{samples_of, under, upload};

#[test]
fn looking_at_the_plane_matches_its_twin() {
    for (subsampling, depth, sub, site) in [
        (Subsampling::S420, 8, [2.0, 2.0], [0.0, 0.5]),
        (Subsampling::S422, 10, [2.0, 1.0], [0.0, 0.0]),
    ] {
        let known = known();
        let under = under(
            (150, 110),
            (subsampling, ChromaOrder::PlanarUv),
            (depth, 0),
            6,
        );
        let unit = f64::from(1u32 << (depth - 8));
        let gpu = crate::gpu::gpu();
        let input = Frame::new(&gpu, under.layout).unwrap();
        upload(&input, &under.planes);
        let texels = vec![[7f32; 4]; SIDE * SIDE];
        let (track, view) = (buffer(&[track_of(&known)]), buffer(&texels));
        let plate = buffer(&texels);
        let marked: Vec<f32> = (0..SIDE * SIDE).map(|at| (at % 11) as f32 / 10.0).collect();
        let mask = buffer(&marked);
        let bindings = [
            ("track", (&track).into()),
            ("mask", (&mask).into()),
            ("frame", (&input).into()),
            ("view", (&view).into()),
            ("plate", (&plate).into()),
        ];
        let params = LookParams {
            width: 150,
            height: 110,
            sub_x: sub[0] as f32,
            sub_y: sub[1] as f32,
            site_x: site[0] as f32,
            site_y: site[1] as f32,
            samples: SamplePlaces::new(&under.layout),
            luma_offset: (16.0 * unit) as f32,
            luma_scale: (219.0 * unit) as f32,
            chroma_mid: (128.0 * unit) as f32,
            chroma_scale: (224.0 * unit) as f32,
            side: SIDE as u32,
            is_arming: u32::from(depth == 10),
            is_masked: 1,
        };
        let kernel = gpu.kernel(&TRACK_LOOK).unwrap();
        let size = (SIDE as u32, SIDE as u32);
        submit(|recording| recording.pass(&kernel, &bindings, &params, size));
        let how = Sampling {
            sub,
            site,
            fine: unit,
        };
        let wanted = look(&samples_of(under.layout, &under.planes), &how, &known.seen);
        let away = wanted.iter().filter(|texel| texel[3] == 0.0).count();
        assert!((100..SIDE * SIDE / 2).contains(&away), "{away}");
        let found = words::<4>(&view);
        for (at, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
            // Neighbouring samples of these frames differ by up to 219 codes.
            compare(&format!("texel {at}"), found, *wanted, 0.02);
        }
        for (at, (plate, seen)) in words::<4>(&plate).iter().zip(&found).enumerate() {
            let [y, u, v, there] = *seen;
            let is_front = marked[at] > 0.5 && there > 0.5;
            let kind = if is_front { MASKED as f32 } else { there };
            let wanted = if depth == 10 {
                [y, u, v, kind]
            } else {
                [7.0; 4]
            };
            assert_eq!(*plate, wanted, "{at}");
        }
    }
}

fn run_windows(known: &Known, plate: &[Texel], view: &[Texel]) -> [StorageBuffer; 2] {
    let (track, plate) = (buffer(&[track_of(known)]), buffer(&singles(plate)));
    let view = buffer(&singles(view));
    let cells = buffer(&vec![[7f32; 12]; CELLS * CELLS]);
    let found = buffer(&vec![[7f32; 12]; CELLS * CELLS]);
    let bindings = [
        ("track", (&track).into()),
        ("view", (&view).into()),
        ("plate", (&plate).into()),
        ("cells", (&cells).into()),
        ("windows", (&found).into()),
    ];
    let params = WindowsParams {
        cells: CELLS as u32,
        black: 16.0,
        pitch: 0.4,
    };
    let kernel = crate::gpu::gpu().kernel(&TRACK_WINDOWS).unwrap();
    let bytes = bytemuck::bytes_of(&params);
    submit(|recording| recording.dispatch(&kernel, &bindings, bytes, [12, 12, 1]));
    [cells, found]
}

#[test]
fn light_is_fitted_as_by_its_twin() {
    let known = known();
    let [plate, view] = compared(&known, &mut Random(8));
    let [cells, found] = run_windows(&known, &plate, &view);
    let (sums, wanted) = windows(&view, &plate, &known, 0.4);
    for (at, (found, wanted)) in words::<12>(&cells).iter().zip(&sums).enumerate() {
        compare(&format!("cell {at}"), found, sums_words(wanted), 1e-4);
    }
    let off = count_off(&words::<12>(&found), wanted.iter().map(window_words));
    assert!(off <= 4, "{off}");
}

#[test]
fn what_light_does_not_explain_is_found_as_by_its_twin() {
    let known = known();
    let [plate, view] = compared(&known, &mut Random(9));
    let (sums, lights) = windows(&view, &plate, &known, 0.4);
    let track = buffer(&[track_of(&known)]);
    let cells = buffer(&singles(&sums.iter().map(sums_words).collect::<Vec<_>>()));
    let given: Vec<[f64; 12]> = lights.iter().map(window_words).collect();
    let given = buffer(&singles(&given));
    let found = buffer(&vec![[7f32; 8]; CELLS * CELLS]);
    let bindings = [
        ("track", (&track).into()),
        ("cells", (&cells).into()),
        ("windows", (&given).into()),
        ("sights", (&found).into()),
    ];
    let kernel = crate::gpu::gpu().kernel(&TRACK_EXPLAIN).unwrap();
    let params = ExplainParams {
        cells: CELLS as u32,
        least_noise: 4.0,
    };
    let size = (CELLS as u32, CELLS as u32);
    submit(|recording| recording.pass(&kernel, &bindings, &params, size));
    let wanted = explain(&sums, &lights, 4.0);
    let off = count_off(&words::<8>(&found), wanted.iter().map(seen_words));
    assert!(off <= 4, "{off}");
    let hidden = wanted.iter().filter(|cell| cell.unexplained > 6.0).count();
    // The disc has a tenth of the plane, and what is masked 160 cells.
    assert!((760..1260).contains(&hidden), "{hidden}");
}

fn run_matte(known: &Known, seen: &[Seen], before: &[f64], is_arming: u32) -> Vec<[f32; 4]> {
    let track = buffer(&[track_of(known)]);
    let sights = buffer(&singles(&seen.iter().map(seen_words).collect::<Vec<_>>()));
    let before: Vec<[f64; 4]> = before.iter().map(|free| [*free, 9.0, 9.0, 9.0]).collect();
    let found = buffer(&singles(&before));
    let bindings = [
        ("track", (&track).into()),
        ("sights", (&sights).into()),
        ("matte", (&found).into()),
    ];
    let kernel = crate::gpu::gpu().kernel(&TRACK_MATTE).unwrap();
    let params = MatteParams {
        cells: CELLS as u32,
        is_arming,
    };
    let size = (CELLS as u32, CELLS as u32);
    submit(|recording| recording.pass(&kernel, &bindings, &params, size));
    contents(&found)
}

#[test]
fn mattes_match_their_twin() {
    let mut random = Random(10);
    let mut seen = Vec::new();
    for at in 0..CELLS * CELLS {
        let patch = (at % CELLS / 9 + at / CELLS / 7) % 3;
        let gain = [0.4, 0.9, 1.6][(at % CELLS) / 32];
        let mut any = |least: f64, most: f64| held(least + (most - least) * random.uniform());
        seen.push(Seen {
            unexplained: any(0.0, [1.0, 5.0, 9.0][patch]),
            ratio: any(gain - 0.1, gain + 0.1),
            weight: any(0.0, 4000.0),
            base: any(-5.0, 5.0),
            own: any(gain - 0.1, gain + 0.1),
            reach: any(0.1, 0.4),
            whole: any(0.8, 1.2),
            expected: 100.0,
        });
    }
    let before: Vec<f64> = seen.iter().map(|_| held(random.uniform())).collect();
    for (age, is_arming) in [(20, 0), (1, 0), (20, 1)] {
        let known = Known { age, ..known() };
        let found = run_matte(&known, &seen, &before, is_arming);
        let is_new = age < 2 || is_arming == 1;
        let wanted = matte(&seen, (!is_new).then_some(&before));
        for (at, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
            compare(&format!("cell {at}"), found, *wanted, 2e-4);
        }
    }
}

/// While the plane is lost, or not tracked, the matte stays.
#[test]
fn mattes_stay_while_the_plane_is_lost() {
    let seen = vec![Seen::default(); CELLS * CELLS];
    for state in [State::Idle, State::Lost] {
        let known = Known { state, ..known() };
        let found = run_matte(&known, &seen, &vec![0.25; CELLS * CELLS], 0);
        assert!(found.iter().all(|cell| cell[0] == 0.25), "{state:?}");
    }
}
