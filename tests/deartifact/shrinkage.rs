//! Shrinkage of blocks by curves, against twins.

use gstwgpu::deartifact::Preset;
use gstwgpu::deartifact::analysis::MODEL_BYTES;
use gstwgpu::deartifact::classical::Classical;
use gstwgpu::deartifact::shrinkage::{
    SHRINK_FIRST, SHRINK_ONCE, SHRINK_SECOND, Shrink, ShrinkParams, ShrinkStep, Shrinkage,
};
use gstwgpu::gpu::{AdapterSelector, Gpu, StorageBuffer};

use gstwgpu::picture::planes::{PictureShape, Planes};

use crate::picture::rig::{
    SIZES, assert_same, gray, planes, read_component, submit, subsampled, texture, values, write,
};
use crate::picture::spatial::{Blocked, TOLERANCE, assert_blocks, buffers};
use crate::reference::curve::Damage;
use crate::reference::samples::Samples;
use crate::reference::{shrink_first, shrink_once, shrink_second};

/// Thresholds and kinds of codec.
const DAMAGES: [Damage; 3] = [
    Damage {
        threshold: 6.0,
        blocked: 0.0,
    },
    Damage {
        threshold: 14.0,
        blocked: 0.3,
    },
    Damage {
        threshold: 22.0,
        blocked: 1.0,
    },
];
const GAIN: f32 = 0.75;
const WANTED: f32 = 0.8;

fn model(damage: Damage) -> StorageBuffer {
    let model = StorageBuffer::new(&crate::gpu::gpu(), "model", MODEL_BYTES);
    let mut fields = [0.0f32; MODEL_BYTES as usize / 4];
    fields[10] = damage.threshold as f32;
    fields[15] = WANTED;
    fields[16] = damage.blocked as f32;
    write(&model, bytemuck::cast_slice(&fields));
    model
}

fn params(size: (u32, u32)) -> ShrinkParams {
    ShrinkParams {
        parts: gray(size).whole().params(),
        luma_gain: GAIN,
        chroma_gain: 0.0,
    }
}

/// The damage model with the factor on the threshold.
fn eased(damage: Damage) -> Damage {
    Damage {
        threshold: damage.threshold * f64::from(GAIN),
        ..damage
    }
}

fn cases() -> impl Iterator<Item = ((u32, u32), Damage)> {
    SIZES
        .into_iter()
        .flat_map(|size| DAMAGES.map(|damage| (size, damage)))
}

#[test]
fn blocks_shrunk_once_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&SHRINK_ONCE).unwrap();
    for (size, damage) in cases() {
        let picture = texture(size, 12.0, 3);
        let plane = values(size, &picture);
        let blocked = Blocked::quincunx(size);
        let (blocks, weights) = buffers(blocked.places.len());
        let model = model(damage);
        let bindings = [
            ("planes", (&plane.buffer).into()),
            ("model", (&model).into()),
            ("blocks", (&blocks).into()),
            ("weights", (&weights).into()),
        ];
        let params = params(size);
        submit(|r| r.filled(&kernel, &bindings, &params, blocked.count));
        let wanted = f64::from(WANTED);
        let one = |x, y| shrink_once::shrink(&picture, eased(damage), wanted, (x, y));
        let what = format!("{size:?} {}", damage.threshold);
        assert_blocks(&what, &blocks, &weights, &blocked.each(one));
    }
}

#[test]
fn blocks_shrunk_first_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&SHRINK_FIRST).unwrap();
    for (size, damage) in cases() {
        let picture = texture(size, 12.0, 4);
        let plane = values(size, &picture);
        let blocked = Blocked::lattice(size, (0, 0));
        let (blocks, weights) = buffers(blocked.places.len());
        let model = model(damage);
        let bindings = [
            ("planes", (&plane.buffer).into()),
            ("model", (&model).into()),
            ("blocks", (&blocks).into()),
            ("weights", (&weights).into()),
        ];
        let params = params(size);
        submit(|r| r.filled(&kernel, &bindings, &params, blocked.count));
        let one = |x, y| shrink_first::shrink(&picture, eased(damage), (x, y));
        let what = format!("{size:?} {}", damage.threshold);
        assert_blocks(&what, &blocks, &weights, &blocked.each(one));
    }
}

