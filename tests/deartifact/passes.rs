//! Passes against their twins.

use gstwgpu::deartifact::analysis::{DAMAGE_MODEL, DamageModelParams, MODEL_BYTES};
use gstwgpu::deartifact::chroma::{CHROMA, ChromaParams};
use gstwgpu::deartifact::repair::{FINISH, FinishParams, REPAIR, RepairParams};
use gstwgpu::denoise::temporal::NOISE_BYTES;
use gstwgpu::gpu::StorageBuffer;
use gstwgpu::picture::planes::{PictureShape, Planes};

use crate::denoise::noise_rig::read;
use crate::picture::rig::{
    SIZES, STEP, assert_same, planes, read_component, submit, subsampled, texture, values, write,
};
use crate::reference::finish::{Limits, finish};
use crate::reference::samples::Samples;
use crate::reference::{chroma, damage_blocks, repair};

const BLOCKED: (u32, u32) = (67, 45);

/// A model with some fields set.
fn model(set: &[(usize, f32)]) -> StorageBuffer {
    let model = StorageBuffer::new(&crate::gpu::gpu(), "model", MODEL_BYTES);
    let mut fields = [0.0f32; MODEL_BYTES as usize / 4];
    for (index, value) in set {
        fields[*index] = *value;
    }
    write(&model, bytemuck::cast_slice(&fields));
    model
}

fn floats(buffer: &StorageBuffer) -> Vec<f32> {
    bytemuck::pod_collect_to_vec(&read(buffer))
}

#[test]
fn findings_of_blocks_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&DAMAGE_MODEL).unwrap();
    let picture = texture(BLOCKED, 6.0, 9);
    let plane = values(BLOCKED, &picture);
    let blocks = (3u32, 2u32);
    // The threshold, and where the grid lies: it counts only where it is plain and not scaled.
    let cases = [
        (0.0f32, 2.0f32, [8.0f32, 0.0, 8.0, 0.0], (0usize, 0usize)),
        (11.0, 1.5, [8.0, 3.0, 16.0, 13.0], (3, 5)),
        (11.0, 1.5, [8.0, 6.0, 12.0, 7.0], (6, 0)),
        (11.0, 0.9, [8.0, 6.0, 8.0, 7.0], (0, 0)),
    ];
    for (threshold, blockiness, [px, ox, py, oy], start) in cases {
        let grid = [(5, px), (6, ox), (8, py), (9, oy)];
        let fields = [&grid[..], &[(2, blockiness), (10, threshold)]].concat();
        let model = model(&fields);
        let [sums, done, noise] =
            [128, 4, NOISE_BYTES].map(|bytes| StorageBuffer::new(&gpu, "test", bytes));
        let bindings = [
            ("plane", (&plane.buffer).into()),
            ("sums", (&sums).into()),
            ("done", (&done).into()),
            ("model", (&model).into()),
            ("noise", (&noise).into()),
        ];
        let params = DamageModelParams {
            quads: plane.quads().0,
            blocks_x: blocks.0,
            blocks_y: blocks.1,
            ..bytemuck::Zeroable::zeroed()
        };
        submit(|r| r.layers(&kernel, &bindings, &params, (blocks.0, blocks.1, 2)));
        // One workgroup for the blocks across the grid, one for those on it.
        for (side, found) in floats(&sums).chunks(16).enumerate() {
            let across = if side == 0 { 4 } else { 0 };
            let mut wanted = [0.0; 16];
            for (x, y) in (0..blocks.1).flat_map(|y| (0..blocks.0).map(move |x| (x, y))) {
                let left = x as usize * 16 + across + start.0;
                let top = y as usize * 16 + across + start.1;
                let one = damage_blocks::findings(&picture, left, top, f64::from(threshold));
                wanted
                    .iter_mut()
                    .zip(one)
                    .for_each(|(sum, one)| *sum += one);
            }
            for (field, (found, wanted)) in found.iter().zip(wanted).enumerate() {
                let far = (f64::from(*found) - wanted).abs();
                assert!(far < 4e-3, "{side} field {field}: {found}, wanted {wanted}");
            }
        }
        assert_eq!(floats(&done)[0], 0.0, "ready for the next pass");
    }
}

#[test]
fn levelled_steps_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&REPAIR).unwrap();
    let grids = [
        [(8.0, 0.0), (8.0, 3.0)],
        [(16.0, 5.0), (12.0, 1.0)],
        [(32.0 / 3.0, 2.0), (8.0, 7.0)],
    ];
    for (size, grid) in SIZES.into_iter().flat_map(|s| grids.map(|g| (s, g))) {
        let shape = subsampled(size, true);
        let part = shape.whole();
        let picture = texture(size, 8.0, 2);
        let chroma = texture(shape.size(1), 8.0, 3);
        let all = [picture, chroma.clone(), chroma];
        let planes = planes(shape, &all);
        let levelled = Planes::values(&gpu, "test", shape);
        let [(px, ox), (py, oy)] = grid.map(|(p, o)| (p as f32, o as f32));
        let fields = [(5, px), (6, ox), (8, py), (9, oy), (11, 9.0)];
        let model = model(&fields);
        let bindings = [
            ("planes", planes.part(&part)),
            ("model", (&model).into()),
            ("levelled", levelled.part(&part)),
        ];
        let params = RepairParams {
            parts: part.params(),
        };
        submit(|r| r.parts(&kernel, &bindings, &params, &part.quads()));
        let wanted = repair::level(&all[0], size, grid, 9.0);
        let what = format!("{size:?} {grid:?}");
        let found = read_component(&levelled, 0);
        assert_same(&what, &found, &wanted, STEP / 2.0 + 1e-3, &[]);
        for (component, wanted) in all.iter().enumerate().skip(1) {
            let found = read_component(&levelled, component);
            assert_same("chroma", &found, wanted, 0.0, &[]);
        }
    }
}

