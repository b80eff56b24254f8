//! Shrinkage of blocks and their merging, against twins.

use gstwgpu::denoise::planes::{PictureShape, Planes};
use gstwgpu::denoise::spatial::{Merge, Spatial, Step, Threshold};
use gstwgpu::denoise::temporal::{NOISE_BYTES, NoiseModel};
use gstwgpu::gpu::StorageBuffer;
use gstwgpu::gpu::kernel::Switches;
use gstwgpu::picture::block_merge::{
    AVERAGED, BLOCK_MERGE, BlockMergeParams, QUINCUNX_MERGE, QuincunxMergeParams,
};
use gstwgpu::picture::spatial_blocks::{
    DCT_THRESHOLD, DCT_WIENER, DctThresholdParams, DctWienerParams, STRIP, STRIP_BLOCKS,
};

use super::rig::{
    SIZES, STEP, assert_same, filled, gray, held, no_values, planes, read_component, read_values,
    state, states, submit, subsampled, texture, values, variances, write,
};
use crate::denoise::noise_rig::{Random, read};
use crate::reference::block_merge;
use crate::reference::dct_threshold::{Shrunk, threshold};
use crate::reference::dct_wiener::wiener;
use crate::reference::quincunx_merge;
use crate::reference::samples::{Samples, State};

/// Half a step of stored values, plus rounding of single precision in 64 terms of up to 2000.
pub const TOLERANCE: f64 = STEP / 2.0 + 0.002;

/// Placements of blocks, with their merge.
const MERGES: [Merge; 4] = [
    Merge::PLAIN,
    Merge::SHIFTED,
    Merge::averaged((0, 2), 1),
    Merge::averaged((2, 0), 3),
];

/// Placement of blocks on the GPU: number in a row, in a column, and distance of rows.
pub struct Blocked {
    pub places: Vec<(i64, i64)>,
    pub count: (u32, u32),
    pitch: u32,
}

impl Blocked {
    fn new(places: Vec<(i64, i64)>, pitch: u32) -> Self {
        // Rows begin anew where the left side does.
        let rows = places.iter().filter(|place| place.0 == places[0].0).count();
        Self {
            count: ((places.len() / rows) as u32, rows as u32),
            places,
            pitch,
        }
    }

    pub fn lattice(size: (u32, u32), offset: (u32, u32)) -> Self {
        let first = (-4 - i64::from(offset.0), -4 - i64::from(offset.1));
        Self::new(block_merge::places(filled(size), first), 4)
    }

    pub fn quincunx(size: (u32, u32)) -> Self {
        Self::new(quincunx_merge::places(filled(size)), 8)
    }

    pub fn each(&self, one: impl Fn(i64, i64) -> Shrunk) -> Vec<Shrunk> {
        let places = self.places.iter();
        places.map(|(left, top)| one(*left, *top)).collect()
    }

    pub fn merge(&self, blocks: &[Shrunk], size: (u32, u32)) -> (Samples, Vec<bool>) {
        block_merge::merge(blocks, filled(size), &self.places)
    }
}

/// Factors on the variance of the noise for frequencies across and down.
const SHAPE: [[f32; 8]; 2] = [
    [1.75, 1.5, 1.25, 1.0, 0.75, 0.5, 0.375, 0.25],
    [1.5, 1.375, 1.25, 1.125, 0.875, 0.75, 0.625, 0.5],
];

fn shape_twin() -> [[f64; 8]; 2] {
    SHAPE.map(|axis| axis.map(f64::from))
}

/// A noise model of that spectrum.
pub fn shaped_noise(shape: [[f32; 8]; 2]) -> StorageBuffer {
    let mut model: NoiseModel = bytemuck::Zeroable::zeroed();
    let shape: [f32; 16] = std::array::from_fn(|k| shape[k / 8][k % 8]);
    [model.shape_y, model.shape_u, model.shape_v] = [shape; 3];
    let buffer = StorageBuffer::new(&crate::gpu::gpu(), "noise model", NOISE_BYTES);
    write(&buffer, bytemuck::bytes_of(&model));
    buffer
}

