//! One live channel: a source that gives each frame when it is due, the elements, and a sink that
//! notes when it came out.

use super::schedule::Schedule;
use crate::pipeline::{self, Feed, buffer, failure, pad, source};
use gst::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Frames that come out before the schedule begins: kernels are compiled by then.
const WARM_UP: usize = 5;
/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often to look for an error in that time.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Frames that came out: when, and how long after the start of the stream they were to be shown.
type Arrivals = Arc<Mutex<Vec<(Instant, gst::ClockTime)>>>;

/// A running channel. It stops when dropped.
#[derive(Debug)]
pub struct Chain {
    pipeline: gst::Pipeline,
    arrivals: Arrivals,
    stopped: Arc<AtomicBool>,
    feeder: Option<JoinHandle<()>>,
    begin: Sender<Instant>,
    ready: Receiver<Result<u64, String>>,
    rate: u32,
    schedule: Option<Schedule>,
}

impl Chain {
    /// Starts it; frames go in as fast as they are taken, until the first ones come out.
    pub fn start(feed: &Feed, elements: &str, rate: u32) -> Result<Self, String> {
        let pipeline = pipeline::launch(feed, elements)?;
        let source = source(&pipeline)?;
        source.set_is_live(true);
        let arrivals = Arrivals::default();
        watch(&pipeline, &arrivals)?;
        let (begin, begins) = mpsc::channel();
        let (tell, ready) = mpsc::channel();
        let stopped = Arc::new(AtomicBool::new(false));
        let feeder = Feeder {
            source,
            frames: feed.frames.clone(),
            rate,
            arrivals: arrivals.clone(),
            stopped: stopped.clone(),
        };
        let mut chain = Self {
            pipeline,
            arrivals,
            stopped,
            feeder: None,
            begin,
            ready,
            rate,
            schedule: None,
        };
        let started = chain.pipeline.set_state(gst::State::Playing);
        started.map_err(|error| failure(&chain.pipeline).unwrap_or(error.to_string()))?;
        chain.feeder = Some(std::thread::spawn(move || feeder.run(&tell, &begins)));
        Ok(chain)
    }

    /// Waits until the first frames have come out.
    pub fn wait_until_ready(&mut self) -> Result<(), String> {
        let first = self.first_frame()?;
        self.schedule = Some(Schedule {
            begin: Instant::now(),
            first,
            rate: self.rate,
        });
        Ok(())
    }

    fn first_frame(&self) -> Result<u64, String> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Ok(first) = self.ready.recv_timeout(LOOK_EVERY) {
                return first.map_err(|error| failure(&self.pipeline).unwrap_or(error));
            }
            // The feeder does not hear of an error while it waits for room.
            if let Some(error) = self.failure() {
                return Err(error);
            }
        }
        Err("no frame came out".into())
    }

    /// From now on frames go in when they are due, the next one at `begin`.
    pub fn go_live(&mut self, begin: Instant) {
        if let Some(schedule) = &mut self.schedule {
            schedule.begin = begin;
            let _ = self.begin.send(begin);
        }
    }

    /// Milliseconds of delay of each frame that came out in a span of time.
    pub fn delays(&self, from: Instant, to: Instant) -> Vec<f64> {
        let Some(schedule) = &self.schedule else {
            return Vec::new();
        };
        let arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        let inside = arrivals.iter().filter(|(at, _)| (from..to).contains(at));
        inside
            .filter_map(|(at, time)| schedule.delay(*at, time.nseconds()))
            .collect()
    }

    /// The statistics of our elements.
    pub fn stats(&self) -> Vec<gst::Structure> {
        pipeline::stats(&self.pipeline)
    }

    /// What went wrong by now.
    pub fn failure(&self) -> Option<String> {
        pipeline::failure_by_now(&self.pipeline)
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the feeder, wherever it waits.
        self.begin = mpsc::channel().0;
        let _ = self.pipeline.set_state(gst::State::Null);
        if let Some(feeder) = self.feeder.take() {
            let _ = feeder.join();
        }
    }
}

fn watch(pipeline: &gst::Pipeline, arrivals: &Arrivals) -> Result<(), String> {
    let arrivals = arrivals.clone();
    pad(pipeline, "sink", "sink")?.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        let now = Instant::now();
        if let Some(time) = info.buffer().and_then(|buffer| buffer.pts()) {
            let mut arrivals = arrivals.lock().unwrap_or_else(PoisonError::into_inner);
            arrivals.push((now, time));
        }
        gst::PadProbeReturn::Ok
    });
    Ok(())
}

/// The camera's thread.
struct Feeder {
    source: gst_app::AppSrc,
    frames: Vec<Arc<[u8]>>,
    rate: u32,
    arrivals: Arrivals,
    stopped: Arc<AtomicBool>,
}

impl Feeder {
    fn run(self, tell: &Sender<Result<u64, String>>, begins: &Receiver<Instant>) {
        let mut frames = (0..).zip(self.frames.iter().cycle());
        let mut first = 0;
        while !self.is_warm() {
            let Some((number, frame)) = frames.next() else {
                return;
            };
            if let Err(error) = self.push(number, frame) {
                let _ = tell.send(Err(error));
                return;
            }
            first = number + 1;
        }
        let _ = tell.send(Ok(first));
        let Ok(begin) = begins.recv() else { return };
        let schedule = Schedule {
            begin,
            first,
            rate: self.rate,
        };
        for (number, frame) in frames {
            let wait = schedule.due(number).map(|due| due - Instant::now());
            std::thread::sleep(wait.unwrap_or_default());
            if self.stopped.load(Ordering::Relaxed) || self.push(number, frame).is_err() {
                return;
            }
        }
    }

    fn is_warm(&self) -> bool {
        let arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        arrivals.len() >= WARM_UP || self.stopped.load(Ordering::Relaxed)
    }

    /// Waits while the elements are behind.
    fn push(&self, number: u64, frame: &Arc<[u8]>) -> Result<(), String> {
        let pushed = self.source.push_buffer(buffer(frame, number, self.rate));
        pushed.map(|_| ()).map_err(|flow| flow.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::bytes;
    use crate::pipeline::raw_caps;

    const SIZE: (u32, u32) = (16, 16);
    const RATE: u32 = 50;

    fn start(elements: &str) -> Result<Chain, String> {
        gst::init().expect("GStreamer");
        let feed = Feed {
            caps: raw_caps(SIZE, RATE),
            frames: vec![vec![128; bytes(SIZE)].into()],
        };
        let mut chain = Chain::start(&feed, elements, RATE)?;
        chain.wait_until_ready()?;
        Ok(chain)
    }

    #[test]
    fn live_frames_come_out_with_their_delays() {
        let mut chain = start("identity").expect("a chain");
        let begin = Instant::now();
        chain.go_live(begin);
        let mut delays = Vec::new();
        while delays.len() < 3 && begin.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
            delays = chain.delays(begin, Instant::now());
        }
        assert!(delays.len() >= 3);
        assert_eq!(chain.failure(), None);
        let before = begin - Duration::from_secs(1);
        assert!(chain.delays(before, begin).is_empty());
    }

    #[test]
    fn an_error_of_an_element_is_told() {
        let error = start("identity error-after=2").map(|_| ());
        assert!(error.is_err_and(|text| text.contains("Failed after")));
    }
}
