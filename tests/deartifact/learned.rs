//! The passes around the network, against their twins.

use gstwgpu::deartifact::analysis::MODEL_BYTES;
use gstwgpu::deartifact::learned::{CORRECTION_SHARE, CorrectionShareParams};
use gstwgpu::gpu::StorageBuffer;

use crate::denoise::noise_rig::{Random, read};
use crate::picture::rig::{submit, write};
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
        // Now and then a clean structure.
        let believed = if picture % 11 == 9 { 0.1 } else { 1.0 };
        fields[18] = believed as f32;
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
                _ => paced(before[component], trusted(gate.into(), damaged)).min(believed),
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