/// A noisy state whose left part is black.
fn noisy(size: (u32, u32), seed: u64) -> State {
    let mut values = texture(size, 12.0, seed);
    let bright = 100.0;
    for at in (0..values.data.len()).filter(|at| at % values.width < 20) {
        values.data[at] = held((values.data[at] - bright) * 0.1);
    }
    // A few pixels have no noise.
    let mut variances = variances(size, 2.0, 14.0, seed + 1);
    let columns = variances.width;
    for (at, variance) in variances.data.iter_mut().enumerate() {
        if at % columns % 40 == 5 && at / columns < 20 {
            *variance = 0.0;
        }
    }
    State { values, variances }
}

/// Buffers for blocks and their weights.
pub fn buffers(count: usize) -> (StorageBuffer, StorageBuffer) {
    let gpu = crate::gpu::gpu();
    (
        StorageBuffer::new(&gpu, "blocks", count as u64 * 128),
        StorageBuffer::new(&gpu, "weights", count as u64 * 4),
    )
}

/// Index of a block's sample in the buffer: pairs of rows, the left halves of all four first.
fn slot(x: usize, y: usize) -> usize {
    (x / 4) * 32 + (y / 2) * 8 + (y % 2) * 4 + x % 4
}

pub fn assert_blocks(
    what: &str,
    blocks: &StorageBuffer,
    weights: &StorageBuffer,
    wanted: &[Shrunk],
) {
    let codes: Vec<u16> = bytemuck::pod_collect_to_vec(&read(blocks));
    let weights: Vec<f32> = bytemuck::pod_collect_to_vec(&read(weights));
    for (index, shrunk) in wanted.iter().enumerate().filter(|(_, s)| !s.doubtful) {
        let found = f64::from(weights[index]);
        assert!(
            (found / shrunk.weight - 1.0).abs() < 1e-3,
            "{what} weight {index}: {found}"
        );
        for (at, wanted) in shrunk.block.as_flattened().iter().enumerate() {
            let code = codes[index * 64 + slot(at % 8, at / 8)];
            let found = f64::from(code) / 128.0 - 64.0;
            let wanted = wanted.clamp(-64.0, 448.0 - STEP);
            assert!(
                (found - wanted).abs() < TOLERANCE,
                "{what} block {index} {at}: {found}, wanted {wanted}"
            );
        }
    }
    let doubtful = wanted.iter().filter(|s| s.doubtful).count();
    assert!(doubtful * 10 <= wanted.len(), "{doubtful} blocks left out");
}

#[test]
fn thresholded_blocks_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let lattices = SIZES.map(|size| (size, Blocked::lattice(size, (0, 0))));
    let quincunxes = SIZES.map(|size| (size, Blocked::quincunx(size)));
    for (size, blocked) in lattices.into_iter().chain(quincunxes) {
        let noisy = noisy(size, 3);
        let plane = state(size, &noisy);
        let count = blocked.count;
        let (blocks, weights) = buffers(blocked.places.len());
        let kernel = gpu.kernel(&DCT_THRESHOLD).unwrap();
        let noise = shaped_noise(SHAPE);
        let bindings = [
            ("state", (&plane.buffer).into()),
            ("blocks", (&blocks).into()),
            ("weights", (&weights).into()),
            ("noise", (&noise).into()),
        ];
        let params = DctThresholdParams {
            parts: gray(size).whole().params(),
            luma_quincunx: u32::from(blocked.pitch == 8),
            chroma_quincunx: 0,
            luma_threshold: 2.4,
            chroma_threshold: 0.0,
            luma_power: 0.75,
            chroma_power: 1.0,
        };
        submit(|r| r.filled(&kernel, &bindings, &params, count));
        let wanted = blocked.each(|left, top| threshold(&noisy, left, top, &shape_twin()));
        let what = format!("{size:?} pitch {}", blocked.pitch);
        assert_blocks(&what, &blocks, &weights, &wanted);
    }
}

