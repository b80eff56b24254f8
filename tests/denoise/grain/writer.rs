//! The file of a table, and the thread that writes it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gstwgpu::denoise::grain::sample::{Sample, Site};
use gstwgpu::denoise::grain::sites::Span;
use gstwgpu::denoise::grain::writer::TableWriter;
use gstwgpu::picture::planes::PictureShape;

use super::rig::{WHITE, sample};
use crate::denoise::noise_rig::Random;
use crate::reference::grain::parse;

const SHAPE: PictureShape = PictureShape {
    luma: (64, 64),
    chroma: Some((32, 32)),
    shifts: (1, 1),
    joined: true,
};
const LONG: Duration = Duration::from_secs(100);

/// The bytes that a sample is read from.
fn bytes(sample: &Sample) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(sample.cuts.to_le_bytes());
    bytes.extend([0; 4]);
    let code = |v: &f32| ((v + 64.0) * 128.0).round() as u16;
    for component in 0..3 {
        for patch in sample.sites.iter().map(|site: &Site| &site[component]) {
            let both = patch.noisy.iter().chain(&patch.clean);
            bytes.extend(both.flat_map(|v| code(v).to_le_bytes()));
        }
    }
    assert_eq!(bytes.len(), Sample::bytes(&SHAPE));
    bytes
}

fn place(name: &str) -> PathBuf {
    let name = format!("gstwgpu-grain-{}-{name}.tbl", std::process::id());
    std::env::temp_dir().join(name)
}

type Complaints = Arc<Mutex<Vec<String>>>;

fn create(path: PathBuf) -> (TableWriter, Complaints) {
    let complaints = Complaints::default();
    let heard = complaints.clone();
    let complain = move |_: &std::path::Path, error: &std::io::Error| {
        heard.lock().unwrap().push(error.to_string());
    };
    let writer = TableWriter::create(path, Box::new(complain)).unwrap();
    (writer, complaints)
}

/// Adds pictures of these numbers.
fn add(writer: &TableWriter, numbers: std::ops::Range<u64>) {
    let sample = bytes(&sample(&WHITE, &[100.0], &mut Random(numbers.start + 1)));
    for number in numbers {
        let span = Span {
            start: number * 40_000_000,
            end: (number + 1) * 40_000_000,
        };
        writer.see(span.start);
        writer.add(span, Some(sample.clone()), &SHAPE, 1.0);
    }
}

#[test]
fn a_grain_table_has_each_segment_and_their_mean_in_front() {
    let path = place("whole");
    let (writer, complaints) = create(path.clone());
    add(&writer, 0..6);
    writer.break_off();
    add(&writer, 10..16);
    assert!(writer.finish(LONG));
    let entries = parse(&std::fs::read_to_string(&path).unwrap());
    let periods: Vec<_> = entries.iter().map(|e| (e.start, e.end)).collect();
    let tick = 400_000;
    let wanted = [(0, 0), (0, 6 * tick), (9 * tick + tick / 2, 16 * tick)];
    assert_eq!(periods, wanted);
    assert!(
        entries
            .iter()
            .all(|entry| entry.applies && entry.points[0].len() == 1)
    );
    assert_eq!(*complaints.lock().unwrap(), [""; 0]);
    std::fs::remove_file(path).unwrap();
}

#[test]
fn an_ended_segment_is_in_the_file_while_the_stream_goes_on() {
    let path = place("live");
    let (writer, _) = create(path.clone());
    add(&writer, 0..6);
    writer.break_off();
    let found = || parse(&std::fs::read_to_string(&path).unwrap_or("filmgrn1\n".into()));
    let since = std::time::Instant::now();
    while found().len() < 2 && since.elapsed() < LONG {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(found().len(), 2);
    assert!(writer.finish(LONG));
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_file_that_cannot_be_opened_is_told_of_once() {
    let (writer, complaints) = create("/nowhere/at/all.tbl".into());
    for start in [0, 10, 20] {
        add(&writer, start..start + 2);
        writer.break_off();
    }
    assert!(writer.finish(LONG));
    assert_eq!(complaints.lock().unwrap().len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_of_once() {
    let (writer, complaints) = create("/dev/full".into());
    for start in [0, 10, 20] {
        add(&writer, start..start + 2);
        writer.break_off();
    }
    assert!(writer.finish(LONG));
    assert_eq!(complaints.lock().unwrap().len(), 1);
}
