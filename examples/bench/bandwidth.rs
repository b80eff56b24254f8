//! How fast the device copies: the yardstick for passes that read and write large planes.

use crate::clock::median;
use crate::stopwatch::Stopwatch;
use gstwgpu::gpu::Gpu;

/// Larger than any cache: on GPUs, and in software, where it takes long.
const BYTES: u64 = 512 << 20;
const BYTES_SOFTWARE: u64 = 256 << 20;
/// Copies in one submission: so many that the start of the first and the end of the last do not count.
const COPIES: u32 = 32;
const COPIES_SOFTWARE: u32 = 4;
/// How often a submission is measured.
const ROUNDS: usize = 5;

/// What a workgroup of the kernel copies, and how many of them stand in a row.
const GROUP_BYTES: u64 = 256 * 16;
const ROW: u32 = 32768;

/// Bytes that the device moves in a millisecond, reads and writes counted both.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// The median of all rounds.
    pub median: f64,
    /// The best of them.
    pub best: f64,
}

/// Rates of the two ways to copy.
#[derive(Debug, Clone, Copy)]
pub struct Bandwidth {
    /// By the command of the API; some drivers hand it to an engine that is slower than the kernels.
    pub command: Rate,
    /// By a kernel, as passes do.
    pub kernel: Rate,
    /// What measured them.
    pub clock: &'static str,
}

impl Bandwidth {
    /// Copies a buffer that no cache can hold.
    pub fn measure(gpu: &Gpu) -> Result<Self, String> {
        let (wanted, copies) = match gpu.is_software() {
            true => (BYTES_SOFTWARE, COPIES_SOFTWARE),
            false => (BYTES, COPIES),
        };
        let limits = gpu.device().limits();
        let size = wanted.min(limits.max_buffer_size) / GROUP_BYTES * GROUP_BYTES;
        let [from, to] = [buffer(gpu, size), buffer(gpu, size)];
        let longest = limits.max_storage_buffer_binding_size;
        let kernel = CopyKernel::new(gpu, &from, &to, longest);
        let stopwatch = Stopwatch::new(gpu);
        let moved = (2 * size * u64::from(copies)) as f64;
        let rate = |record: &dyn Fn(&mut wgpu::CommandEncoder)| {
            rate(gpu, &stopwatch, moved, |encoder| {
                (0..copies).for_each(|_| record(encoder));
            })
        };
        Ok(Self {
            command: rate(&|encoder| encoder.copy_buffer_to_buffer(&from, 0, &to, 0, None))?,
            kernel: rate(&|encoder| kernel.record(encoder))?,
            clock: stopwatch.name(),
        })
    }

    /// The faster way's, in bytes per millisecond.
    pub fn reached(&self) -> f64 {
        self.command.median.max(self.kernel.median)
    }
}

fn rate(
    gpu: &Gpu,
    stopwatch: &Stopwatch,
    moved: f64,
    record: impl Fn(&mut wgpu::CommandEncoder),
) -> Result<Rate, String> {
    // The first round pays for the memory's pages and the clearing of the buffers.
    stopwatch.time(gpu, &record)?;
    let rounds = (0..ROUNDS).map(|_| Ok(moved / stopwatch.time(gpu, &record)?));
    let rates = rounds.collect::<Result<Vec<f64>, String>>()?;
    Ok(Rate {
        median: median(&rates),
        best: rates.iter().copied().fold(0.0, f64::max),
    })
}

fn buffer(gpu: &Gpu, size: u64) -> wgpu::Buffer {
    gpu.device().create_buffer(&wgpu::BufferDescriptor {
        label: Some("copied"),
        size,
        usage: wgpu::BufferUsages::COPY_SRC
            | wgpu::BufferUsages::COPY_DST
            | wgpu::BufferUsages::STORAGE,
        mapped_at_creation: false,
    })
}

