//! Passes against their twins.

use gstwgpu::gpu::StorageBuffer;
use gstwgpu::picture::planes::{PictureShape, Planes};
use gstwgpu::tone::apply::{APPLY, ApplyParams};
use gstwgpu::tone::levels::{Levels, Siting};
use gstwgpu::tone::measure::{
    MEASURE, MODEL_BYTES, MeasureParams, SCENE_BYTES, TILES, TILES_BYTES, ToneModel,
};

use crate::denoise::noise_rig::{Random, read};
use crate::picture::rig::{
    SIZES, STEP, assert_same, filled, gray, held, planes, read_component, submit, subsampled,
    texture, write,
};
use crate::reference::samples::Samples;
use crate::reference::tone::Meaning;
use crate::reference::tone::apply::apply;
use crate::reference::tone::measure::measure;
use crate::reference::tone::steady::{Applied, Steady, Wishes};

const LIMITED: [f64; 3] = [16.0, 235.0, 224.0];
const FULL: [f64; 3] = [0.0, 255.0, 255.0];

fn shape(size: (u32, u32), shifts: (u32, u32)) -> PictureShape {
    PictureShape {
        chroma: Some((
            size.0.div_ceil(1 << shifts.0),
            size.1.div_ceil(1 << shifts.1),
        )),
        shifts,
        ..subsampled(size, true)
    }
}

/// Luma with edges, and chroma around grey.
fn components(shape: &PictureShape, seed: u64) -> Vec<Samples> {
    let mut all = vec![texture(shape.luma, 8.0, seed)];
    let mut random = Random(seed + 40);
    for _ in 1..shape.components() {
        all.push(Samples::from_fn(filled(shape.size(1)), |_, _| {
            held(131.0 + 6.0 * random.gauss())
        }));
    }
    all
}

fn meaning(shape: &PictureShape, codes: [f64; 3], fields: bool) -> Meaning {
    Meaning {
        codes,
        weights: [0.2126, 0.0722],
        shifts: (shape.shifts.0 as usize, shape.shifts.1 as usize),
        fields,
    }
}

fn levels(meaning: &Meaning) -> (Levels, Siting) {
    let [black, white, span] = meaning.codes;
    let levels = Levels {
        black: black as f32,
        luma_scale: (1.0 / (white - black)) as f32,
        chroma_scale: (1.0 / span) as f32,
        weight_red: meaning.weights[0] as f32,
        weight_blue: meaning.weights[1] as f32,
    };
    let siting = Siting {
        shift_x: meaning.shifts.0 as u32,
        shift_y: meaning.shifts.1 as u32,
        fields: u32::from(meaning.fields),
    };
    (levels, siting)
}

fn sized((width, height): (u32, u32)) -> (usize, usize) {
    (width as usize, height as usize)
}

fn model_of(buffer: &StorageBuffer) -> ToneModel {
    bytemuck::pod_read_unaligned(&read(buffer)[..MODEL_BYTES as usize])
}