#[test]
fn wiener_blocks_match_their_twin() {
    let all = SIZES
        .into_iter()
        .flat_map(|size| MERGES.map(|merge| (size, merge.offset)));
    for (size, offset) in all {
        let (noisy, pilot) = (noisy(size, 5), noisy(size, 8).values);
        let blocked = Blocked::lattice(size, offset);
        let wanted = blocked.each(|left, top| wiener(&noisy, &pilot, left, top, &shape_twin()));
        for (switches, strip) in [(&[] as Switches, 1), (STRIP, STRIP_BLOCKS)] {
            let (blocks, weights) =
                wiener_blocks(size, offset, (&noisy, &pilot), (switches, strip));
            let what = format!("{size:?} {offset:?} {switches:?}");
            assert_blocks(&what, &blocks, &weights, &wanted);
        }
    }
}

/// Blocks of a noisy picture and their weights, with this many blocks in an invocation.
fn wiener_blocks(
    size: (u32, u32),
    offset: (u32, u32),
    (noisy, pilot): (&State, &Samples),
    (switches, strip): (Switches, u32),
) -> (StorageBuffer, StorageBuffer) {
    let kernel = crate::gpu::gpu().variant(&DCT_WIENER, switches);
    let (plane, guess) = (state(size, noisy), values(size, pilot));
    let count = Blocked::lattice(size, offset).count;
    let (blocks, weights) = buffers((count.0 * count.1) as usize);
    let noise = shaped_noise(SHAPE);
    let bindings = [
        ("state", (&plane.buffer).into()),
        ("pilot", (&guess.buffer).into()),
        ("blocks", (&blocks).into()),
        ("weights", (&weights).into()),
        ("noise", (&noise).into()),
    ];
    let params = DctWienerParams {
        parts: gray(size).whole().params(),
        offset_x: offset.0,
        offset_y: offset.1,
    };
    let invocations = (count.0, count.1.div_ceil(strip));
    submit(|r| r.filled(&kernel.unwrap(), &bindings, &params, invocations));
    (blocks, weights)
}

/// Blocks of random samples and weights.
fn random_blocks(count: usize) -> Vec<Shrunk> {
    let mut random = Random(11);
    let one = |_| {
        let mut shrunk = Shrunk {
            weight: 1.0 / (1.0 + (64.0 * random.uniform()).floor()),
            ..Default::default()
        };
        for sample in shrunk.block.as_flattened_mut() {
            *sample = held(400.0 * random.uniform() - 60.0);
        }
        shrunk
    };
    (0..count).map(one).collect()
}

fn write_blocks(blocks: &StorageBuffer, weights: &StorageBuffer, all: &[Shrunk]) {
    let mut codes = vec![0u16; all.len() * 64];
    for (index, shrunk) in all.iter().enumerate() {
        for (at, sample) in shrunk.block.as_flattened().iter().enumerate() {
            codes[index * 64 + slot(at % 8, at / 8)] = ((sample + 64.0) * 128.0) as u16;
        }
    }
    write(blocks, bytemuck::cast_slice(&codes));
    let all: Vec<f32> = all.iter().map(|shrunk| shrunk.weight as f32).collect();
    write(weights, bytemuck::cast_slice(&all));
}

/// A new picture averaged with the previous contents.
fn kept(before: &Samples, new: &Samples, share: f64) -> Samples {
    let mut mixed = new.clone();
    for (value, before) in mixed.data.iter_mut().zip(&before.data) {
        *value = share * before + (1.0 - share) * *value;
    }
    mixed
}

