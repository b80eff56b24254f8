//! What is in front of the plane, and the light on it: kernels against their twins, and whole planes.

use std::sync::Arc;

use gstwgpu::gpu::{ChromaOrder, Frame, SamplePlaces, StorageBuffer, Subsampling};
use gstwgpu::trackoverlay::quad::Point;
use gstwgpu::trackoverlay::source::picture::Picture;
use gstwgpu::trackoverlay::track::mask::Mask;
use gstwgpu::trackoverlay::track::passes::{
    EdgeParams, ExplainParams, FrontParams, LearnParams, LookParams, MatteParams, TRACK_EDGE,
    TRACK_EXPLAIN, TRACK_FRONT, TRACK_LEARN, TRACK_LOOK, TRACK_MATTE, TRACK_WINDOWS, WindowsParams,
};

use super::known_rig::{moving, track_of};
use super::rig::{assert_near, buffer, contents, singles};
use super::sight_rig::held;
use super::tracker_rig::{ARMED, Follower, Scene, add_noise, back, frame, is_followed, moved};
use crate::denoise::noise_rig::{Random, read};
use crate::picture::rig::submit;
use crate::reference::homography::map;
use crate::reference::source::yuv::Sampling;
use crate::reference::track::edge::edge;
use crate::reference::track::explain::{Seen, explain};
use crate::reference::track::front::{Front, front};
use crate::reference::track::known::{Known, State};
use crate::reference::track::learn::Learnt;
use crate::reference::track::look::{MASKED, RELEARNT, SIDE, Texel, look};
use crate::reference::track::matte::matte;
use crate::reference::track::windows::{CELLS, Sums, Window, windows};
use crate::trackoverlay::place::rig::{samples_of, under, upload};

fn known() -> Known {
    let mut known = moving([3.0, -1.0], &mut Random(41));
    known.state = State::Tracking;
    known.age = 20;
    known.last_light.gain = 0.8;
    known
}

/// Words of a buffer of structs of `N` floats.
fn words<const N: usize>(buffer: &StorageBuffer) -> Vec<[f32; N]> {
    contents(buffer)
}

fn compare<const N: usize>(what: &str, found: &[f32], wanted: [f64; N], tolerance: f64) {
    for (k, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        assert_near(
            &format!("{what}, {k}"),
            f64::from(*found),
            wanted,
            tolerance,
        );
    }
}

/// How many differ by more than rounding: of two explanations that are equally good, either may be taken.
fn count_off<const N: usize>(found: &[[f32; N]], wanted: impl Iterator<Item = [f64; N]>) -> usize {
    let is_near = |(found, wanted): (&f32, f64)| {
        (f64::from(*found) - wanted).abs() <= 5e-3 * (1.0 + wanted.abs())
    };
    let pairs = found.iter().zip(wanted);
    pairs
        .filter(|(found, wanted)| !found.iter().zip(*wanted).all(is_near))
        .count()
}

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

