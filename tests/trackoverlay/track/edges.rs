//! Edges of what is in front, and what the plate learns: kernels against their twins.

use gstwgpu::trackoverlay::track::passes::{
    EdgeParams, FrontParams, LearnParams, TRACK_EDGE, TRACK_FRONT, TRACK_LEARN,
};

use super::known_rig::track_of;
use super::matting_rig::{compare, edged, front_words, known, seen_words, sums_words, words};
use super::rig::{assert_near, buffer, contents, singles};
use super::sight_rig::held;
use crate::denoise::noise_rig::Random;
use crate::picture::rig::submit;
use crate::reference::track::edge::edge;
use crate::reference::track::explain::explain;
use crate::reference::track::front::front;
use crate::reference::track::learn::Learnt;
use crate::reference::track::look::SIDE;
use crate::reference::track::windows::{CELLS, windows};

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
    assert!((8300..10_000).contains(&hidden), "{hidden}");
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