#[test]
fn merged_blocks_match_their_twin() {
    let gpu = crate::gpu::gpu();
    for (size, merging) in SIZES.into_iter().flat_map(|size| MERGES.map(|m| (size, m))) {
        let Merge { offset, keep } = merging;
        let switches = if keep > 0.0 { AVERAGED } else { &[] };
        let kernel = gpu.variant(&BLOCK_MERGE, switches).unwrap();
        let blocked = Blocked::lattice(size, offset);
        let all = random_blocks(blocked.places.len());
        let (blocks, weights) = buffers(all.len());
        write_blocks(&blocks, &weights, &all);
        let before = texture(size, 20.0, 41);
        let merged = values(size, &before);
        let bindings = [
            ("blocks", (&blocks).into()),
            ("weights", (&weights).into()),
            ("merged", (&merged.buffer).into()),
        ];
        let params = BlockMergeParams {
            parts: gray(size).whole().params(),
            offset_x: offset.0,
            offset_y: offset.1,
            keep,
        };
        let invocations = (blocked.count.0 - 1, blocked.count.1 - 1);
        submit(|r| r.filled(&kernel, &bindings, &params, invocations));
        let (wanted, _) = blocked.merge(&all, size);
        let wanted = kept(&before, &wanted, f64::from(keep));
        let what = format!("{size:?} {merging:?}");
        assert_same(&what, &read_values(&merged), &wanted, TOLERANCE, &[]);
    }
}

#[test]
fn blocks_in_a_quincunx_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&QUINCUNX_MERGE).unwrap();
    for size in SIZES {
        let blocked = Blocked::quincunx(size);
        let all = random_blocks(blocked.places.len());
        let (blocks, weights) = buffers(all.len());
        write_blocks(&blocks, &weights, &all);
        let merged = no_values(size);
        let bindings = [
            ("blocks", (&blocks).into()),
            ("weights", (&weights).into()),
            ("merged", (&merged.buffer).into()),
        ];
        let params = QuincunxMergeParams {
            parts: gray(size).whole().params(),
        };
        submit(|r| {
            r.filled(
                &kernel,
                &bindings,
                &params,
                (size.0.div_ceil(4), size.1.div_ceil(4)),
            )
        });
        let (wanted, _) = blocked.merge(&all, size);
        let what = format!("{size:?}");
        assert_same(&what, &read_values(&merged), &wanted, TOLERANCE, &[]);
    }
}

const LATTICE: Threshold = Threshold {
    deviations: [2.4; 2],
    powers: [0.75; 2],
    quincunx: [false; 2],
};
const QUINCUNX: Threshold = Threshold {
    deviations: [2.4; 2],
    powers: [0.75; 2],
    quincunx: [true; 2],
};

/// The whole steps, from a state to a picture: the blocks' own rounding comes on top.
#[test]
fn spatial_steps_match_their_twins() {
    steps_match_their_twins(false);
}

/// The same in tiles, as on GPUs.
#[test]
fn spatial_steps_in_tiles_match_their_twins() {
    steps_match_their_twins(true);
}

fn steps_match_their_twins(in_tiles: bool) {
    let gpu = crate::gpu::gpu();
    let spatial = Spatial::with_tiles(&gpu, in_tiles).unwrap();
    for size in SIZES {
        let (noisy, pilot) = (noisy(size, 15), noisy(size, 18).values);
        let shape = gray(size);
        let state = states(shape, std::slice::from_ref(&noisy));
        let guess = planes(shape, std::slice::from_ref(&pilot));
        let output = Planes::values(&gpu, "test", shape);
        let step = Step {
            blocks: &spatial.blocks(&gpu, &shape),
            state: &state,
            output: &output,
            noise: &shaped_noise(SHAPE),
        };
        let check = |what: &str, blocked: Blocked| {
            let shrunk = blocked.each(|left, top| threshold(&noisy, left, top, &shape_twin()));
            let (wanted, skip) = blocked.merge(&shrunk, size);
            let (what, found) = (format!("{size:?} {what}"), read_component(&output, 0));
            assert_same(&what, &found, &wanted, 2.0 * TOLERANCE, &skip);
        };
        submit(|r| spatial.threshold(r, 0..3, step, QUINCUNX));
        check("quincunx", Blocked::quincunx(size));
        submit(|r| spatial.threshold(r, 0..3, step, LATTICE));
        check("lattice", Blocked::lattice(size, (0, 0)));
        for merging in MERGES {
            // In tiles results are averaged with the pilot, else with what is there.
            let before = match in_tiles {
                true => read_component(&guess, 0),
                false => read_component(&output, 0),
            };
            submit(|r| spatial.wiener(r, 0..3, step, &guess, merging));
            let blocked = Blocked::lattice(size, merging.offset);
            let shrunk = blocked.each(|left, top| wiener(&noisy, &pilot, left, top, &shape_twin()));
            let (wanted, _) = blocked.merge(&shrunk, size);
            let wanted = kept(&before, &wanted, f64::from(merging.keep));
            let what = format!("{size:?} {merging:?}");
            let found = read_component(&output, 0);
            assert_same(&what, &found, &wanted, 2.0 * TOLERANCE, &[]);
        }
    }
}

