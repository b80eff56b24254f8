//! Figures of each second in a file, and of each frame as a meta.

use std::path::PathBuf;

use gst::prelude::*;
use gst_check::Harness;
use gst_video::VideoFormat;
use gstwgpu::report::lines::Value;
use gstwgpu::report::seconds::{Figure, Seconds};
use gstwgpu::trackoverlay::trail::json::Json;

use super::errors::play;
use super::{caps_of, find, frame, harness, noise, stamp, video};

/// A file that is removed in the end.
struct Report(PathBuf);

impl Report {
    fn new(name: &str) -> Self {
        let name = format!("gstwgpu-figures-{name}-{}.jsonl", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    /// Every line of the file, each of which must be whole.
    fn lines(&self) -> Vec<Json> {
        let text = std::fs::read_to_string(&self.0).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'), "{text}");
        text.lines()
            .map(|line| Json::parse(line).unwrap())
            .collect()
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn numbers(lines: &[Json], name: &str) -> Vec<f64> {
    let number = |line: &Json| line.get(name).and_then(Json::number).unwrap_or(-1.0);
    lines.iter().map(number).collect()
}

#[test]
fn counts_grow_numbers_are_means_and_texts_are_the_latest() {
    let mut seconds = Seconds::default();
    let figures = |cuts, sigma, state: &str| {
        vec![
            ("cuts", Figure::Total(cuts)),
            ("sigma", Figure::Number(sigma)),
            // Darkened: below 0 is a number like any other.
            ("exposure", Figure::Number(Some(-1.0))),
            ("state", Figure::Text(Some(state.to_owned()))),
        ]
    };
    let half = 500_000_000;
    assert_eq!(
        seconds.take(Some(half), half, figures(2, None, "lost")),
        None
    );
    let first = seconds
        .take(Some(2 * half), half, figures(3, Some(4.0), "lost"))
        .unwrap();
    let wanted = vec![
        ("start", Value::Time(Some(half))),
        ("end", Value::Time(Some(2 * half))),
        ("frames", Value::Count(1)),
        ("cuts", Value::Count(2)),
        // It is not known yet.
        ("sigma", Value::Number(None)),
        ("exposure", Value::Number(Some(-1.0))),
        ("state", Value::Text(Some("lost".to_owned()))),
    ];
    assert_eq!(first, wanted);
    // Without a time it follows the frame before it.
    assert_eq!(
        seconds.take(None, half, figures(4, Some(8.0), "tracking")),
        None
    );
    let second = seconds.end().unwrap();
    assert_eq!(second[1], ("end", Value::Time(Some(4 * half))));
    assert_eq!(second[2], ("frames", Value::Count(2)));
    assert_eq!(second[3], ("cuts", Value::Count(2)));
    assert_eq!(second[4], ("sigma", Value::Number(Some(6.0))));
    assert_eq!(
        second[6],
        ("state", Value::Text(Some("tracking".to_owned())))
    );
    assert_eq!(seconds.end(), None);
    // After a device was lost, counts begin anew.
    seconds.take(Some(9 * half), half, figures(1, Some(1.0), "lost"));
    assert_eq!(seconds.end().unwrap()[3], ("cuts", Value::Count(1)));
}

/// Random values every eight pixels, interpolated: a texture that looks the same nowhere else.
fn texture([x, y]: [u64; 2]) -> u8 {
    let value = |x: u64, y: u64| (noise(4, x + 100_000 * y)[3] as f64) * 0.7 + 38.0;
    let [left, top] = [x / 8, y / 8];
    let [a, b] = [x % 8, y % 8].map(|part| part as f64 / 8.0);
    let row = |y| value(left, y) * (1.0 - a) + value(left + 1, y) * a;
    (row(top) * (1.0 - b) + row(top + 1) * b) as u8
}

/// A picture that pans by `speed` pixels a frame, of another scene each second where `cuts` is set.
fn pan(info: &gst_video::VideoInfo, index: u64, speed: u64, cuts: bool) -> gst::Buffer {
    let scene = if cuts { index / 25 } else { 0 };
    let mut bytes = vec![128; info.size()];
    let stride = info.stride()[0] as usize;
    for y in 0..info.height() as usize {
        for x in 0..info.width() as usize {
            let place = [x as u64 + index * speed, y as u64 + 5000 * scene];
            bytes[y * stride + x] = texture(place);
        }
    }
    let mut buffer = gst::Buffer::from_mut_slice(bytes);
    stamp(buffer.get_mut().unwrap(), index);
    buffer
}

/// Plays two and a half seconds, and returns the lines.
fn seconds_of(name: &str, element: &str, speed: u64, cuts: bool) -> Vec<Json> {
    let report = Report::new(name);
    let info = video(VideoFormat::I420, 96, 64);
    let line = format!("{element} stats-location={}", report.0.display());
    let mut harness = harness(&line, &caps_of(&info));
    for index in 0..62 {
        harness.push(pan(&info, index, speed, cuts)).unwrap();
    }
    // A crash now would leave the seconds that are over.
    assert_eq!(report.lines().len(), 2);
    harness.push_event(gst::event::Eos::new());
    let lines = report.lines();
    assert_eq!(numbers(&lines, "frames"), [25.0, 25.0, 12.0]);
    assert_eq!(numbers(&lines, "start"), [0.0, 1e9, 2e9]);
    assert_eq!(numbers(&lines, "end"), [1e9, 2e9, 2.48e9]);
    lines
}

#[test]
fn each_second_is_a_line_with_motion_and_cuts() {
    let denoise = "wgpudenoise preset=fast";
    let still = seconds_of("still", denoise, 0, false);
    let moving = seconds_of("moving", denoise, 3, true);
    assert_eq!(numbers(&still, "scene-cuts"), [0.0; 3]);
    let cuts: f64 = numbers(&moving, "scene-cuts").iter().sum();
    assert_eq!(cuts, 2.0, "{moving:?}");
    for (still, moving) in numbers(&still, "motion")
        .into_iter()
        .zip(numbers(&moving, "motion"))
    {
        assert!(
            still < 0.1 && (2.0..4.0).contains(&moving),
            "{still} {moving}"
        );
    }
    let [still, moving] = [&still, &moving].map(|lines| numbers(lines, "complexity")[1]);
    assert!(still < 0.05 && moving > 2.0 * still, "{still} {moving}");
}

#[test]
fn lines_of_each_filter_have_the_documented_fields() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/STATISTICS.md");
    let page = std::fs::read_to_string(path).unwrap();
    for (element, own) in [
        ("wgpudenoise preset=fast", "sigma-y"),
        ("wgpudeartifact preset=balanced", "quantizer"),
        ("wgputrackoverlay", "frames-tracked"),
        ("wgputone", "exposure"),
    ] {
        let lines = seconds_of("fields", element, 1, false);
        assert!(lines[0].get(own).is_some(), "{element}: {lines:?}");
        let Json::Object(fields) = &lines[0] else {
            panic!("{lines:?}");
        };
        for (field, _) in fields {
            assert!(page.contains(&format!("`{field}`")), "{element}: {field}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_written_is_one_error() {
    for filter in ["wgpudenoise", "wgpudeartifact", "wgputrackoverlay"] {
        let line = format!(
            "videotestsrc num-buffers=3 ! video/x-raw,width=64,height=64 ! \
             {filter} stats-location=/nowhere/a ! fakesink"
        );
        let (pipeline, errors) = play(&line);
        pipeline.set_state(gst::State::Null).unwrap();
        let errors: Vec<_> = errors.iter().map(|error| error.message()).collect();
        assert!(errors[0].contains("`stats-location`"), "{errors:?}");
        assert!(errors[0].contains("/nowhere/a"), "{errors:?}");
        let told = errors.iter().filter(|text| text.contains("/nowhere/a"));
        assert_eq!(told.count(), 1, "{errors:?}");
    }
}

/// A disk that is full ends the report, not the stream.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_full_is_one_warning() {
    let info = video(VideoFormat::I420, 96, 64);
    let line = "wgputestfilter name=f stats-location=/dev/full";
    let mut harness = harness(line, &caps_of(&info));
    let element: gst::Element = find(&mut harness, "f");
    let bus = gst::Bus::new();
    element.set_bus(Some(&bus));
    for index in 0..76 {
        harness.push_and_pull(frame(&info, index)).unwrap();
    }
    let warnings: Vec<_> = bus.iter_filtered(&[gst::MessageType::Warning]).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    element.set_bus(None);
}

fn figures(buffer: &gst::BufferRef) -> Vec<String> {
    let meta = gst::meta::CustomMeta::from_buffer(buffer, "GstWgpuStatsMeta");
    let fields = meta.map(|meta| meta.structure().fields().map(|f| f.to_string()).collect());
    fields.unwrap_or_default()
}

#[test]
fn frames_carry_the_figures_of_all_elements_downstream() {
    let line = "wgpudenoise name=a preset=fast stats-meta=true ! wgpudeartifact name=b preset=fast stats-meta=true ! \
                wgputestfilter lookahead=1 ! videoconvert ! video/x-raw,format=NV12 ! x264enc tune=zerolatency";
    super::init();
    let info = video(VideoFormat::I420, 96, 64);
    let mut harness = Harness::new_parse(line);
    harness.set_src_caps(caps_of(&info));
    for index in 0..4 {
        harness.push(frame(&info, index)).unwrap();
    }
    harness.push_event(gst::event::Eos::new());
    let coded = harness.pull().unwrap();
    assert_eq!(figures(&coded), ["a", "b"]);
    let meta = gst::meta::CustomMeta::from_buffer(&coded, "GstWgpuStatsMeta").unwrap();
    let own: gst::Structure = meta.structure().get("a").unwrap();
    assert!(own.get::<f64>("sigma-y").is_ok(), "{own}");
    let denoise: gst::Element = find(&mut harness, "a");
    denoise.set_property("stats-meta", false);
}

#[test]
fn without_the_property_frames_carry_nothing() {
    let info = video(VideoFormat::I420, 96, 64);
    let mut harness = harness("wgpudenoise preset=fast", &caps_of(&info));
    let out = harness.push_and_pull(frame(&info, 0)).unwrap();
    assert!(figures(&out).is_empty());
}