/// A plate and a view of it with a shadow, something in front, and a part outside of the frame.
fn compared(known: &Known, random: &mut Random) -> [Vec<Texel>; 2] {
    let scene = Scene::new(5);
    let (mut plate, mut view) = (Vec::new(), Vec::new());
    for at in 0..SIDE * SIDE {
        let (x, y) = ((at % SIDE) as f64, (at / SIDE) as f64);
        // The right part has little texture.
        let depth = if x > 200.0 { 0.05 } else { 1.0 };
        let value = 100.0 + depth * (scene.at([x / 2.0, y / 2.0]) - 128.0);
        let colour = [value, 0.2 * value - 10.0, 5.0 - 0.1 * value].map(|v| v + random.gauss());
        let shade = if x + 0.5 * y < 120.0 { 0.45 } else { 1.0 };
        let gain = shade * known.last_light.gain;
        let is_hidden = (x - 170.0).hypot(y - 180.0) < 50.0;
        let seen = [0, 1, 2].map(|k| match is_hidden {
            true => [60.0 + (x * 0.7).sin() * 20.0, 20.0, -30.0][k],
            false => gain * colour[k],
        });
        let seen = seen.map(|v| v + 2.0 * random.gauss());
        let there = |is: bool| f64::from(u8::from(is));
        // Something was in front there at arming, and beside it until it left.
        let kind = match (x, y) {
            (20.0..50.0, 150.0..200.0) => MASKED,
            (50.0..80.0, 150.0..200.0) => RELEARNT,
            _ => there(y > 4.0),
        };
        plate.push([colour[0], colour[1], colour[2], kind].map(held));
        view.push([seen[0], seen[1], seen[2], there(x + y < 480.0)].map(held));
    }
    [plate, view]
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

#[rustfmt::skip]
fn sums_words(s: &Sums) -> [f64; 12] {
    let [y, u, v] = s.colour;
    [s.bb, s.ib, s.ii, s.n, s.b, s.i, s.slope, s.masked, y, u, v, 0.0]
}

#[rustfmt::skip]
fn window_words(w: &Window) -> [f64; 12] {
    [w.gain, w.bias, w.energy, w.noise, w.slack, w.ratio, w.power, w.base, w.whole, w.misplaced, 0.0, 0.0]
}

fn seen_words(s: &Seen) -> [f64; 8] {
    [
        s.unexplained,
        s.ratio,
        s.weight,
        s.base,
        s.own,
        s.reach,
        s.whole,
        s.expected,
    ]
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

fn front_words(f: &Front) -> [f64; 8] {
    let [y, u, v] = f.colour;
    [y, u, v, f.sure, f.least, f.most, 0.0, 0.0]
}

/// A plane with something in front of it, as the kernels before found it.
struct Edged {
    plate: Vec<Texel>,
    view: Vec<Texel>,
    sums: Vec<Sums>,
    matte: Vec<[f64; 4]>,
}

fn edged() -> Edged {
    let known = known();
    let [plate, view] = compared(&known, &mut Random(12));
    let (sums, lights) = windows(&view, &plate, &known, 0.4);
    let seen = explain(&sums, &lights, 4.0);
    let matte = matte(&seen, None);
    Edged {
        plate,
        view,
        sums,
        matte: matte.iter().map(|cell| cell.map(held)).collect(),
    }
}

#[test]
fn colours_in_front_match_their_twin() {
    let given = edged();
    let track = buffer(&[track_of(&known())]);
    let cells = buffer(&singles(
        &given.sums.iter().map(sums_words).collect::<Vec<_>>(),
    ));
    let found = buffer(&vec![[7f32; 8]; CELLS * CELLS]);
    let matte = buffer(&singles(&given.matte));
    let bindings = [
        ("track", (&track).into()),
        ("cells", (&cells).into()),
        ("matte", (&matte).into()),
        ("fronts", (&found).into()),
    ];
    let kernel = crate::gpu::gpu().kernel(&TRACK_FRONT).unwrap();
    let params = FrontParams {
        cells: CELLS as u32,
    };
    let bytes = bytemuck::bytes_of(&params);
    submit(|recording| recording.dispatch(&kernel, &bindings, bytes, [12, 12, 1]));
    let free: Vec<f64> = given.matte.iter().map(|cell| cell[0]).collect();
    let wanted = front(&given.sums, &free);
    for (at, (found, wanted)) in words::<8>(&found).iter().zip(&wanted).enumerate() {
        compare(&format!("cell {at}"), found, front_words(wanted), 1e-3);
    }
}

#[test]
fn shares_at_edges_match_their_twin() {
    let given = edged();
    let free: Vec<f64> = given.matte.iter().map(|cell| cell[0]).collect();
    let fronts = front(&given.sums, &free);
    let track = buffer(&[track_of(&known())]);
    let [view, plate] = [&given.view, &given.plate].map(|texels| buffer(&singles(texels)));
    let words: Vec<[f64; 8]> = fronts.iter().map(front_words).collect();
    let shares = buffer(&vec![7f32; SIDE * SIDE]);
    let (matte, fronts_held) = (buffer(&singles(&given.matte)), buffer(&singles(&words)));
    let bindings = [
        ("track", (&track).into()),
        ("view", (&view).into()),
        ("plate", (&plate).into()),
        ("matte", (&matte).into()),
        ("fronts", (&fronts_held).into()),
        ("shares", (&shares).into()),
    ];
    let kernel = crate::gpu::gpu().kernel(&TRACK_EDGE).unwrap();
    let params = EdgeParams {
        cells: CELLS as u32,
    };
    let bytes = bytemuck::bytes_of(&params);
    submit(|recording| recording.dispatch(&kernel, &bindings, bytes, [36, 36, 1]));
    let wanted = edge(&given.view, &given.plate, &given.matte, &fronts);
    for (at, (found, wanted)) in contents::<f32>(&shares).iter().zip(&wanted).enumerate() {
        assert_near(&format!("texel {at}"), f64::from(*found), *wanted, 2e-3);
    }
    let hidden = wanted.iter().filter(|share| **share < 0.5).count();
    // A disc of 50 texels' radius, a little of it outside of the frame, and 30x50 that are masked.
    assert!((8300..9500).contains(&hidden), "{hidden}");
}

#[test]
fn plates_are_learnt_as_by_their_twin() {
    let given = edged();
    let known = known();
    let mut random = Random(13);
    let (sums, lights) = windows(&given.view, &given.plate, &known, 0.4);
    let seen = explain(&sums, &lights, 4.0);
    let mut learnt = Learnt {
        plate: given.plate.clone(),
        // What was seen before was nearly the same.
        others: given.view.clone(),
        ages: (0..CELLS * CELLS)
            .map(|at| (at % 14) as f64 - 1.0)
            .collect(),
    };
    for texel in &mut learnt.others {
        *texel = texel.map(|v| held(v + 2.0 * random.gauss()));
    }
    let track = buffer(&[track_of(&known)]);
    let view = buffer(&singles(&given.view));
    let [plate, others] = [&learnt.plate, &learnt.others].map(|texels| buffer(&singles(texels)));
    let ages = buffer(
        &learnt
            .ages
            .iter()
            .map(|age| *age as f32)
            .collect::<Vec<_>>(),
    );
    let matte = buffer(&singles(&given.matte));
    let sights = buffer(&singles(&seen.iter().map(seen_words).collect::<Vec<_>>()));
    let bindings = [
        ("track", (&track).into()),
        ("view", (&view).into()),
        ("matte", (&matte).into()),
        ("sights", (&sights).into()),
        ("plate", (&plate).into()),
        ("others", (&others).into()),
        ("ages", (&ages).into()),
    ];
    let kernel = crate::gpu::gpu().kernel(&TRACK_LEARN).unwrap();
    let params = LearnParams {
        cells: CELLS as u32,
        is_arming: 0,
    };
    let size = (CELLS as u32, CELLS as u32);
    submit(|recording| recording.pass(&kernel, &bindings, &params, size));
    learnt.learn(&given.view, &seen, &given.matte, &known);
    let ages = contents::<f32>(&ages);
    let is_off = |(_, (found, wanted)): &(usize, (&f32, &f64))| f64::from(**found) != **wanted;
    let off: Vec<_> = ages
        .iter()
        .zip(&learnt.ages)
        .enumerate()
        .filter(is_off)
        .collect();
    assert!(off.is_empty(), "{off:?}");
    for (what, found, wanted) in [
        ("plate", &plate, &learnt.plate),
        ("other", &others, &learnt.others),
    ] {
        for (at, (found, wanted)) in words::<4>(found).iter().zip(wanted).enumerate() {
            compare(&format!("{what} {at}"), found, *wanted, 1e-4);
        }
    }
    let changed = learnt
        .plate
        .iter()
        .zip(&given.plate)
        .filter(|(a, b)| a != b);
    let count = changed.count();
    assert!(count > 300, "{count}");
}

/// Of a plane that moves: light on it and what is in front of it, by place in the armed frame.
struct Stage<'a> {
    count: usize,
    light: &'a dyn Fn(usize, Point) -> f64,
    /// What is seen, given the lit plane there.
    front: &'a dyn Fn(usize, Point, f64) -> f64,
    /// Contrast of the plane's texture, and its noise.
    texture: f64,
    noise: f64,
}

const COUNT: usize = 6;

/// The tracker after some frames.
fn shown(stage: &Stage<'_>) -> Follower {
    let scene = Scene::new(3);
    let mut follower = Follower::armed(&ARMED);
    let mut random = Random(4);
    for n in 0..stage.count {
        let now = moved(
            &ARMED,
            0.003 * n as f64,
            1.0,
            [1.3 * n as f64, -0.7 * n as f64],
        );
        let back = back(&ARMED, &now);
        let mut luma = frame(super::tracker_rig::SIZE, |place| {
            let place = back.map(place);
            let plane = 128.0 + stage.texture * (scene.at(place) - 128.0);
            let lit = 16.0 + (stage.light)(n, place) * (plane - 16.0);
            (stage.front)(n, place, lit)
        });
        add_noise(&mut luma, stage.noise, &mut random);
        follower.show(&luma);
    }
    follower
}

/// Cells of the matte after some frames, and their places in the armed frame.
fn played(stage: &Stage<'_>) -> Vec<(Point, [f32; 4])> {
    let follower = shown(stage);
    let home = ARMED.homography().unwrap();
    let matte = follower.tracker.matte();
    let count = matte.cols as usize;
    let mut cells: Vec<[f32; 4]> = bytemuck::pod_collect_to_vec(&read(&matte.buffer));
    cells.truncate(count * count);
    let place = |at: usize| {
        let p = [at % count, at / count].map(|v| (2 * v + 1) as f64 / count as f64 - 1.0);
        map(&home.0, p)
    };
    cells
        .iter()
        .enumerate()
        .map(|(at, cell)| (place(at), *cell))
        .collect()
}

fn soft_disc(place: Point, middle: Point, radius: f64, edge: f64) -> f64 {
    let far = (place[0] - middle[0]).hypot(place[1] - middle[1]);
    1.0 - ((far - radius) / edge + 0.5).clamp(0.0, 1.0)
}

/// A shadow's middle; it moves.
fn shadow_at(n: usize) -> Point {
    [120.0 + 6.0 * n as f64, 110.0]
}

fn assert_light(what: &str, stage: &Stage<'_>, worst: f64) {
    let cells = played(stage);
    let hidden = cells.iter().filter(|(_, cell)| cell[0] < 0.5).count();
    assert!(hidden * 200 < cells.len(), "{what}: {hidden} cells hidden");
    let off = |(place, cell): &(Point, [f32; 4])| {
        (f64::from(cell[1]) - (stage.light)(COUNT - 1, *place)).abs()
    };
    let mean = cells.iter().map(off).sum::<f64>() / cells.len() as f64;
    assert!(mean < worst, "{what}: light off by {mean:.3}");
}

/// A shadow that moves over the plane is light on it, and no hole in what is placed there: with a soft edge and a
/// hard one, and on a plane with little texture and with noise.
#[test]
fn shadows_cut_no_holes() {
    for (what, edge, texture, noise, worst) in [
        ("soft", 14.0, 1.0, 1.0, 0.03),
        ("hard", 1.0, 1.0, 1.0, 0.05),
        ("noisy", 14.0, 1.0, 6.0, 0.05),
        ("flat", 14.0, 0.25, 1.0, 0.05),
    ] {
        let light = |n: usize, place: Point| match n {
            0 => 1.0,
            _ => 1.0 - 0.45 * soft_disc(place, shadow_at(n), 20.0, edge),
        };
        let stage = Stage {
            count: COUNT,
            light: &light,
            front: &|_, _, plane| plane,
            texture,
            noise,
        };
        assert_light(what, &stage, worst);
    }
}

/// What stands in front stays in front, beside its own shadow, from the first frame on in which it is there.
#[test]
fn objects_stay_in_front_of_their_shadow() {
    let other = Scene::new(77);
    let middle = |n: usize| [170.0 - 3.0 * n as f64, 120.0];
    for born in [1, COUNT - 1] {
        let is_front =
            |n: usize, place: Point| n >= born && soft_disc(place, middle(n), 18.0, 1e-3) > 0.5;
        let front = |n: usize, place: Point, plane: f64| match is_front(n, place) {
            true => 150.0 + 0.5 * (other.at(place) - 128.0),
            false => plane,
        };
        let light = |n: usize, place: Point| match n < born {
            true => 1.0,
            false => 1.0 - 0.5 * soft_disc(place, [middle(n)[0] - 14.0, 128.0], 20.0, 8.0),
        };
        let stage = Stage {
            count: COUNT,
            light: &light,
            front: &front,
            texture: 1.0,
            noise: 1.0,
        };
        let cells = played(&stage);
        let wrong =
            |(place, cell): &&(Point, [f32; 4])| (cell[0] < 0.5) != is_front(COUNT - 1, *place);
        let wrong = cells.iter().filter(wrong).count();
        let inside = cells
            .iter()
            .filter(|(place, _)| is_front(COUNT - 1, *place))
            .count();
        // A cell has 4.5 pixels and the disc a radius of 18: its edge goes through as many as it has inside of it.
        assert!(inside > 30, "{inside}");
        assert!(
            wrong * 3 < inside,
            "born at {born}: {wrong} of {inside} cells"
        );
    }
}

/// Shares of texels in the last frame, and where they lie in the armed one.
fn shares_of(follower: &Follower) -> Vec<(Point, f64)> {
    let matte = follower.tracker.matte();
    let side = (matte.cols * matte.cell_texels) as usize;
    let home = ARMED.homography().unwrap();
    let shares: Vec<f32> = bytemuck::pod_collect_to_vec(&read(&matte.shares));
    let place = |at: usize| {
        let p = [at % side, at / side].map(|v| (2 * v + 1) as f64 / side as f64 - 1.0);
        map(&home.0, p)
    };
    let shares = shares.iter().take(side * side).enumerate();
    shares
        .map(|(at, share)| (place(at), f64::from(*share)))
        .collect()
}

/// The share of the plane at the edge of an object, sharp or soft, is what was mixed there.
#[test]
fn edges_have_the_share_that_was_mixed() {
    for (edge, most_mean, most_wide) in [(1.0, 0.02, 0.03), (6.0, 0.025, 0.03)] {
        let middle = |n: usize| [165.0 - 3.0 * n as f64, 120.0];
        let hidden = |n: usize, place: Point| match n {
            0 => 0.0,
            _ => soft_disc(place, middle(n), 22.0, edge),
        };
        let follower = shown(&Stage {
            count: COUNT,
            light: &|_, _| 1.0,
            front: &|n, place, plane| 225.0 * hidden(n, place) + plane * (1.0 - hidden(n, place)),
            texture: 0.5,
            noise: 1.0,
        });
        let shares = shares_of(&follower);
        let off = |(place, share): &(Point, f64)| (share - 1.0 + hidden(COUNT - 1, *place)).abs();
        let mean = shares.iter().map(off).sum::<f64>() / shares.len() as f64;
        assert!(mean < most_mean, "edge of {edge}: off by {mean:.4}");
        // No rim: nearly none are wrong by more than a half.
        let wide = shares.iter().filter(|one| off(one) > 0.5).count();
        let wide = wide as f64 / shares.len() as f64;
        assert!(wide < most_wide, "edge of {edge}: {wide:.4} are wrong");
    }
}

/// What stood in front at arming leaves: the plane behind it is learnt while the camera moves, and covered then; what
/// moves in front stays in front.
#[test]
fn who_stood_in_front_at_arming_is_forgotten() {
    let other = Scene::new(78);
    let front = |n: usize, place: Point, plane: f64| {
        let inside = |x: f64| soft_disc(place, [x, 115.0], 16.0, 1e-3) > 0.5;
        let leaves = inside(130.0 + 4.0 * n as f64);
        match leaves {
            true => 40.0 + 0.3 * other.at([place[0] - 4.0 * n as f64, place[1]]),
            false => plane,
        }
    };
    let stage = |count: usize| Stage {
        count,
        light: &|_, _| 1.0,
        front: &front,
        texture: 1.0,
        noise: 1.0,
    };
    let hidden_at_its_place = |count: usize| {
        let shares = shares_of(&shown(&stage(count)));
        let there = shares
            .iter()
            .filter(|(place, _)| soft_disc(*place, [130.0, 115.0], 12.0, 1e-3) > 0.5);
        let (hidden, all) = there.fold((0, 0), |(hidden, all), (_, share)| {
            (hidden + usize::from(*share < 0.5), all + 1)
        });
        hidden as f64 / all as f64
    };
    let (soon, later) = (hidden_at_its_place(11), hidden_at_its_place(32));
    assert!(soon > 0.5, "{soon}");
    assert!(later < 0.05, "{later}");
}

/// Somebody in plain clothes stands in front at arming, and later walks away. With a mask he is in front from the
/// first frame on, and when he has gone the placement is there too, whether the camera moves or not.
#[test]
fn who_was_marked_at_arming_is_in_front_until_gone() {
    let size = super::tracker_rig::SIZE;
    let middle = |n: usize| [130.0 + 5.0 * n.saturating_sub(4) as f64, 115.0];
    let inside = |n: usize, place: Point| soft_disc(place, middle(n), 16.0, 1e-3) > 0.5;
    let picture = Picture {
        width: size.0,
        height: size.1,
        rgba: (0..size.0 * size.1)
            .flat_map(|at| {
                let place = [at % size.0, at / size.0].map(f64::from);
                [if inside(0, place) { 255 } else { 0 }; 3]
                    .into_iter()
                    .chain([255])
            })
            .collect(),
    };
    let mask = Arc::new(Mask::new(picture));
    for (pace, frames, is_marked) in [(0.0, 1, false), (0.0, 34, true), (0.7, 34, true)] {
        let scene = Scene::new(3);
        let mut follower = Follower::new(size);
        let mask = is_marked.then(|| mask.clone());
        follower.tracker.arm_behind(ARMED, mask).unwrap();
        let mut random = Random(4);
        for n in 0..frames {
            let now = moved(&ARMED, 0.0, 1.0, [pace * n as f64, 0.0]);
            let back = back(&ARMED, &now);
            let mut luma = frame(size, |place| match back.map(place) {
                place if inside(n, place) => 190.0,
                place => scene.at(place),
            });
            add_noise(&mut luma, 1.0, &mut random);
            follower.show(&luma);
            let shares = shares_of(&follower);
            let count = |wanted: &dyn Fn(Point, f64) -> bool| {
                let found = shares
                    .iter()
                    .filter(|(place, share)| wanted(*place, *share));
                found.count() as f64
            };
            let person = count(&|place, _| inside(n, place));
            let covered = count(&|place, share| inside(n, place) && share > 0.5) / person.max(1.0);
            let holes = count(&|place, share| !inside(n, place) && share < 0.5);
            let holes = holes / shares.len() as f64;
            if !is_marked {
                assert!(covered > 0.9, "nobody could know of him: {covered:.3}");
                continue;
            }
            if person > 300.0 {
                assert!(covered < 0.12, "frame {n}: {covered:.3} of him are covered");
            }
            if n == 0 || n > 30 {
                assert!(holes < 0.02, "frame {n}: {holes:.4} are holes");
            }
        }
    }
}

/// The plate outlives a loss: what stands in front when the plane is found again is in front in that very frame.
#[test]
fn what_is_in_front_of_a_plane_just_found_is_in_front() {
    let (scene, other) = (Scene::new(3), Scene::new(40));
    let mut follower = Follower::armed(&ARMED);
    let inside = |place: Point| soft_disc(place, [150.0, 130.0], 20.0, 1e-3) > 0.5;
    let size = super::tracker_rig::SIZE;
    for n in 0..8 {
        let luma = frame(size, |place| match n {
            3..=5 => other.at(place),
            6.. if inside(place) => 230.0,
            _ => scene.at(place),
        });
        let is_seen = is_followed(&follower.show(&luma));
        match n {
            3..=5 => assert!(!is_seen, "frame {n}"),
            6.. if is_seen => break,
            _ => assert!(n < 7, "not found"),
        }
    }
    let shares = shares_of(&follower);
    let wrong = |(place, share): &&(Point, f64)| (*share < 0.5) != inside(*place);
    let wrong = shares.iter().filter(wrong).count();
    let hidden = shares.iter().filter(|(place, _)| inside(*place)).count();
    assert!(hidden > 300, "{hidden}");
    assert!(wrong * 10 < hidden, "{wrong} of {hidden}");
}
