//! The GPU's own time for what is recorded between two marks of a submission.

use crate::clock::milliseconds;
use gstwgpu::gpu::Gpu;
use std::time::Instant;

/// Two stamps of eight bytes.
const BYTES: u64 = 16;

/// Measures submissions: by timestamps where the device has them, else by the wall.
#[derive(Debug)]
pub struct Stopwatch {
    stamps: Option<Stamps>,
}

#[derive(Debug)]
struct Stamps {
    queries: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    readback: wgpu::Buffer,
    /// Nanoseconds of a tick.
    period: f64,
}

impl Stopwatch {
    /// One for this device.
    pub fn new(gpu: &Gpu) -> Self {
        let features = gpu.device().features();
        let has_stamps = features.contains(wgpu::Features::TIMESTAMP_QUERY);
        Self {
            stamps: has_stamps.then(|| Stamps::new(gpu)),
        }
    }

    /// How it measures.
    pub fn name(&self) -> &'static str {
        match self.stamps {
            Some(_) => "GPU timestamps",
            None => "wall time",
        }
    }

    /// Milliseconds of what `record` records, in a submission of its own that is waited for.
    pub fn time(
        &self,
        gpu: &Gpu,
        record: impl FnOnce(&mut wgpu::CommandEncoder),
    ) -> Result<f64, String> {
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        self.mark(&mut encoder, 0);
        record(&mut encoder);
        self.mark(&mut encoder, 1);
        if let Some(stamps) = &self.stamps {
            stamps.resolve(&mut encoder);
        }
        let start = Instant::now();
        gpu.queue().submit([encoder.finish()]);
        wait(gpu)?;
        let wall = milliseconds(start.elapsed());
        match &self.stamps {
            Some(stamps) => stamps.read(gpu),
            None => Ok(wall),
        }
    }

    /// An empty pass whose stamp is written when all before it is done.
    fn mark(&self, encoder: &mut wgpu::CommandEncoder, index: u32) {
        let Some(stamps) = &self.stamps else { return };
        let _ = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: Some("mark"),
            timestamp_writes: Some(wgpu::ComputePassTimestampWrites {
                query_set: &stamps.queries,
                beginning_of_pass_write_index: (index == 1).then_some(index),
                end_of_pass_write_index: (index == 0).then_some(index),
            }),
        });
    }
}

impl Stamps {
    fn new(gpu: &Gpu) -> Self {
        let buffer = |usage| {
            gpu.device().create_buffer(&wgpu::BufferDescriptor {
                label: Some("stopwatch"),
                size: BYTES,
                usage,
                mapped_at_creation: false,
            })
        };
        Self {
            queries: gpu.device().create_query_set(&wgpu::QuerySetDescriptor {
                label: Some("stopwatch"),
                ty: wgpu::QueryType::Timestamp,
                count: 2,
            }),
            resolved: buffer(wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC),
            readback: buffer(wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ),
            period: f64::from(gpu.queue().get_timestamp_period()),
        }
    }

    fn resolve(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.resolve_query_set(&self.queries, 0..2, &self.resolved, 0);
        encoder.copy_buffer_to_buffer(&self.resolved, 0, &self.readback, 0, BYTES);
    }

    fn read(&self, gpu: &Gpu) -> Result<f64, String> {
        self.readback.map_async(wgpu::MapMode::Read, .., |_| ());
        wait(gpu)?;
        let wrong = "the timestamps cannot be read";
        let times = {
            let view = self.readback.get_mapped_range(..);
            let view = view.map_err(|error| format!("{wrong}: {error}"))?;
            let (stamps, _) = view.as_chunks::<8>();
            stamps
                .iter()
                .map(|s| u64::from_le_bytes(*s))
                .collect::<Vec<_>>()
        };
        self.readback.unmap();
        let [begin, end] = times[..] else {
            return Err(wrong.into());
        };
        Ok(end.saturating_sub(begin) as f64 * self.period / 1e6)
    }
}

fn wait(gpu: &Gpu) -> Result<(), String> {
    let waited = gpu.device().poll(wgpu::PollType::wait_indefinitely());
    waited.map_err(|error| format!("the device does not finish: {error}"))?;
    gpu.check().map_err(|error| error.to_string())
}