#[test]
fn blocks_shrunk_again_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&SHRINK_SECOND).unwrap();
    for (size, damage) in cases() {
        let pictures = [texture(size, 12.0, 5), texture(size, 9.0, 6)];
        let [plane, pilot] = [0, 1].map(|at: usize| values(size, &pictures[at]));
        let blocked = Blocked::lattice(size, (2, 2));
        let (blocks, weights) = buffers(blocked.places.len());
        let model = model(damage);
        let bindings = [
            ("planes", (&plane.buffer).into()),
            ("pilot", (&pilot.buffer).into()),
            ("model", (&model).into()),
            ("blocks", (&blocks).into()),
            ("weights", (&weights).into()),
        ];
        let params = params(size);
        submit(|r| r.filled(&kernel, &bindings, &params, blocked.count));
        let (both, wanted) = ([&pictures[0], &pictures[1]], f64::from(WANTED));
        let one = |x, y| shrink_second::shrink(both, eased(damage), wanted, (x, y));
        let what = format!("{size:?} {}", damage.threshold);
        assert_blocks(&what, &blocks, &weights, &blocked.each(one));
    }
}

/// All steps, in tiles or block by block.
fn steps(in_tiles: bool) -> [Shrinkage; 3] {
    let gpu = crate::gpu::gpu();
    [ShrinkStep::Once, ShrinkStep::First, ShrinkStep::Second]
        .map(|step| Shrinkage::with_tiles(&gpu, step, in_tiles).unwrap())
}

/// Whole shrinkage steps, from a picture to a picture: block by block, and in tiles as on GPUs.
#[test]
fn shrinkages_match_their_twins() {
    let gpu = crate::gpu::gpu();
    for in_tiles in [false, true] {
        let [once, first, second] = steps(in_tiles);
        for (size, damage) in cases() {
            let pictures = [texture(size, 12.0, 7), texture(size, 9.0, 8)];
            let shape = gray(size);
            let [plane, pilot] = [0, 1].map(|at| planes(shape, &pictures[at..=at]));
            let output = Planes::values(&gpu, "test", shape);
            let (model, blocks) = (model(damage), once.blocks(&gpu, &shape));
            let work = Shrink {
                model: &model,
                gains: [GAIN; 2],
                planes: &plane,
                pilot: None,
                blocks: &blocks,
                output: &output,
            };
            let (eased, wanted) = (eased(damage), f64::from(WANTED));
            let check = |what: &str, blocked: Blocked, shrunk: Vec<_>| {
                let (wanted, _) = blocked.merge(&shrunk, size);
                let what = format!("{size:?} {} {what} in tiles {in_tiles}", damage.threshold);
                assert_same(
                    &what,
                    &read_component(&output, 0),
                    &wanted,
                    2.0 * TOLERANCE,
                    &[],
                );
            };
            submit(|r| once.record(r, work));
            let blocked = Blocked::quincunx(size);
            let shrunk =
                blocked.each(|x, y| shrink_once::shrink(&pictures[0], eased, wanted, (x, y)));
            check("once", blocked, shrunk);
            submit(|r| first.record(r, work));
            let blocked = Blocked::lattice(size, (0, 0));
            let shrunk = blocked.each(|x, y| shrink_first::shrink(&pictures[0], eased, (x, y)));
            check("first", blocked, shrunk);
            let piloted = Shrink {
                pilot: Some(&pilot),
                ..work
            };
            submit(|r| second.record(r, piloted));
            let blocked = Blocked::lattice(size, (2, 2));
            let both = [&pictures[0], &pictures[1]];
            let shrunk = blocked.each(|x, y| shrink_second::shrink(both, eased, wanted, (x, y)));
            check("second", blocked, shrunk);
        }
    }
}

