//! What is done when the work on a frame takes longer than a frame lasts.

use std::sync::atomic::Ordering;
use std::time::Instant;

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::Plan;
use super::imp::{CAT, WgpuFilter, lock};
use super::load::{Change, Descent, Load};
use super::stats::count;
use super::stream::Stream;

/// Element message: a filter does not keep up with its stream, or does again. Fields `state` (`too-slow`,
/// `keeps-up`, `degraded`, `restored`), `work` and `frame` in milliseconds, `when-late`, and `steps-down`.
const LOAD_MESSAGE: &str = "wgpu-load";

/// Values of the property `when-late`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[repr(i32)]
#[enum_type(name = "GstWgpuWhenLate")]
pub enum WhenLate {
    /// Frames are left out.
    #[default]
    #[enum_value(
        name = "Frames are left out, so that the stream stays in time",
        nick = "drop"
    )]
    Drop,
    /// A preset that takes less work, and frames are left out where that is not enough.
    #[enum_value(
        name = "A faster preset while there is no room for the chosen one",
        nick = "degrade"
    )]
    Degrade,
    /// Frames pass unfiltered.
    #[enum_value(
        name = "Frames pass unfiltered while there is no time for them",
        nick = "passthrough"
    )]
    Passthrough,
}

/// What to do with a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Filter it.
    Filter,
    /// Pass it unfiltered.
    Pass,
    /// Leave it out.
    Drop,
}

/// How a filter keeps up, by the clock.
#[derive(Debug)]
pub struct Keeping {
    epoch: Instant,
    load: Load,
    descent: Descent,
}

impl Default for Keeping {
    fn default() -> Self {
        Self {
            epoch: Instant::now(),
            load: Load::default(),
            descent: Descent::default(),
        }
    }
}

impl Keeping {
    fn now(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

impl WgpuFilter {
    /// True if the user lets presets go down.
    pub(super) fn degrades(&self) -> bool {
        *lock(&self.when_late) == WhenLate::Degrade
    }

    /// Presets to go down for the next frame.
    pub(super) fn steps_down(&self, plan: &Plan) -> u32 {
        match self.degrades() {
            true => lock(&self.keeping).descent.depth().min(plan.steps),
            false => 0,
        }
    }

    /// The timestamps that follow are others: after a flush, or in a new segment.
    pub(super) fn begin_timestamps_anew(&self) {
        lock(&self.keeping).load.begin_anew();
    }

    /// What to do with a frame that has just arrived. Only a live source runs away from a filter: others
    /// wait for it.
    pub(super) fn course(&self, buffer: &gst::BufferRef) -> Course {
        if !self.is_live.load(Ordering::Relaxed) {
            return Course::Filter;
        }
        let frame_time = lock(&self.pace).frame_time();
        let mut keeping = lock(&self.keeping);
        let now = keeping.now();
        let pts = buffer.pts().map(gst::ClockTime::nseconds);
        if !keeping.load.leaves_out(now, pts, frame_time) {
            return Course::Filter;
        }
        drop(keeping);
        match *lock(&self.when_late) {
            WhenLate::Passthrough => Course::Pass,
            WhenLate::Drop | WhenLate::Degrade => {
                count(&self.stats.late);
                Course::Drop
            }
        }
    }

    /// Takes up how long the work on a frame has taken, and tells what that changes.
    pub(super) fn note_work(&self, began: Instant) {
        let work = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let frame_time = lock(&self.pace).frame_time();
        let Some(plan) = lock(&self.stream).as_ref().map(Stream::plan) else {
            return;
        };
        let is_watched = self.is_live.load(Ordering::Relaxed) || self.qos_is_late();
        let degrades = self.degrades();
        let mut keeping = lock(&self.keeping);
        let now = keeping.now();
        let Keeping { load, descent, .. } = &mut *keeping;
        let change = load.note(now, work, frame_time).filter(|_| is_watched);
        // Before a step to another preset forgets it.
        let mean = load.work();
        let mut state = match change {
            Some(Change::TooSlow) => "too-slow",
            Some(Change::KeepsUp) => "keeps-up",
            None => "",
        };
        if degrades && change == Some(Change::TooSlow) && descent.down(now, load, plan.steps) {
            state = "degraded";
        } else if degrades && change.is_none() && descent.up(now, load, frame_time) {
            state = "restored";
        }
        let depth = descent.depth();
        drop(keeping);
        if !state.is_empty() {
            self.tell_load(state, mean, frame_time, depth, &plan);
        }
    }

    fn tell_load(&self, state: &str, work: u64, frame: u64, depth: u32, plan: &Plan) {
        let milliseconds = |nanoseconds: u64| nanoseconds as f64 / 1e6;
        let (work, frame) = (milliseconds(work), milliseconds(frame));
        let when_late = *lock(&self.when_late);
        let message = gst::Structure::builder(LOAD_MESSAGE)
            .field("state", state)
            .field("work", work)
            .field("frame", frame)
            .field("when-late", nick(when_late))
            .field("steps-down", depth)
            .build();
        self.obj().post_structure(message);
        if state != "too-slow" {
            gst::info!(
                CAT,
                imp = self,
                "{state}: {work:.0} ms a frame of {frame:.0} ms"
            );
            return;
        }
        let done = match when_late {
            WhenLate::Drop | WhenLate::Degrade => "frames are dropped",
            WhenLate::Passthrough => "some frames pass unfiltered",
        };
        let way_out = match plan.faster {
            Some(preset) if when_late != WhenLate::Degrade => {
                format!("; set preset={preset}, or when-late=degrade")
            }
            _ => "; a smaller frame, a lower rate or a faster GPU would help".into(),
        };
        gst::element_imp_warning!(
            self,
            gst::CoreError::Clock,
            ("{work:.0} ms a frame, and the stream has {frame:.0}: {done}{way_out}")
        );
    }

    /// Takes up what a sink says of frames that come to it.
    pub(super) fn note_qos(&self, event: &gst::event::Qos) {
        let (_, _, jitter, _) = event.get();
        self.late_at_sink.store(jitter > 0, Ordering::Relaxed);
    }

    fn qos_is_late(&self) -> bool {
        self.late_at_sink.load(Ordering::Relaxed)
    }
}

/// The name of a value of `when-late`, as users write it.
fn nick(when_late: WhenLate) -> Option<&'static str> {
    let value = when_late.to_value();
    glib::EnumValue::from_value(&value).map(|(_, value)| value.nick())
}