/// Pictures of one stream: some alike, one of another scene.
fn compare_over_time(shape: PictureShape, meaning: Meaning, factors: [f64; 3]) {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&MEASURE).unwrap();
    let [tiles, done, scene, model] = [TILES_BYTES, 4, SCENE_BYTES, MODEL_BYTES]
        .map(|bytes| StorageBuffer::new(&gpu, "test", bytes));
    let part = shape.whole();
    let (levels, siting) = levels(&meaning);
    let wishes = Wishes {
        factors,
        pace: 0.2,
        most: 0.05,
        seconds: 0.8,
        weights: meaning.weights,
    };
    let mut twin = Steady::default();
    let lighter = |components: &[Samples], more: f64| -> Vec<Samples> {
        let mut all = components.to_vec();
        all[0].data.iter_mut().for_each(|v| *v = held(*v + more));
        all
    };
    let first = components(&shape, 5);
    let others = [
        lighter(&first, 9.0),
        lighter(&first, 8.0),
        lighter(&first, 7.0),
        lighter(&first, 90.0),
        lighter(&first, 85.0),
    ];
    for (number, picture) in [&first].into_iter().chain(&others).enumerate() {
        let planes = planes(shape, picture);
        let params = MeasureParams {
            parts: part.params(),
            levels,
            siting,
            exposure: factors[0] as f32,
            contrast: factors[1] as f32,
            white_balance: factors[2] as f32,
            pace: wishes.pace as f32,
            most: wishes.most as f32,
            seconds: wishes.seconds as f32,
            first: u32::from(number == 0),
        };
        let bindings = [
            ("planes", planes.part(&part)),
            ("tiles", (&tiles).into()),
            ("done", (&done).into()),
            ("scene", (&scene).into()),
            ("model", (&model).into()),
        ];
        let bytes = bytemuck::bytes_of(&params);
        submit(|r| r.dispatch(&kernel, &bindings, bytes, [TILES, 1, 1]));
        let wanted = measure(picture, sized(shape.luma), &meaning);
        twin.take(&wanted, &wishes);
        let what = format!("{shape:?} {number}");
        compare_words(&what, &read(&tiles), &wanted);
        compare_models(&what, &model_of(&model), &twin, &twin.applied(&wishes));
        assert_eq!(read(&done)[..4], [0; 4], "ready for the next pass");
    }
}

fn compare_words(what: &str, bytes: &[u8], wanted: &crate::reference::tone::measure::Found) {
    let words: Vec<u32> = bytemuck::pod_collect_to_vec(&bytes[..TILES_BYTES as usize]);
    let tiles: Vec<&[u32]> = words.chunks(83).collect();
    for (bin, wanted) in wanted.bins.iter().enumerate() {
        let found: u32 = tiles.iter().map(|tile| tile[bin]).sum();
        assert_eq!(f64::from(found), *wanted, "{what}: bin {bin}");
    }
    for (index, wanted) in wanted.sums.iter().flatten().enumerate() {
        let sum: i64 = tiles
            .iter()
            .map(|tile| i64::from(tile[64 + index] as i32))
            .sum();
        let found = sum as f64 / 65536.0;
        assert!(
            (found - wanted).abs() < 0.03,
            "{what}: sum {index}: {found}, wanted {wanted}"
        );
    }
}

fn compare_models(what: &str, found: &ToneModel, twin: &Steady, applied: &Applied) {
    let now = &twin.now;
    let pairs = [
        ("exposure", found.exposure, now.exposure),
        ("lift", found.lift, now.lift),
        ("red", found.red, now.cast[0]),
        ("blue", found.blue, now.cast[1]),
        ("peak", found.peak, now.peak),
        ("cut", found.cut, f64::from(u8::from(twin.cut))),
        ("cuts", found.cuts, f64::from(twin.cuts)),
        ("black", found.black, applied.black),
        ("gain", found.gain, applied.gain),
        ("gain red", found.gain_red, applied.gains[0]),
        ("gain green", found.gain_green, applied.gains[1]),
        ("gain blue", found.gain_blue, applied.gains[2]),
        ("top", found.top, applied.top),
    ];
    for (name, found, wanted) in pairs {
        let far = (f64::from(found) - wanted).abs();
        assert!(far < 2e-3, "{what}: {name}: {found}, wanted {wanted}");
    }
}

#[test]
fn measuring_matches_its_twin() {
    for (index, size) in SIZES.into_iter().enumerate() {
        let shifts = [(1, 1), (1, 0), (0, 0), (2, 0)][index % 4];
        let shape = shape(size, shifts);
        let fields = index % 2 == 1 && size.1 > 4;
        compare_over_time(shape, meaning(&shape, LIMITED, fields), [1.0, 1.0, 1.0]);
        compare_over_time(shape, meaning(&shape, FULL, false), [0.5, 1.5, 2.0]);
        let gray = gray(size);
        compare_over_time(gray, meaning(&gray, LIMITED, false), [1.0, 1.0, 1.0]);
    }
}

