//! Results of each frame reach the CPU, all of them and in order.

use gstwgpu::gpu::Recorder;
use gstwgpu::gpu::{ReadbackQueue, StorageBuffer};

#[test]
fn each_result_comes_back_in_order() {
    let gpu = super::gpu();
    let buffer = StorageBuffer::new(&gpu, "result", 16);
    let mut queue = ReadbackQueue::new(&gpu, 8);
    let mut recorder = Recorder::new(&gpu);
    let mut got = Vec::new();
    for frame in 0..40_u64 {
        gpu.queue()
            .write_buffer(buffer.buffer(), 0, &frame.to_le_bytes());
        let mut recording = recorder.begin();
        recording.read_back_each(&mut queue, &buffer);
        let submission = recording.submit().unwrap();
        queue.submitted(&submission);
        // Taken now and then, so that several are under way.
        if frame % 7 == 0 {
            queue.wait(3).unwrap();
            while let Some(value) = queue.pop(number).unwrap() {
                got.push(value);
            }
            assert!(queue.len() <= 3, "{} are under way", queue.len());
        }
    }
    queue.wait(0).unwrap();
    while let Some(value) = queue.pop(number).unwrap() {
        got.push(value);
    }
    assert!(queue.is_empty());
    assert_eq!(got, (0..40).collect::<Vec<_>>());
}

#[test]
fn a_result_that_was_never_submitted_is_an_error() {
    let gpu = super::gpu();
    let buffer = StorageBuffer::new(&gpu, "result", 16);
    let mut queue = ReadbackQueue::new(&gpu, 16);
    let mut recorder = Recorder::new(&gpu);
    recorder.begin().read_back_each(&mut queue, &buffer);
    assert!(queue.wait(0).is_err());
    assert_eq!(queue.pop(|_| ()).unwrap(), None);
    assert!(queue.wait(1).is_ok());
}

fn number(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes.try_into().unwrap())
}
