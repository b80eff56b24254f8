//! What stands around the network, against its twins.

use gstwgpu::deartifact::analysis::MODEL_BYTES;
use gstwgpu::deartifact::learned::{BLOCK_ORIGIN, CORRECTION_SHARE, CorrectionShareParams};
use gstwgpu::gpu::StorageBuffer;

use crate::denoise::noise_rig::{Random, read};
use crate::denoise::rig::{submit, write};
use crate::reference::block_origin::block_origin;
use crate::reference::correction_share::{of_quantizer, paced, trusted};

#[test]
fn shares_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&CORRECTION_SHARE).unwrap();
    let buffers = [24, MODEL_BYTES, 8];
    let [gate, model, share] = buffers.map(|bytes| StorageBuffer::new(&gpu, "test", bytes));
    let mut random = Random(3);
    let mut before = [None; 2];
    for picture in 0..60 {
        let scene = f64::from(picture / 20) * 0.45;
        let gates: Vec<f32> = (0..6)
            .map(|_| (scene + 0.1 * random.uniform()) as f32)
            .collect();
        write(&gate, bytemuck::cast_slice(&gates));
        let damaged = f64::from(picture % 7) / 6.0;
        let mut fields = [0.0f32; MODEL_BYTES as usize / 4];
        fields[14] = damaged as f32;
        write(&model, bytemuck::cast_slice(&fields));
        let quantizer = if picture == 50 { 23.5 } else { -1.0 };
        let params = CorrectionShareParams {
            quantizer,
            first: u32::from(picture == 0),
        };
        let bindings = [
            ("gate", (&gate).into()),
            ("model", (&model).into()),
            ("share", (&share).into()),
        ];
        submit(|r| r.pass(&kernel, &bindings, &params, (1, 1)));
        let found: Vec<f32> = bytemuck::pod_collect_to_vec(&read(&share));
        for (component, gate) in [gates[0], gates[4]].into_iter().enumerate() {
            let wanted = match picture {
                50 => of_quantizer(23.5),
                _ => paced(before[component], trusted(gate.into(), damaged)),
            };
            let found = f64::from(found[component]);
            assert!(
                (found - wanted).abs() < 1e-4,
                "picture {picture}: {found} for {wanted}"
            );
            before[component] = Some(wanted);
        }
    }
}

#[test]
fn block_origins_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let kernel = gpu.kernel(&BLOCK_ORIGIN).unwrap();
    let model = StorageBuffer::new(&gpu, "model", MODEL_BYTES);
    let origin = StorageBuffer::new(&gpu, "origin", 8);
    for blockiness in [0.3, 2.0] {
        for (period, offset) in (0..8).map(|k| (8.0, k)).chain([(16.0, 2), (12.0, 4)]) {
            // Of the fields of the model: blockiness, then period and offset of x and of y.
            let mut fields = [0.0f32; MODEL_BYTES as usize / 4];
            let beside = (offset + 3) % 8;
            for (at, value) in [(2, blockiness), (5, period), (8, 8.0)] {
                fields[at] = value;
            }
            fields[6] = offset as f32;
            fields[9] = beside as f32;
            write(&model, bytemuck::cast_slice(&fields));
            let bindings = [("model", (&model).into()), ("origin", (&origin).into())];
            submit(|r| r.dispatch(&kernel, &bindings, &[], [1, 1, 1]));
            let found: Vec<u32> = bytemuck::pod_collect_to_vec(&read(&origin));
            let seen = f64::from(blockiness);
            let wanted = [
                block_origin(seen, period.into(), offset.into()),
                block_origin(seen, 8.0, beside.into()),
            ];
            assert_eq!(found[..2], wanted, "{blockiness} {period} {offset}");
        }
    }
}