#[test]
fn rows_of_large_pictures_are_sampled() {
    // A tile has 20 by 80 quads, more than are read of it.
    let shape = shape((1280, 720), (1, 1));
    compare_over_time(shape, meaning(&shape, LIMITED, false), [1.0; 3]);
}

fn model_buffer(applied: &Applied) -> StorageBuffer {
    let buffer = StorageBuffer::new(&crate::gpu::gpu(), "test", MODEL_BYTES);
    let model = ToneModel {
        black: applied.black as f32,
        gain: applied.gain as f32,
        gain_red: applied.gains[0] as f32,
        gain_green: applied.gains[1] as f32,
        gain_blue: applied.gains[2] as f32,
        top: applied.top as f32,
        ..bytemuck::Zeroable::zeroed()
    };
    write(&buffer, bytemuck::bytes_of(&model));
    buffer
}

/// Applied to a picture: all components.
fn applied(
    shape: PictureShape,
    picture: &[Samples],
    meaning: &Meaning,
    applied: &Applied,
) -> Planes {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&APPLY).unwrap();
    let part = shape.whole();
    let planes = planes(shape, picture);
    let corrected = Planes::values(&gpu, "test", shape);
    let model = model_buffer(applied);
    let bindings = [
        ("planes", planes.part(&part)),
        ("model", (&model).into()),
        ("corrected", corrected.part(&part)),
    ];
    let (levels, siting) = levels(meaning);
    let params = ApplyParams {
        parts: part.params(),
        levels,
        siting,
    };
    submit(|r| r.parts(&kernel, &bindings, &params, &part.quads()));
    corrected
}

#[test]
fn applying_matches_its_twin() {
    let cases = [
        (0.0, 1.0, [1.0, 1.0, 1.0], 1.0),
        (0.06, 2.4, [0.9, 1.01, 1.2], 1.6),
        (0.0, 0.6, [1.1, 0.98, 0.9], 1.0),
        (0.15, 1.2, [1.0, 1.0, 1.0], 1.0),
    ];
    for (size, shifts) in SIZES
        .into_iter()
        .flat_map(|s| [(1, 1), (1, 0), (0, 0), (2, 0), (2, 2)].map(|h| (s, h)))
    {
        let shape = shape(size, shifts);
        let picture = components(&shape, 8);
        for (index, (black, gain, gains, top)) in cases.into_iter().enumerate() {
            let weights = [0.2126, 0.7152, 0.0722];
            let grey: f64 = gains.iter().zip(weights).map(|(g, w)| g * w).sum();
            let gains = gains.map(|gain| gain / grey);
            let wanted = Applied {
                black,
                gain,
                gains,
                top,
            };
            let fields = index % 2 == 1 && shape.size(1).1.is_multiple_of(2);
            let meaning = meaning(&shape, if index == 2 { FULL } else { LIMITED }, fields);
            let found = applied(shape, &picture, &meaning, &wanted);
            let wanted = apply(&picture, sized(size), &meaning, &wanted);
            for (component, wanted) in wanted.iter().enumerate() {
                let found = read_component(&found, component);
                let what = format!("{size:?} {shifts:?} case {index} component {component}");
                let (width, height) = sized(shape.size(component));
                for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                    let far = (found.at(x, y) - wanted.at(x, y).clamp(-64.0, 447.0)).abs();
                    assert!(far < 1.5 * STEP, "{what} at {x}, {y}: {far}");
                }
            }
        }
    }
}

#[test]
fn without_need_nothing_changes() {
    let shape = shape((67, 45), (1, 1));
    let picture = components(&shape, 3);
    let none = Applied {
        black: 0.0,
        gain: 1.0,
        gains: [1.0; 3],
        top: 1.0,
    };
    let found = applied(shape, &picture, &meaning(&shape, LIMITED, false), &none);
    for (component, wanted) in picture.iter().enumerate() {
        assert_same(
            "unchanged",
            &read_component(&found, component),
            wanted,
            0.0,
            &[],
        );
    }
}
