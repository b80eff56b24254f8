//! The noise estimator against its twin in plain loops, and against noise of known strength.

use gstwgpu::denoise::Settings;
use gstwgpu::denoise::noise_passes::{NOISE_CELLS, NOISE_MODEL, NOISE_SITES, NoiseCellsParams};
use gstwgpu::denoise::temporal::NOISE_BYTES;
use gstwgpu::gpu::{StorageBuffer, Subsampling};

use super::noise_rig::{
    Random, assert_close, clip, compare_with_twin, estimate, estimator, layout, on_gpu, read, run,
    wait_for,
};
use crate::picture::rig::submit;
use crate::reference::noise_cells::cells;

#[test]
fn the_parameters_are_those_of_the_shaders() {
    for spec in [&NOISE_CELLS, &NOISE_SITES, &NOISE_MODEL] {
        spec.load().unwrap();
    }
}

#[test]
fn the_model_is_as_large_as_the_shader_says() {
    let (text, _) = NOISE_MODEL.load().unwrap();
    let module = naga::front::wgsl::parse_str(&text).unwrap();
    let found = module
        .types
        .iter()
        .find(|(_, t)| t.name.as_deref() == Some("NoiseModel"));
    let (_, model) = found.unwrap();
    let size = model.inner.size(module.to_ctx());
    assert_eq!(u64::from(size), NOISE_BYTES);
}

#[test]
fn the_reader_fits_the_model() {
    let text = [
        include_str!("../../shaders/shared/noise_model.wgsl"),
        include_str!("../../shaders/picture/shared/noise_read.wgsl"),
        "@group(0) @binding(0) var<storage, read> noise: NoiseModel;",
        "@group(0) @binding(1) var<storage, read_write> found: array<vec4f>;",
        "@compute @workgroup_size(1) fn main() {
            found[0] = vec4f(luma_variance(20.0), chroma_variance_at(20.0), 0.0);
        }",
    ];
    naga::front::wgsl::parse_str(&text.join("\n")).unwrap();
}

#[test]
fn cells_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let layout = layout(77, 43, Subsampling::S420);
    let mut pictures = clip(&layout, 2, &|_| 30.0);
    // One cell of a single value.
    for at in 0..64 {
        pictures[0][0].data[(16 + at / 8) * 77 + 24 + at % 8] = 90.0;
    }
    let [now, before] = [0, 1].map(|at: usize| on_gpu(&pictures[at]));
    let buffer = |label, cells: u64, bytes: u64| StorageBuffer::new(&gpu, label, cells * bytes);
    let moments = [buffer("moments", 45, 16), buffer("moments", 16, 16)];
    let flags = [buffer("flags", 45, 16), buffer("flags", 16, 16)];
    let part = now.shape().whole();
    let bindings = [
        ("now", now.part(&part)),
        ("before", before.part(&part)),
        ("luma_moments", (&moments[0]).into()),
        ("luma_flags", (&flags[0]).into()),
        ("chroma_moments", (&moments[1]).into()),
        ("chroma_flags", (&flags[1]).into()),
    ];
    let params = NoiseCellsParams {
        parts: part.params(),
        luma_step: 1,
        luma_side: 3,
        chroma_step: 1,
        chroma_side: 2,
        low: 0.5,
        high: 254.5,
    };
    let sizes = part.grids(|(width, height), _| (width / 8, height / 8));
    let kernel = gpu.kernel(&NOISE_CELLS).unwrap();
    submit(|r| r.parts(&kernel, &bindings, &params, &sizes));
    for (component, (now, before)) in pictures[0].iter().zip(&pictures[1]).enumerate() {
        let wanted = cells(now, before, 255.0);
        let of_chroma = usize::from(component > 0);
        let first = if component == 2 { wanted.len() } else { 0 };
        let moments: Vec<[f32; 4]> = bytemuck::pod_collect_to_vec(&read(&moments[of_chroma]));
        let flags: Vec<[u32; 4]> = bytemuck::pod_collect_to_vec(&read(&flags[of_chroma]));
        assert_eq!(wanted.len(), if component == 0 { 45 } else { 8 });
        for (index, cell) in wanted.iter().enumerate() {
            let at = index + first;
            assert_close("temporal", f64::from(moments[at][0]), cell.temporal, 1e-4);
            assert_close("spatial", f64::from(moments[at][1]), cell.spatial, 1e-4);
            assert_close("contrast", f64::from(moments[at][2]), cell.contrast, 1e-4);
            assert_close("sum", f64::from(moments[at][3]), cell.sum, 1e-6);
            let marks = u32::from(cell.changed) << 16 | u32::from(cell.dead) << 24;
            assert_eq!(
                flags[at],
                [
                    cell.clipped as u32 | marks,
                    (cell.plain | cell.still << 16) as u32,
                    16 * cell.across as u32,
                    16 * cell.down as u32,
                ],
                "{component} {index}"
            );
        }
        let dead = wanted.iter().filter(|cell| cell.dead).count();
        assert_eq!(dead, usize::from(component == 0));
    }
}