/// A kernel that copies a whole buffer, in parts that may be bound.
struct CopyKernel {
    pipeline: wgpu::ComputePipeline,
    parts: Vec<(wgpu::BindGroup, [u32; 2])>,
}

impl CopyKernel {
    /// Parts are no longer than `longest` bytes.
    fn new(gpu: &Gpu, from: &wgpu::Buffer, to: &wgpu::Buffer, longest: u64) -> Self {
        let device = gpu.device();
        let module = device.create_shader_module(wgpu::include_wgsl!("copy.wgsl"));
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some("copy"),
            layout: None,
            module: &module,
            entry_point: Some("main"),
            compilation_options: Default::default(),
            cache: None,
        });
        let layout = pipeline.get_bind_group_layout(0);
        let part = |part: (u64, u64)| {
            let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("copy"),
                layout: &layout,
                entries: &[bound(0, from, part), bound(1, to, part)],
            });
            let groups = u32::try_from(part.1 / GROUP_BYTES).unwrap_or(u32::MAX);
            (group, [groups.min(ROW), groups.div_ceil(ROW)])
        };
        Self {
            parts: parts(from.size(), longest).map(part).collect(),
            pipeline,
        }
    }

    fn record(&self, encoder: &mut wgpu::CommandEncoder) {
        let mut pass = encoder.begin_compute_pass(&Default::default());
        pass.set_pipeline(&self.pipeline);
        for (group, [x, y]) in &self.parts {
            pass.set_bind_group(0, group, &[]);
            pass.dispatch_workgroups(*x, *y, 1);
        }
    }
}

fn bound(
    binding: u32,
    buffer: &wgpu::Buffer,
    (offset, bytes): (u64, u64),
) -> wgpu::BindGroupEntry<'_> {
    wgpu::BindGroupEntry {
        binding,
        resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
            buffer,
            offset,
            size: std::num::NonZeroU64::new(bytes),
        }),
    }
}

/// First byte and length of each part, in whole workgroups.
fn parts(size: u64, longest: u64) -> impl Iterator<Item = (u64, u64)> {
    let step = (longest / GROUP_BYTES * GROUP_BYTES).max(GROUP_BYTES);
    let starts = (0..size).step_by(usize::try_from(step).unwrap_or(usize::MAX));
    starts.map(move |start| (start, step.min(size - start)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gstwgpu::gpu::AdapterSelector;

    #[test]
    fn parts_cover_the_buffer() {
        let found: Vec<_> = parts(5 * GROUP_BYTES, 2 * GROUP_BYTES + 1).collect();
        let [a, b, c] = [0, 2, 4].map(|group| group * GROUP_BYTES);
        assert_eq!(
            found,
            [(a, 2 * GROUP_BYTES), (b, 2 * GROUP_BYTES), (c, GROUP_BYTES)]
        );
    }

    #[test]
    fn the_kernel_copies_every_byte() {
        let gpu = Gpu::open(&AdapterSelector::Auto).expect("a device");
        let size = 5 * GROUP_BYTES;
        let [from, to] = [buffer(&gpu, size), buffer(&gpu, size)];
        let bytes: Vec<u8> = (0..size).map(|at| (at * 7 % 251) as u8 + 1).collect();
        gpu.queue().write_buffer(&from, 0, &bytes);
        let kernel = CopyKernel::new(&gpu, &from, &to, 2 * GROUP_BYTES);
        let readback = gpu.device().create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let time = Stopwatch::new(&gpu).time(&gpu, |encoder| {
            kernel.record(encoder);
            encoder.copy_buffer_to_buffer(&to, 0, &readback, 0, None);
        });
        assert!(time.is_ok_and(|time| time >= 0.0));
        readback.map_async(wgpu::MapMode::Read, .., |_| ());
        let waited = gpu.device().poll(wgpu::PollType::wait_indefinitely());
        waited.expect("the copy");
        let view = readback.get_mapped_range(..).expect("mapped");
        assert_eq!(view[..], bytes[..]);
    }
}
