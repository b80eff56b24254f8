//! The grain that a decoder makes is that which was taken away.

use gstwgpu::denoise::grain::params::GrainParams;
use gstwgpu::denoise::grain::table::{HEADER, LEADER_BYTES, Period, entry, leader};
use gstwgpu::denoise::grain::tally::{Gauge, Tally};

use super::rig::{Noise, WHITE, sample};
use crate::denoise::noise_rig::Random;
use crate::reference::grain::{Entry, grain, parse, product};

/// What is measured in so many pictures.
fn fitted(noise: &Noise, lumas: &[f64], pictures: usize) -> GrainParams {
    let mut random = Random(11);
    let (mut gauge, mut tally) = (Gauge::default(), Tally::default());
    for _ in 0..pictures {
        let sample = sample(noise, lumas, &mut random);
        let known = tally;
        gauge.measure(&sample, &known, &mut tally);
    }
    GrainParams::fitted(&tally, 1.0, (1, 1))
}

fn as_read(params: &GrainParams) -> Entry {
    let period = Period {
        start: -5,
        end: 400_000,
    };
    let text = format!("{HEADER}{}", entry(period, params));
    let entry = parse(&text).remove(0);
    assert_eq!((entry.start, entry.end), (period.start, period.end));
    entry
}

fn deviation(rows: &[Vec<i32>]) -> f64 {
    product(rows, 0, 0).sqrt()
}

/// Asserts that a decoder adds noise like this at some lumas.
fn assert_same(what: &str, noise: &Noise, entry: &Entry, lumas: &[f64]) {
    let mut random = Random(5);
    for luma in lumas {
        let found = grain(entry, *luma, 10, &mut random);
        let wanted = (noise.sigma)(*luma);
        for (component, rows) in found.iter().enumerate() {
            // What was left in the output is there already.
            let wanted = wanted[component] * (1.0 - noise.left * noise.left).sqrt();
            let ratio = deviation(rows) / wanted;
            assert!(
                (0.9..1.1).contains(&ratio),
                "{what}: {component} at {luma}: {ratio}"
            );
        }
    }
}

#[test]
fn grain_is_as_strong_as_what_was_taken() {
    for (sigma, tenth) in [
        ((|_| [10.0, 6.0, 4.0]) as fn(f64) -> [f64; 3], false),
        (|_| [1.5, 1.0, 2.0], false),
        (|_| [28.0, 12.0, 25.0], false),
        (|_| [10.0, 6.0, 4.0], true),
    ] {
        let noise = Noise {
            sigma,
            left: if tenth { 0.5 } else { 0.0 },
            ..WHITE
        };
        let lumas = [80.0, 150.0];
        let entry = as_read(&fitted(&noise, &lumas, 5));
        assert_same("white", &noise, &entry, &lumas);
        // White noise predicts nothing.
        let most = entry.coefficients[0].iter().map(|c| c.abs()).max().unwrap();
        assert!(most * 20 < 1 << entry.shape[1], "{entry:?}");
    }
}

#[test]
fn grain_depends_on_luma_as_what_was_taken() {
    let noise = Noise {
        sigma: |luma| [3.0 + luma / 20.0, 2.0 + luma / 40.0, 8.0 - luma / 40.0],
        ..WHITE
    };
    let lumas = [40.0, 75.0, 110.0, 145.0, 180.0, 208.0];
    let entry = as_read(&fitted(&noise, &lumas, 16));
    assert_same("curve", &noise, &entry, &lumas);
}

#[test]
fn grain_is_as_coarse_as_what_was_taken() {
    let noise = Noise {
        coarse: true,
        ..WHITE
    };
    let entry = as_read(&fitted(&noise, &[100.0], 14));
    assert_same("coarse", &noise, &entry, &[100.0]);
    let found = grain(&entry, 100.0, 20, &mut Random(3));
    // Correlations of weights 1, 2, 1: 2/3 beside, 4/9 diagonally, 1/6 two beside.
    for (dx, dy, wanted) in [
        (1, 0, 0.667),
        (0, 1, 0.667),
        (1, 1, 0.444),
        (2, 0, 0.167),
        (0, 2, 0.167),
    ] {
        // A prediction from three rows is not quite that of these weights; and of chroma there is less to measure.
        for (rows, tolerance) in found.iter().zip([0.1, 0.12, 0.12]) {
            let share = product(rows, dx, dy) / product(rows, 0, 0);
            assert!((share - wanted).abs() < tolerance, "{dx} {dy}: {share}");
        }
    }
}

#[test]
fn chroma_grain_follows_luma_grain_as_what_was_taken() {
    let noise = Noise {
        shared: 0.7,
        ..WHITE
    };
    let entry = as_read(&fitted(&noise, &[100.0], 14));
    assert_same("shared", &noise, &entry, &[100.0]);
    let [luma, u, v] = grain(&entry, 100.0, 20, &mut Random(3));
    let with_luma = |rows: &[Vec<i32>]| {
        let mut sum = 0.0;
        for (y, row) in rows.iter().enumerate() {
            for (x, grain) in row.iter().enumerate() {
                let four = luma[2 * y][2 * x]
                    + luma[2 * y][2 * x + 1]
                    + luma[2 * y + 1][2 * x]
                    + luma[2 * y + 1][2 * x + 1];
                sum += f64::from(four * grain);
            }
        }
        // Four numbers of deviation 1 add up to a deviation of 2.
        sum / (rows.len() * rows[0].len()) as f64 / (2.0 * deviation(&luma) * deviation(rows))
    };
    let (u, v) = (with_luma(&u), with_luma(&v));
    assert!((u - 0.7).abs() < 0.08, "{u}");
    assert!(v.abs() < 0.08, "{v}");
}

#[test]
fn black_bars_get_no_grain() {
    let mut random = Random(11);
    let (mut gauge, mut tally) = (Gauge::default(), Tally::default());
    let mut sample = sample(&WHITE, &[16.0, 30.0, 100.0, 30.0], &mut random);
    for site in sample.sites.iter_mut().step_by(4) {
        for (patch, level) in site.iter_mut().zip([16.0, 128.0, 128.0]) {
            patch.noisy.fill(level);
            patch.clean.fill(level);
        }
    }
    gauge.measure(&sample, &Tally::default(), &mut tally);
    let entry = as_read(&GrainParams::fitted(&tally, 1.0, (1, 1)));
    for luma in [15.0, 16.0, 17.0] {
        let found = grain(&entry, luma, 1, &mut random);
        assert!(
            found.iter().flatten().flatten().all(|grain| *grain == 0),
            "{luma}"
        );
    }
    assert_same("beside bars", &WHITE, &entry, &[22.0, 30.0, 100.0]);
}

#[test]
fn without_noise_there_is_no_grain() {
    let noise = Noise {
        sigma: |_| [0.0; 3],
        ..WHITE
    };
    let params = fitted(&noise, &[60.0, 200.0], 5);
    assert!(!params.has_grain(), "{params:?}");
    assert!(!as_read(&params).applies);
}

#[test]
fn the_leader_is_an_entry_of_no_time_and_fixed_size() {
    let params = fitted(&WHITE, &[100.0], 3);
    let text = leader(&params);
    assert_eq!(text.len(), LEADER_BYTES);
    let period = Period { start: 0, end: 0 };
    let parsed = |text: &str| parse(&format!("{HEADER}{text}"));
    assert_eq!(parsed(&text), parsed(&entry(period, &params)));
}