#[test]
fn finished_planes_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&FINISH).unwrap();
    for shape in SIZES.map(|size| subsampled(size, true)) {
        let sizes = [0, 1, 2].map(|component| shape.size(component));
        let mut source = sizes.map(|size| texture(size, 1.0, 21));
        // Tiles at the bottom, of a low contrast at the left.
        for component in &mut source {
            let (width, height) = (component.width, component.height);
            for y in height / 2..height {
                for x in 0..width {
                    let tile = (x + 1) / 3 * 7 % 5 * (y / 4) % 3;
                    let step = if x < width / 3 { 1.5 } else { 9.0 };
                    component.data[y * width + x] = 90.0 + step * tile as f64;
                }
            }
        }
        // Nearly flat at the right, so that bands are found there.
        let mut repaired = sizes.map(|size| texture(size, 3.0, 22));
        for component in &mut repaired {
            let width = component.width;
            for (at, value) in component.data.iter_mut().enumerate() {
                if at % width > width / 2 {
                    *value = ((40.0 + at as f64 * 0.001) / STEP).round() * STEP;
                }
            }
        }
        let [before, after] = [&source, &repaired].map(|all| planes(shape, all));
        let finished = Planes::values(&gpu, "test", shape);
        let model = model(&[(10, 6.0), (11, 1.0), (12, 4.0)]);
        let part = shape.parts(0..1).remove(0);
        let bindings = [
            ("source", before.part(&part)),
            ("repaired", after.part(&part)),
            ("model", (&model).into()),
            ("finished", finished.part(&part)),
        ];
        let params = FinishParams {
            parts: part.params(),
            code: 1.0,
        };
        submit(|r| r.parts(&kernel, &bindings, &params, &part.quads()));
        let limits = Limits {
            change: 7.0,
            band: 4.0,
            code: 1.0,
            drawn: 6.0,
        };
        let wanted = finish(&source[0], &repaired[0], &limits);
        let found = read_component(&finished, 0);
        let what = format!("{shape:?}");
        assert_same(&what, &found, &wanted, STEP / 2.0 + 1e-3, &[]);
    }
}

#[test]
fn chroma_by_luma_matches_its_twin() {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&CHROMA).unwrap();
    for (size, (shift_x, shift_y)) in SIZES
        .into_iter()
        .flat_map(|s| [(1, 1), (1, 0), (0, 0)].map(|t| (s, t)))
    {
        let chroma = (size.0.div_ceil(1 << shift_x), size.1.div_ceil(1 << shift_y));
        let shape = PictureShape {
            chroma: Some(chroma),
            shifts: (shift_x, shift_y),
            ..subsampled(size, true)
        };
        let all = [0, 1, 2].map(|c| texture(shape.size(c), 6.0, 30 + c as u64));
        let planes = planes(shape, &all);
        let guided = Planes::values(&gpu, "test", shape);
        let model = model(&[(10, 9.0), (15, 0.75)]);
        for part in shape.parts(1..3) {
            let bindings = [
                ("planes", planes.part(&part)),
                ("luma", planes.component(0)),
                ("model", (&model).into()),
                ("guided", guided.part(&part)),
            ];
            let params = ChromaParams {
                parts: part.params(),
                shift_x,
                shift_y,
            };
            submit(|r| r.parts(&kernel, &bindings, &params, &part.quads()));
        }
        for component in [1, 2] {
            let pair = [&all[component], &all[0]];
            let width = chroma.0 as usize;
            let wanted = chroma::guided(pair, width, (shift_x, shift_y), 9.0, 0.75);
            let found = read_component(&guided, component);
            let what = format!("{size:?} {shift_x} {shift_y}");
            let outside = width.next_multiple_of(4) - width;
            assert_within(&what, &found, &wanted, outside);
        }
    }
}

/// Asserts that planes are the same, but for the last columns, which are no part of the picture.
fn assert_within(what: &str, found: &Samples, wanted: &Samples, outside: usize) {
    let size = (found.width - outside, found.height);
    let [found, wanted] =
        [found, wanted].map(|plane| Samples::from_fn(size, |x, y| plane.at(x, y)));
    assert_same(what, &found, &wanted, STEP / 2.0 + 2e-2, &[]);
}
