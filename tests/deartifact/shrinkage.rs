//! Shrinkage of blocks by curves, against twins.

use gstwgpu::deartifact::analysis::MODEL_BYTES;
use gstwgpu::deartifact::shrinkage::{SHRINK_FIRST, SHRINK_ONCE, SHRINK_SECOND, ShrinkParams};
use gstwgpu::gpu::StorageBuffer;

use crate::picture::rig::{SIZES, gray, submit, texture, values, write};
use crate::picture::spatial::{Blocked, assert_blocks, buffers};
use crate::reference::curve::Damage;
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

/// The damage with the factor on the threshold.
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
