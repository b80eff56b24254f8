//! What the tracker knows of the plane, as its shaders see it.

use gstwgpu::gpu::StorageBuffer;

use crate::denoise::rig::write;

/// Columns of a homography; the fourth of each is unused.
pub type Columns = [[f32; 4]; 3];

/// `Track` in `shared/track_state.wgsl`.
#[repr(C)]
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
pub struct Track {
    pub home: Columns,
    pub now: Columns,
    pub kept: Columns,
    pub last: Columns,
    pub before: Columns,
    pub seen: Columns,
    pub predicted: Columns,
    pub way: Columns,
    pub path: Columns,
    pub anchor: Columns,
    pub anchor_old: Columns,
    pub template_taps: [[f32; 4]; 4],
    pub image_taps: [[f32; 4]; 4],
    pub light: [[f32; 4]; 2],
    pub kept_light: [[f32; 4]; 2],
    pub last_light: [[f32; 4]; 2],
    pub size: [f32; 4],
    pub roi: [f32; 4],
    pub judged: [f32; 4],
    pub shutter: [f32; 4],
    pub shown: [f32; 4],
    pub mode: u32,
    pub state: u32,
    pub age: u32,
    pub lost: u32,
    pub wide: [f32; 4],
    pub drawn_path: Columns,
    pub drawn_taps: [f32; 4],
    pub drawn: [f32; 4],
}

impl Track {
    pub fn buffer(&self) -> StorageBuffer {
        let buffer = StorageBuffer::new(&crate::gpu::gpu(), "track", size_of::<Self>() as u64);
        write(&buffer, bytemuck::bytes_of(self));
        buffer
    }
}

pub fn rows_to_columns(rows: &[[f64; 3]; 3]) -> Columns {
    [0, 1, 2].map(|c| [rows[0][c] as f32, rows[1][c] as f32, rows[2][c] as f32, 0.0])
}
