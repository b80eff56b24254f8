//! GPU time of each pass, read back without waiting.

use std::sync::{Arc, Mutex, PoisonError};

use super::device::Gpu;

/// Most passes measured in a frame; later ones are not measured.
const MAX_PASSES: u32 = 128;
/// Size of a timestamp in bytes.
const STAMP: u64 = 8;

/// What the map callback needs to convert timestamps to milliseconds.
#[derive(Debug, Default)]
struct Results {
    latest: Vec<(&'static str, f64)>,
    in_flight: bool,
}

/// Writes timestamps around passes, and reads them back a few frames later.
#[derive(Debug)]
pub struct PassTimer {
    queries: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    readback: wgpu::Buffer,
    period: f32,
    every: u64,
    frame: u64,
    results: Arc<Mutex<Results>>,
}

impl PassTimer {
    /// `None` if the adapter has no timestamps.
    pub fn new(gpu: &Gpu, every: u64) -> Option<Self> {
        let device = gpu.device();
        if !device.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return None;
        }
        let buffer = |usage| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("timestamps"),
                size: u64::from(MAX_PASSES) * 2 * STAMP,
                usage,
                mapped_at_creation: false,
            })
        };
        Some(Self {
            queries: device.create_query_set(&wgpu::QuerySetDescriptor {
                label: Some("passes"),
                ty: wgpu::QueryType::Timestamp,
                count: MAX_PASSES * 2,
            }),
            resolved: buffer(wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC),
            readback: buffer(wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ),
            period: gpu.queue().get_timestamp_period(),
            every: every.max(1),
            frame: 0,
            results: Arc::default(),
        })
    }

    /// Latest GPU time of each pass in milliseconds.
    pub fn latest(&self) -> Vec<(&'static str, f64)> {
        self.results
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .latest
            .clone()
    }

    /// Begins a frame. `None` if this frame is not measured: it is not its turn, or the previous measurement
    /// is still in flight.
    pub fn begin(&mut self) -> Option<FrameTimer<'_>> {
        self.frame += 1;
        if !(self.frame - 1).is_multiple_of(self.every) {
            return None;
        }
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut results.in_flight, true) {
            return None;
        }
        drop(results);
        Some(FrameTimer {
            timer: self,
            names: Vec::new(),
        })
    }
}

/// Timestamps of the frame being recorded.
#[derive(Debug)]
pub struct FrameTimer<'a> {
    timer: &'a PassTimer,
    names: Vec<&'static str>,
}

impl<'a> FrameTimer<'a> {
    /// Timestamp writes for the next pass.
    pub fn next(&mut self, name: &'static str) -> Option<wgpu::ComputePassTimestampWrites<'a>> {
        let index = self.names.len() as u32 * 2;
        if index >= MAX_PASSES * 2 {
            return None;
        }
        self.names.push(name);
        Some(wgpu::ComputePassTimestampWrites {
            query_set: &self.timer.queries,
            beginning_of_pass_write_index: Some(index),
            end_of_pass_write_index: Some(index + 1),
        })
    }

    /// Encodes the readback of the timestamps; they arrive during a later poll.
    pub fn finish(self, encoder: &mut wgpu::CommandEncoder) {
        let Self { timer, names } = self;
        let results = timer.results.clone();
        let count = names.len() as u32 * 2;
        if count == 0 {
            results
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .in_flight = false;
            return;
        }
        let bytes = u64::from(count) * STAMP;
        encoder.resolve_query_set(&timer.queries, 0..count, &timer.resolved, 0);
        encoder.copy_buffer_to_buffer(&timer.resolved, 0, &timer.readback, 0, Some(bytes));
        let readback = timer.readback.clone();
        let period = f64::from(timer.period);
        encoder.map_buffer_on_submit(
            &timer.readback,
            wgpu::MapMode::Read,
            ..bytes,
            move |mapped| {
                let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                results.in_flight = false;
                if mapped.is_err() {
                    return;
                }
                if let Ok(view) = readback.slice(..bytes).get_mapped_range() {
                    let stamps: Vec<u64> = view
                        .chunks_exact(STAMP as usize)
                        .map(|stamp| u64::from_le_bytes(stamp.try_into().unwrap_or_default()))
                        .collect();
                    results.latest = names
                        .iter()
                        .zip(stamps.as_chunks().0)
                        .map(|(name, [start, end])| {
                            let ticks = end.saturating_sub(*start) as f64;
                            (*name, ticks * period / 1e6)
                        })
                        .collect();
                }
                readback.unmap();
            },
        );
    }
}
