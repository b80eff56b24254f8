//! The parts of a soak.

use std::time::{Duration, Instant};

use gst::prelude::*;

use crate::Outcome;
use crate::chance::Chance;
use crate::storm::{ours, set_any};
use crate::watch::{errors, shown, start, stop};

/// A part: abuses pipelines until a time.
pub struct Part {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it counts.
    pub what: &'static str,
    /// Runs it.
    pub run: fn(&mut Chance, Instant) -> Outcome,
}

/// All of them.
pub const PARTS: &[Part] = &[
    Part {
        name: "properties",
        what: "random values set on every element",
        run: properties,
    },
    Part {
        name: "caps",
        what: "changes of format, size and rate",
        run: caps,
    },
    Part {
        name: "crowd",
        what: "frames through 100 elements in a row",
        run: crowd,
    },
    Part {
        name: "threads",
        what: "pipelines made and ended by 24 threads",
        run: threads,
    },
    Part {
        name: "seeks",
        what: "seeks, flushes, steps and pauses",
        run: seeks,
    },
    Part {
        name: "sinks",
        what: "slow and stalled sinks, left behind",
        run: sinks,
    },
    Part {
        name: "frames",
        what: "small frames, and memory after them",
        run: frames,
    },
];

const CHAIN: &str = "wgpudenoise preset=fast ! wgpudeartifact preset=fast ! \
                     wgputrackoverlay points=\"20,20 120,24 118,80 22,84\"";
const SOURCE: &str =
    "videotestsrc pattern=ball ! video/x-raw,format=NV12,width=160,height=96,framerate=25/1";

impl Outcome {
    fn fault(fault: String) -> Self {
        Self {
            done: 0,
            faults: vec![fault],
        }
    }

    /// Ends a part: what the pipeline has to say, and whether it stops.
    fn ended(mut self, pipeline: &gst::Element) -> Self {
        self.faults.extend(errors(pipeline));
        self.faults.extend(stop(pipeline));
        self
    }
}

fn properties(chance: &mut Chance, end: Instant) -> Outcome {
    let line = format!("{SOURCE} ! {CHAIN} ! fakesink name=sink sync=false");
    let pipeline = match start(&line) {
        Ok(pipeline) => pipeline,
        Err(fault) => return Outcome::fault(fault),
    };
    let mut outcome = Outcome::default();
    let elements = ours(&pipeline);
    while Instant::now() < end {
        let before = shown(&pipeline);
        for _ in 0..200 {
            if let Some(element) = chance.one_of(&elements) {
                set_any(element, chance);
                outcome.done += 1;
            }
        }
        if !goes_on(&pipeline, before) {
            outcome.faults.push("no frame for a minute".into());
            break;
        }
    }
    outcome.ended(&pipeline)
}

