//! Corrections over time: steady inside a scene, at once at a cut.

use super::scenes::{DARK, NONE, SIZE, WARM, codes, error, info, mean, painted, scene, shown};
use crate::deartifact::element::run;
use crate::video::caps_of;

/// A scene two stops too dark, through which something bright passes that takes a sixth of the picture.
fn with_passer(index: u32) -> gst::Buffer {
    let left = i64::from(index) * 2 - 14;
    painted(index.into(), |x, y| {
        let is_passer = (left..left + 16).contains(&i64::from(x)) && y > 5;
        let light = 2f64.powf(DARK.stops / 2.2);
        match is_passer {
            true => [0.92, 0.9, 0.95],
            false => scene(3, x, y).map(|code| code * light),
        }
    })
}

#[test]
fn somebody_bright_who_passes_changes_nothing() {
    let sent: Vec<_> = (0..50).map(with_passer).collect();
    let got = run("wgputone", &caps_of(&info()), &sent);
    // The columns at the right that are free until the end, and those at the left that are free from then on.
    let part = |buffer: &gst::Buffer, free: std::ops::Range<usize>| {
        let all = codes(buffer, 0);
        let row = SIZE.0 as usize;
        let rows = all.chunks(row).flat_map(|row| row[free.clone()].to_vec());
        mean(&rows.collect::<Vec<_>>()) - 16.0
    };
    for (frames, free) in [(0..30, 80..96), (20..50, 0..24)] {
        let lumas: Vec<f64> = frames
            .map(|index| part(&got[index], free.clone()))
            .collect();
        for pair in lumas.windows(2) {
            let change = (pair[1] / pair[0] - 1.0).abs();
            assert!(change < 0.005, "{change}: {pair:?}");
        }
    }
}

#[test]
fn a_new_scene_is_corrected_in_its_first_frame() {
    let caps = caps_of(&info());
    let mut sent: Vec<_> = (0..4).map(|index| shown(index, 1, &NONE)).collect();
    sent.extend((4..8).map(|index| shown(index, 2, &DARK)));
    sent.extend((8..12).map(|index| shown(index, 5, &WARM)));
    let got = run("wgputone", &caps, &sent);
    for index in [4, 8] {
        let alone = run("wgputone", &caps, &sent[index..=index]);
        let [after, before] = [&alone[0], &sent[index]].map(|other| error(&got[index], other));
        assert!(after == 0.0, "{index}: {after}");
        assert!(before > 10.0, "{index}: {before}");
    }
}

#[test]
fn a_scene_that_grows_darker_is_followed_slowly() {
    let sent: Vec<_> = (0..90)
        .map(|index| {
            let damage = super::scenes::Damage {
                stops: -2.0 * (f64::from(index) / 12.0).min(1.0),
                ..NONE
            };
            shown(index as u64, 4, &damage)
        })
        .collect();
    let got = run("wgputone", &caps_of(&info()), &sent);
    let light = |index: usize| mean(&codes(&got[index], 0)) - 16.0;
    let lumas: Vec<f64> = (13..90).map(light).collect();
    for pair in lumas.windows(2) {
        let change = pair[1] / pair[0] - 1.0;
        assert!((-0.001..0.005).contains(&change), "{change}");
    }
    assert!(lumas[76] > 1.05 * lumas[0], "{lumas:?}");
}