#[test]
fn the_model_follows_its_twin() {
    // Large enough for sites that lie further apart once the model is settled.
    let layout = layout(328, 248, Subsampling::S420);
    compare_with_twin(&layout, &clip(&layout, 11, &|y| 2.0 + y / 20.0));
}

#[test]
fn a_jump_of_the_noise_follows_its_twin() {
    let layout = layout(168, 120, Subsampling::S422);
    let mut pictures = clip(&layout, 5, &|_| 4.0);
    pictures.extend(clip(&layout, 4, &|_| 16.0));
    pictures.extend(clip(&layout, 4, &|_| 0.0));
    compare_with_twin(&layout, &pictures);
}

#[test]
fn bars_and_captions_follow_their_twin() {
    let layout = layout(328, 248, Subsampling::S420);
    let mut pictures = clip(&layout, 4, &|_| 8.0);
    for frame in &mut pictures {
        for (plane, scale) in frame.iter_mut().zip([1, 2, 2]) {
            let width = plane.width;
            for (at, sample) in plane.data.iter_mut().enumerate() {
                let (x, y) = (at % width * scale, at / width * scale);
                if !(44..200).contains(&y) {
                    *sample = 16.0;
                } else if x > 180 && y > 140 {
                    *sample = 120.0;
                }
            }
        }
    }
    compare_with_twin(&layout, &pictures);
}

#[test]
fn duplicates_follow_their_twin() {
    let layout = layout(168, 120, Subsampling::S444);
    let mut pictures = clip(&layout, 3, &|_| 12.0);
    // Twice the same, then as a coder would repeat it: a little is different.
    pictures.push(pictures[2].clone());
    pictures.push(pictures[2].clone());
    let mut random = Random(3);
    for _ in 0..3 {
        let mut frame = pictures[2].clone();
        for sample in frame.iter_mut().flat_map(|plane| &mut plane.data) {
            *sample = (*sample + random.gauss()).round().clamp(0.0, 255.0);
        }
        pictures.push(frame);
    }
    compare_with_twin(&layout, &pictures);
    let models = estimate(&layout, &pictures);
    for (t, model) in models.iter().enumerate() {
        assert_close(&format!("frame {t}"), f64::from(model.sigma[0]), 12.0, 0.1);
    }
}

#[test]
fn known_noise_is_found() {
    for subsampling in [Subsampling::S420, Subsampling::S422, Subsampling::S444] {
        let layout = layout(320, 192, subsampling);
        for sigma in [5.0, 20.0, 40.0] {
            let models = estimate(&layout, &clip(&layout, 4, &|_| sigma));
            for (t, model) in models.iter().enumerate() {
                for (plane, found) in model.sigma.iter().enumerate() {
                    let what = format!("{subsampling:?} frame {t} plane {plane}");
                    assert_close(&what, f64::from(*found), sigma, 0.1);
                }
            }
        }
    }
}

#[test]
fn a_curve_over_luma_is_found() {
    let layout = layout(640, 360, Subsampling::Gray);
    // As of a sensor: the variance grows with light.
    let sigma = |y: f64| (4.0 + 0.6 * y).sqrt();
    let models = estimate(&layout, &clip(&layout, 6, &sigma));
    for bin in 3..12 {
        let truth = sigma(16.0 * bin as f64 + 8.0);
        let found = f64::from(models[5].curves[0][bin].sqrt());
        assert_close(&format!("bin {bin}"), found, truth, 0.12);
    }
}

#[test]
fn noise_that_does_not_depend_on_luma_gets_a_flat_curve() {
    let layout = layout(640, 360, Subsampling::Gray);
    let models = estimate(&layout, &clip(&layout, 4, &|_| 10.0));
    let curve = models[3].curves[0];
    for (bin, variance) in curve.iter().enumerate() {
        // Single precision, and a blend of two equal values.
        assert_close(
            &format!("bin {bin}"),
            (*variance).into(),
            curve[0].into(),
            1e-4,
        );
    }
}

