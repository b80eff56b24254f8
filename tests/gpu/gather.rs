//! Planes that lie anywhere in imported memory, against the twin.

use gstwgpu::gpu::gather::{GATHER, GatherParams};
use gstwgpu::gpu::{Readback, Recorder, StorageBuffer};

use crate::reference::gather::gather;
use crate::video::noise;

#[test]
fn rows_are_gathered_as_by_the_twin() {
    let gpu = super::gpu();
    let kernel = gpu.kernel(&GATHER).unwrap();
    let rows = 5;
    for (first, row, gap) in [
        (0, 16, 0),
        (0, 1, 0),
        (1, 3, 0),
        (3, 5, 2),
        (2, 258, 7),
        (7, 33, 1),
        (4, 12, 4),
    ] {
        let stride = row + gap;
        // The last row ends with the memory.
        let memory = noise(first + stride * (rows - 1) + row, row as u64);
        let mut words = memory.clone();
        words.resize(memory.len().next_multiple_of(4), 0xee);
        let source = StorageBuffer::new(&gpu, "source", words.len() as u64);
        gpu.queue().write_buffer(source.buffer(), 0, &words);
        let wide = row.next_multiple_of(16);
        let frame = StorageBuffer::new(&gpu, "frame", (wide * rows) as u64);
        let params = GatherParams {
            first_byte: first as u32,
            source_stride: stride as u32,
            row_bytes: row as u32,
            rows: rows as u32,
            first_word: 0,
            row_words: wide as u32 / 4,
        };
        let readback = Readback::new(&gpu, (wide * rows) as u64);
        let mut recorder = Recorder::new(&gpu);
        let mut recording = recorder.begin();
        let bindings = [("source", (&source).into()), ("gathered", (&frame).into())];
        let size = (row.div_ceil(4) as u32, rows as u32);
        recording.pass(&kernel, &bindings, &params, size).unwrap();
        recording.read_back(&readback, &frame);
        let submission = recording.submit().unwrap();
        gpu.wait(&submission).unwrap();
        let got = loop {
            gpu.poll().unwrap();
            if let Some(got) = readback.latest() {
                break got;
            }
        };
        let wanted = gather(&memory, (first, stride), (row, rows), wide);
        assert_eq!(got, wanted, "{first} {row} {gap}");
    }
}
