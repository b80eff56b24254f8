//! The tracker's state as its shaders see it.

use gstwgpu::gpu::shader::Params;
use gstwgpu::gpu::{Binding, KernelSpec, StorageBuffer};
pub use gstwgpu::trackoverlay::track::state::{Candidate, Columns, Track};

use crate::denoise::noise_rig::read;
use crate::picture::rig::{submit, write};
use crate::reference::homography::{CORNERS, Rows, distance, map};
use crate::reference::track::sight::Light;

pub fn rows_to_columns(rows: &[[f64; 3]; 3]) -> Columns {
    [0, 1, 2].map(|c| [rows[0][c] as f32, rows[1][c] as f32, rows[2][c] as f32, 0.0])
}

pub fn columns_to_rows(columns: &Columns) -> Rows {
    [0, 1, 2].map(|r| [0, 1, 2].map(|c| f64::from(columns[c][r])))
}

pub fn light_words(light: &Light) -> [[f32; 4]; 2] {
    let [c, x, y, xx, xy, yy] = light.bias.map(|v| v as f32);
    [
        [light.gain as f32, c, x, y],
        [xx, xy, yy, light.scale as f32],
    ]
}

pub fn light_of(words: &[[f32; 4]; 2]) -> Light {
    let [[gain, c, x, y], [xx, xy, yy, scale]] = words.map(|words| words.map(f64::from));
    Light {
        gain,
        bias: [c, x, y, xx, xy, yy],
        scale,
    }
}

pub fn buffer<T: bytemuck::NoUninit>(values: &[T]) -> StorageBuffer {
    let buffer = StorageBuffer::new(&crate::gpu::gpu(), "test", size_of_val(values) as u64);
    write(&buffer, bytemuck::cast_slice(values));
    buffer
}

pub fn contents<T: bytemuck::AnyBitPattern + bytemuck::NoUninit>(buffer: &StorageBuffer) -> Vec<T> {
    bytemuck::pod_collect_to_vec(&read(buffer))
}

/// Numbers of the twins as the GPU holds them.
pub fn singles<const N: usize>(values: &[[f64; N]]) -> Vec<[f32; N]> {
    values.iter().map(|v| v.map(|v| v as f32)).collect()
}

/// Runs a kernel with this many workgroups.
pub fn run_groups<P: Params>(
    spec: &'static KernelSpec,
    bindings: &[(&str, Binding<'_>)],
    params: &P,
    groups: u32,
) {
    let kernel = crate::gpu::gpu().kernel(spec).unwrap();
    let bytes = bytemuck::bytes_of(params);
    submit(|recording| recording.dispatch(&kernel, bindings, bytes, [groups, 1, 1]));
}

/// Asserts that numbers agree within `tolerance`, absolute and relative.
pub fn assert_near(what: &str, found: f64, wanted: f64, tolerance: f64) {
    let off = (found - wanted).abs();
    assert!(
        off <= tolerance * (1.0 + wanted.abs()),
        "{what}: {found}, wanted {wanted}"
    );
}

/// Asserts that corners agree within this many pixels.
pub fn assert_pose(what: &str, found: &Columns, wanted: &Rows, tolerance: f64) {
    let found = columns_to_rows(found);
    for corner in CORNERS {
        let (found, wanted) = (map(&found, corner), map(wanted, corner));
        let off = distance(found, wanted);
        assert!(
            off <= tolerance,
            "{what} at {corner:?}: {found:?}, wanted {wanted:?}"
        );
    }
}

pub fn assert_light(what: &str, found: &[[f32; 4]; 2], wanted: &Light, tolerance: f64) {
    let (found, what) = (light_of(found), format!("{what}, light"));
    assert_near(&what, found.gain, wanted.gain, 0.1 * tolerance);
    assert_near(&what, found.scale, wanted.scale, tolerance);
    for (found, wanted) in found.bias.iter().zip(wanted.bias) {
        assert_near(&what, *found, wanted, tolerance);
    }
}