#[test]
fn a_clean_picture_has_no_noise() {
    let layout = layout(320, 192, Subsampling::S420);
    for model in estimate(&layout, &clip(&layout, 3, &|_| 0.0)) {
        assert!(model.sigma.iter().all(|sigma| *sigma < 0.5), "{model:?}");
    }
}

#[test]
fn any_size_gives_finite_numbers() {
    use Subsampling::{Gray, S420, S422, S444};
    for (width, height) in [
        (1, 1),
        (7, 9),
        (8, 8),
        (9, 16),
        (24, 17),
        (2048, 8),
        (8, 2048),
    ] {
        for subsampling in [Gray, S420, S422, S444] {
            let layout = layout(width, height, subsampling);
            for model in estimate(&layout, &clip(&layout, 3, &|_| 10.0)) {
                let all = model.curves.as_flattened().iter().chain(&model.sigma);
                for value in all.chain(&model.mean) {
                    assert!((0.0..1000.0).contains(value), "{width}x{height} {model:?}");
                }
            }
        }
    }
}

#[test]
fn an_operator_overrides_and_scales_what_filters_read() {
    let layout = layout(160, 120, Subsampling::S420);
    let clip = clip(&layout, 2, &|_| 10.0);
    let plain = estimate(&layout, &clip);
    let settings = Settings {
        strength: 2.0,
        chroma_strength: 0.5,
        ..Settings::default()
    };
    let scaled = run(&mut estimator(&layout), &clip, &settings);
    assert_eq!(scaled[1].sigma, plain[1].sigma);
    let settings = Settings {
        sigma: 3.0,
        ..settings
    };
    let given = run(&mut estimator(&layout), &clip, &settings);
    assert_eq!(given[1].sigma, plain[1].sigma);
    for k in 0..16 {
        for (plane, factor) in [4.0, 1.0, 1.0].into_iter().enumerate() {
            assert_eq!(
                scaled[1].curves[plane][k],
                plain[1].curves[plane][k] * factor
            );
            assert_eq!(given[1].curves[plane][k], 9.0 * factor);
        }
    }
    assert_eq!(given[1].mean, [36.0, 9.0, 9.0]);
}

#[test]
fn a_floor_holds_where_less_is_found() {
    let layout = layout(160, 120, Subsampling::S420);
    let clip = clip(&layout, 2, &|y| if y < 120.0 { 1.0 } else { 10.0 });
    let plain = estimate(&layout, &clip);
    let settings = Settings {
        strength: 2.0,
        floor: [4.0, 6.0],
        ..Settings::default()
    };
    let held = run(&mut estimator(&layout), &clip, &settings);
    assert_eq!(held[1].sigma, plain[1].sigma);
    for (plane, floor) in [16.0, 36.0, 36.0].into_iter().enumerate() {
        assert_eq!(held[1].mean[plane], 4.0 * plain[1].mean[plane].max(floor));
        for k in 0..16 {
            let wanted = 4.0 * plain[1].curves[plane][k].max(floor);
            assert_eq!(held[1].curves[plane][k], wanted, "{plane} {k}");
        }
    }
    let given = Settings {
        sigma: 3.0,
        ..settings
    };
    let given = run(&mut estimator(&layout), &clip, &given);
    assert_eq!(given[1].mean, [36.0; 3]);
}

#[test]
fn after_a_reset_nothing_of_the_past_remains() {
    let layout = layout(160, 120, Subsampling::S420);
    let (old, new) = (clip(&layout, 3, &|_| 30.0), clip(&layout, 3, &|_| 5.0));
    let mut used = estimator(&layout);
    run(&mut used, &old, &Settings::default());
    used.reset();
    let models = run(&mut used, &new, &Settings::default());
    assert_eq!(models, estimate(&layout, &new));
}

#[test]
fn statistics_come_back_without_waiting() {
    let layout = layout(160, 120, Subsampling::S420);
    let mut estimator = estimator(&layout);
    assert_eq!(estimator.stats(), None);
    let models = run(
        &mut estimator,
        &clip(&layout, 2, &|_| 10.0),
        &Settings::default(),
    );
    let stats = wait_for(|| estimator.stats());
    assert!(models.iter().any(|model| model.sigma == stats.sigma));
    estimator.reset();
    assert_eq!(estimator.stats(), None);
}