/// Whether frames come within a minute.
fn goes_on(pipeline: &gst::Element, before: u64) -> bool {
    let end = Instant::now() + Duration::from_secs(60);
    while Instant::now() < end {
        if shown(pipeline) > before {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

fn caps(chance: &mut Chance, end: Instant) -> Outcome {
    let line = format!(
        "videotestsrc ! capsfilter name=caps caps=video/x-raw,format=I420,width=64,height=48 ! \
         {CHAIN} ! fakesink name=sink sync=false"
    );
    let pipeline = match start(&line) {
        Ok(pipeline) => pipeline,
        Err(fault) => return Outcome::fault(fault),
    };
    let filter = pipeline
        .downcast_ref::<gst::Bin>()
        .and_then(|bin| bin.by_name("caps"));
    let mut outcome = Outcome::default();
    while let (Some(filter), true) = (&filter, Instant::now() < end) {
        let format = chance.one_of(&gstwgpu::video::format::FORMATS).copied();
        let format = format.unwrap_or(gst_video::VideoFormat::I420);
        let (width, height) = (1 + chance.below(200), 1 + chance.below(120));
        let rate = 1 + chance.below(60);
        let caps = gst::Caps::builder("video/x-raw")
            .field("format", format.to_str())
            .field("width", i32::try_from(width).unwrap_or(1))
            .field("height", i32::try_from(height).unwrap_or(1))
            .field(
                "framerate",
                gst::Fraction::new(i32::try_from(rate).unwrap_or(25), 1),
            )
            .build();
        let before = shown(&pipeline);
        filter.set_property("caps", &caps);
        outcome.done += 1;
        if !goes_on(&pipeline, before + 1) {
            outcome.faults.push(format!(
                "no frame for a minute after {caps}: {:?}",
                errors(&pipeline)
            ));
            break;
        }
    }
    outcome.ended(&pipeline)
}

fn crowd(_: &mut Chance, end: Instant) -> Outcome {
    let chain = ["wgpudenoise preset=fast", "wgpudeartifact preset=fast"].repeat(50);
    let line = format!(
        "{SOURCE} ! {} ! fakesink name=sink sync=false",
        chain.join(" ! ")
    );
    let pipeline = match start(&line) {
        Ok(pipeline) => pipeline,
        Err(fault) => return Outcome::fault(fault),
    };
    while Instant::now() < end && errors(&pipeline).is_empty() {
        std::thread::sleep(Duration::from_millis(100));
    }
    let outcome = Outcome {
        done: shown(&pipeline),
        faults: Vec::new(),
    };
    outcome.ended(&pipeline)
}

fn threads(chance: &mut Chance, end: Instant) -> Outcome {
    let workers = (0..24).map(|_| {
        let mut chance = Chance::new(1 + chance.below(1 << 40));
        std::thread::spawn(move || make_and_end(&mut chance, end))
    });
    let workers: Vec<_> = workers.collect();
    let mut all = Outcome::default();
    for worker in workers {
        match worker.join() {
            Ok(outcome) => {
                all.done += outcome.done;
                all.faults.extend(outcome.faults);
            }
            Err(_) => all.faults.push("a thread panicked".into()),
        }
    }
    all
}

/// Makes pipelines and ends them, some before they have begun.
fn make_and_end(chance: &mut Chance, end: Instant) -> Outcome {
    let elements = [
        "wgpudenoise preset=fast",
        "wgpudenoise preset=fast lookahead=2",
        "wgpudeartifact preset=fast",
        "wgputone",
        "wgpuupload ! wgpudenoise preset=fast ! wgpudownload",
        CHAIN,
    ];
    let mut outcome = Outcome::default();
    while Instant::now() < end {
        let element = chance.one_of(&elements).copied().unwrap_or(CHAIN);
        let line = format!("{SOURCE} ! {element} ! fakesink name=sink sync=false");
        let Ok(pipeline) = gst::parse::launch(&line) else {
            return Outcome::fault(format!("{line} is refused"));
        };
        let _ = pipeline.set_state(gst::State::Playing);
        std::thread::sleep(Duration::from_millis(chance.below(300)));
        outcome.done += 1;
        outcome = outcome.ended(&pipeline);
    }
    outcome
}

fn seeks(chance: &mut Chance, end: Instant) -> Outcome {
    let line = format!("{SOURCE} ! queue ! {CHAIN} ! queue ! fakesink name=sink sync=false");
    let pipeline = match start(&line) {
        Ok(pipeline) => pipeline,
        Err(fault) => return Outcome::fault(fault),
    };
    let mut outcome = Outcome::default();
    while Instant::now() < end {
        let time = gst::ClockTime::from_mseconds(chance.below(100_000));
        match chance.below(4) {
            0 => {
                let _ = pipeline.seek_simple(gst::SeekFlags::FLUSH, time);
            }
            1 => {
                let _ =
                    pipeline.seek_simple(gst::SeekFlags::FLUSH | gst::SeekFlags::KEY_UNIT, time);
            }
            2 => {
                let amount = gst::format::Buffers::from_u64(1 + chance.below(5));
                pipeline.send_event(gst::event::Step::new(amount, 1.0, true, false));
            }
            _ => {
                let _ = pipeline.set_state(gst::State::Paused);
                let _ = pipeline.set_state(gst::State::Playing);
            }
        }
        outcome.done += 1;
        std::thread::sleep(Duration::from_millis(chance.below(40)));
    }
    let before = shown(&pipeline);
    if !goes_on(&pipeline, before) {
        outcome.faults.push("no frame after the last seek".into());
    }
    outcome.ended(&pipeline)
}

fn sinks(chance: &mut Chance, end: Instant) -> Outcome {
    let mut outcome = Outcome::default();
    while Instant::now() < end {
        let line =
            format!("{SOURCE} ! {CHAIN} ! fakesink name=sink sync=false signal-handoffs=true");
        let pipeline = match start(&line) {
            Ok(pipeline) => pipeline,
            Err(fault) => return Outcome::fault(fault),
        };
        let sink = pipeline
            .downcast_ref::<gst::Bin>()
            .and_then(|bin| bin.by_name("sink"));
        let delay = Duration::from_millis(chance.below(120));
        if let Some(sink) = sink {
            sink.connect("handoff", false, move |_| {
                std::thread::sleep(delay);
                None
            });
            // Some take nothing at all any more, and the pipeline must end all the same.
            if chance.below(2) == 0
                && let Some(pad) = sink.static_pad("sink")
            {
                pad.add_probe(gst::PadProbeType::BLOCK_DOWNSTREAM, |_, _| {
                    gst::PadProbeReturn::Ok
                });
            }
        }
        std::thread::sleep(Duration::from_millis(300));
        outcome.done += 1;
        outcome = outcome.ended(&pipeline);
    }
    outcome
}

fn frames(_: &mut Chance, end: Instant) -> Outcome {
    let line = format!(
        "videotestsrc ! video/x-raw,format=NV12,width=64,height=48,framerate=25/1 ! {CHAIN} ! \
         fakesink name=sink sync=false"
    );
    let pipeline = match start(&line) {
        Ok(pipeline) => pipeline,
        Err(fault) => return Outcome::fault(fault),
    };
    while shown(&pipeline) < 500 && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    let before = crate::watch::resident();
    while Instant::now() < end {
        std::thread::sleep(Duration::from_millis(100));
    }
    let grown = crate::watch::resident() - before;
    let mut outcome = Outcome {
        done: shown(&pipeline),
        faults: Vec::new(),
    };
    if grown > 8.0 {
        outcome
            .faults
            .push(format!("memory grew by {grown:.0} MiB"));
    }
    outcome.ended(&pipeline)
}
