//! Where segments begin and end.

use gstwgpu::denoise::grain::segments::{Picture, Segment, Segmenter};
use gstwgpu::denoise::grain::sites::Span;

use super::rig::{Noise, WHITE, sample};
use crate::denoise::noise_rig::Random;

const PICTURE: Picture = Picture {
    step: 1.0,
    shifts: (1, 1),
};
/// 40 ms in ns, and in units of a table.
const FRAME: u64 = 40_000_000;
const TICKS: i64 = 400_000;

const STRONG: Noise = Noise {
    sigma: |_| [15.0, 9.0, 6.0],
    ..WHITE
};

struct Stream {
    segmenter: Segmenter,
    random: Random,
    origin: u64,
    ended: Vec<Segment>,
}

impl Stream {
    fn new(origin: u64) -> Self {
        Self {
            segmenter: Segmenter::new(origin),
            random: Random(1),
            origin,
            ended: Vec::new(),
        }
    }

    /// Pictures of these numbers with this noise, after so many cuts.
    fn play(&mut self, noise: &Noise, cuts: u32, numbers: std::ops::Range<u64>) {
        let mut sample = sample(noise, &[100.0], &mut self.random);
        sample.cuts = cuts;
        for number in numbers {
            let start = self.origin + number * FRAME;
            let span = Span {
                start,
                end: start + FRAME,
            };
            self.ended
                .extend(self.segmenter.take(span, Some(&sample), PICTURE));
        }
    }

    fn break_off(&mut self) {
        self.ended.extend(self.segmenter.break_off(PICTURE));
    }

    /// Start and end of each segment in frames.
    fn frames(&self) -> Vec<(f64, f64)> {
        let frames = |time: i64| time as f64 / TICKS as f64;
        let periods = self.ended.iter().map(|segment| segment.period);
        periods
            .map(|period| (frames(period.start), frames(period.end)))
            .collect()
    }
}

#[test]
fn a_stream_of_one_grain_is_one_segment_of_all_its_time() {
    // A live stream does not begin at 0, its table does.
    let mut stream = Stream::new(3_600_000_000_000);
    stream.play(&WHITE, 0, 0..14);
    assert_eq!(stream.frames(), []);
    stream.break_off();
    assert_eq!(stream.frames(), [(0.0, 14.0)]);
    stream.break_off();
    assert_eq!(stream.ended.len(), 1);
}

#[test]
fn other_grain_begins_a_segment_between_two_pictures() {
    let mut stream = Stream::new(0);
    stream.play(&WHITE, 0, 0..24);
    stream.play(&STRONG, 0, 24..48);
    stream.break_off();
    assert_eq!(stream.frames(), [(0.0, 23.5), (23.5, 48.0)]);
    let strength = |segment: &Segment| {
        f64::from(segment.params.points[0][0].1) / f64::from(1 << segment.params.scaling_shift)
    };
    let ratio = strength(&stream.ended[1]) / strength(&stream.ended[0]);
    assert!((ratio - 1.5).abs() < 0.05, "{ratio}");
    // The mean of all lies between.
    let mean = &stream.ended[1].mean;
    let mean = f64::from(mean.points[0][0].1) / f64::from(1 << mean.scaling_shift);
    assert!(mean > 1.1 * strength(&stream.ended[0]) && mean < strength(&stream.ended[1]) / 1.05);
}

#[test]
fn coarser_grain_begins_a_segment() {
    let coarse = Noise {
        coarse: true,
        ..WHITE
    };
    let mut stream = Stream::new(0);
    stream.play(&WHITE, 0, 0..12);
    stream.play(&coarse, 0, 12..24);
    stream.break_off();
    assert_eq!(stream.frames(), [(0.0, 11.5), (11.5, 24.0)]);
}

#[test]
fn a_cut_begins_a_segment_if_the_one_before_is_known() {
    let mut stream = Stream::new(0);
    stream.play(&WHITE, 0, 0..30);
    stream.play(&WHITE, 1, 30..31);
    stream.play(&WHITE, 2, 31..60);
    stream.break_off();
    assert_eq!(stream.frames(), [(0.0, 29.5), (29.5, 60.0)]);
}

#[test]
fn what_passes_unfiltered_gets_no_grain() {
    let mut stream = Stream::new(0);
    stream.play(&WHITE, 0, 10..20);
    stream.break_off();
    stream.play(&WHITE, 0, 30..40);
    stream.break_off();
    assert_eq!(stream.frames(), [(9.5, 20.0), (29.5, 40.0)]);
}

#[test]
fn a_time_that_goes_back_begins_a_segment() {
    let mut stream = Stream::new(400 * FRAME);
    stream.play(&WHITE, 0, 0..20);
    stream.origin = 300 * FRAME;
    stream.play(&WHITE, 0, 0..20);
    stream.break_off();
    assert_eq!(stream.frames(), [(0.0, 20.0), (-100.5, -80.0)]);
}

#[test]
fn a_segment_ends_after_a_minute() {
    let mut stream = Stream::new(0);
    let mut random = Random(1);
    let sample = sample(&WHITE, &[100.0], &mut random);
    let second = 1_000_000_000;
    for number in 0..70 {
        let span = Span {
            start: number * second,
            end: (number + 1) * second,
        };
        let ended = stream.segmenter.take(span, Some(&sample), PICTURE);
        stream.ended.extend(ended);
    }
    let first = stream.ended[0].period;
    assert_eq!((first.start, first.end), (0, 595_000_000));
    assert_eq!(stream.ended.len(), 1);
}

#[test]
fn pictures_that_were_not_measured_have_the_grain_of_their_segment() {
    let mut stream = Stream::new(0);
    stream.play(&WHITE, 0, 0..10);
    for number in 10..30 {
        let span = Span {
            start: number * FRAME,
            end: (number + 1) * FRAME,
        };
        let ended = stream.segmenter.take(span, None, PICTURE);
        assert_eq!(ended, []);
    }
    stream.break_off();
    assert_eq!(stream.frames(), [(0.0, 30.0)]);
}