/// Output of the weaker shrinkage, or of both stronger ones, in tiles.
fn in_tiles(shape: PictureShape, pictures: &[Samples], gains: [f32; 2]) -> [Vec<Samples>; 2] {
    let gpu = crate::gpu::gpu();
    let [step_once, first, second] = steps(true);
    let (plane, blocks) = (planes(shape, pictures), first.blocks(&gpu, &shape));
    let [once, pilot, output] = [(); 3].map(|()| Planes::values(&gpu, "test", shape));
    let model = model(DAMAGES[1]);
    let to = |output| Shrink {
        model: &model,
        gains,
        planes: &plane,
        pilot: None,
        blocks: &blocks,
        output,
    };
    submit(|r| {
        step_once.record(r, to(&once))?;
        first.record(r, to(&pilot))?;
        let pilot = Some(&pilot);
        second.record(
            r,
            Shrink {
                pilot,
                ..to(&output)
            },
        )
    });
    [once, output].map(|planes| {
        let components = 0..shape.components();
        components.map(|c| read_component(&planes, c)).collect()
    })
}

/// Pictures of Y, U and V.
fn pictures(shape: &PictureShape) -> [Samples; 3] {
    [0, 1, 2].map(|c| texture(shape.size(c), 12.0, 20 + c as u64))
}

/// Output of all shrinkages in tiles.
pub fn outputs_in_tiles() -> Vec<u8> {
    let shapes = SIZES.map(|size| subsampled(size, true));
    let made = shapes.map(|shape| in_tiles(shape, &pictures(&shape), [1.0, 0.6]).concat());
    let samples = made.iter().flatten().map(|samples| &samples.data);
    samples
        .flat_map(|data| bytemuck::cast_slice(data).to_vec())
        .collect()
}

/// In tiles, one dispatch for Y, U and V gives the same as each component alone, with its own gain.
#[test]
fn components_in_tiles_do_not_mix() {
    for (size, joined) in SIZES
        .into_iter()
        .flat_map(|size| [(size, true), (size, false)])
    {
        let shape = subsampled(size, joined);
        let pictures = pictures(&shape);
        let together = in_tiles(shape, &pictures, [1.0, 0.6]);
        for component in 0..3 {
            let gain = if component == 0 { 1.0 } else { 0.6 };
            let alone = &pictures[component..=component];
            let alone = in_tiles(gray(shape.size(component)), alone, [gain; 2]);
            let what = format!("{size:?} joined {joined} component {component}");
            for (together, alone) in together.iter().zip(&alone) {
                assert_same(&what, &together[component], &alone[0], 0.0, &[]);
            }
        }
    }
}

/// A preset compiles the steps that it takes, and what merges their blocks.
#[test]
fn presets_compile_their_own_steps_alone() {
    let fast = ["deartifact/shrink_once", "picture/quincunx_merge"];
    let balanced = [
        "deartifact/shrink_first",
        "deartifact/shrink_second",
        "picture/block_merge",
    ];
    let fast_tile = ["deartifact/shrink_once_tile"];
    let balanced_tile = [
        "deartifact/shrink_first_tile",
        "deartifact/shrink_second_tile",
    ];
    for (preset, by_blocks, in_tiles) in [
        (Preset::Fast, &fast[..], &fast_tile[..]),
        (Preset::Balanced, &balanced, &balanced_tile),
    ] {
        let gpu = Gpu::open(&AdapterSelector::Auto).unwrap();
        Classical::new(&gpu, gray((64, 48)), preset, 1.0).unwrap();
        let names = gpu.kernel_names().into_iter();
        let steps = names.filter(|name| name.contains("shrink") || name.ends_with("merge"));
        let wanted = if gpu.is_software() {
            by_blocks
        } else {
            in_tiles
        };
        assert_eq!(steps.collect::<Vec<_>>(), wanted, "{preset:?}");
    }
}