/// Results of a first and a second step on states of all components of a shape.
fn both_steps(
    shape: PictureShape,
    all: &[State],
    threshold: Threshold,
    in_tiles: bool,
) -> Vec<Samples> {
    let gpu = crate::gpu::gpu();
    let spatial = Spatial::with_tiles(&gpu, in_tiles).unwrap();
    let [pilot, output] = [(); 2].map(|()| Planes::values(&gpu, "test", shape));
    let state = states(shape, all);
    let blocks = spatial.blocks(&gpu, &shape);
    let noise = shaped_noise(SHAPE);
    let to = |output| Step {
        blocks: &blocks,
        state: &state,
        output,
        noise: &noise,
    };
    submit(|r| {
        spatial.threshold(r, 0..3, to(&pilot), threshold)?;
        spatial.wiener(r, 0..3, to(&output), &pilot, Merge::SHIFTED)
    });
    let read = |component| {
        let [pilot, output] = [&pilot, &output].map(|p| read_component(p, component).data);
        let (width, height) = filled(shape.size(component));
        Samples {
            width,
            height: 2 * height,
            data: [pilot, output].concat(),
        }
    };
    (0..shape.components()).map(read).collect()
}

/// Results of the steps for noisy pictures, in tiles as on GPUs.
pub fn outputs_in_tiles() -> Vec<u8> {
    let mut all = Vec::new();
    for size in SIZES {
        let shape = subsampled(size, true);
        let states: Vec<_> = (0..3).map(|c| noisy(shape.size(c), 60)).collect();
        for threshold in [LATTICE, QUINCUNX] {
            for samples in both_steps(shape, &states, threshold, true) {
                all.extend_from_slice(bytemuck::cast_slice(&samples.data));
            }
        }
    }
    all
}

/// Y, U and V in one dispatch, or in three if their buffers are too large to be bound whole, give the same
/// as each component alone.
#[test]
fn components_do_not_mix() {
    let threshold = Threshold {
        deviations: [2.3, 2.8],
        powers: [0.75; 2],
        quincunx: [false, true],
    };
    for (size, in_tiles) in SIZES
        .into_iter()
        .flat_map(|size| [(size, false), (size, true)])
    {
        for joined in [true, false] {
            let shape = subsampled(size, joined);
            let all: Vec<_> = (0..3)
                .map(|c| noisy(shape.size(c), 50 + c as u64))
                .collect();
            let found = both_steps(shape, &all, threshold, in_tiles);
            for component in 0..3 {
                let of_chroma = usize::from(component > 0);
                let alone = both_steps(
                    gray(shape.size(component)),
                    &all[component..=component],
                    Threshold {
                        deviations: [threshold.deviations[of_chroma]; 2],
                        powers: [0.75; 2],
                        quincunx: [threshold.quincunx[of_chroma]; 2],
                    },
                    in_tiles,
                );
                let what = format!("{size:?} joined {joined} component {component}");
                assert_same(&what, &found[component], &alone[0], 0.0, &[]);
            }
        }
    }
}
