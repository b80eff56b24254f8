//! What is done when the work on a frame takes longer than a frame lasts.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::Plan;
use super::choice::{Choice, Outcome};
use super::imp::{CAT, WgpuFilter, lock};
use super::load::{Change, Descent, Load};
use super::stats::count;
use super::stream::Stream;
use crate::gpu::Gpu;

/// Element message: a filter does not keep up with its stream, or does again, or `auto` has chosen a preset.
/// Fields `state` (`too-slow`, `keeps-up`, `degraded`, `restored`, `chosen`), `work` and `frame` in
/// milliseconds, `when-late`, `steps-down`, and `preset` where `auto` chooses.
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
    pub(super) choice: Choice,
}

impl Default for Keeping {
    fn default() -> Self {
        Self {
            epoch: Instant::now(),
            load: Load::default(),
            descent: Descent::default(),
            choice: Choice::default(),
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

    /// True if the filter's own device is a processor, and `auto` chooses among presets there.
    fn chooses(&self, plan: &Plan) -> bool {
        let is_software = |gpu: &Arc<Gpu>| gpu.is_software();
        !plan.rungs.is_empty() && lock(&self.gpu).as_ref().is_some_and(is_software)
    }

    /// Presets to go up for the next frame.
    pub(super) fn steps_up(&self, plan: &Plan) -> u32 {
        match self.chooses(plan) {
            true => lock(&self.keeping).choice.up(),
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
        let chooses = self.chooses(&plan);
        let mut keeping = lock(&self.keeping);
        let now = keeping.now();
        let Keeping {
            load,
            descent,
            choice,
            ..
        } = &mut *keeping;
        let change = load.note(now, work, frame_time);
        if chooses {
            let outcome = match change {
                Some(Change::TooSlow) => choice.too_slow(load.work()),
                _ => choice.note(work, frame_time, plan.rungs),
            };
            if outcome.is_some() && (change.is_some() || choice.is_new()) {
                load.measure_anew();
            }
            if let Some(Outcome::Chosen(median)) = outcome {
                let (up, depth) = (choice.up(), descent.depth());
                drop(keeping);
                self.tell_choice(up, (median, frame_time), depth, &plan);
                return;
            }
        }
        let change = change.filter(|_| is_watched);
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
        let message = message(state, [work, frame], when_late, depth);
        self.obj().post_structure(message.build());
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

    /// Tells which preset `auto` runs from now on.
    fn tell_choice(&self, up: u32, (work, frame): (u64, u64), depth: u32, plan: &Plan) {
        let milliseconds = |nanoseconds: u64| nanoseconds as f64 / 1e6;
        let (work, frame) = (milliseconds(work), milliseconds(frame));
        let preset = plan.rungs.get(up as usize).map(|rung| rung.name);
        gst::info!(
            CAT,
            imp = self,
            "auto runs {preset:?}: {work:.1} ms a frame of {frame:.1} ms"
        );
        let message = message("chosen", [work, frame], *lock(&self.when_late), depth);
        self.obj()
            .post_structure(message.field("preset", preset).build());
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

/// The message on how a filter keeps up; times are in milliseconds.
fn message(
    state: &str,
    [work, frame]: [f64; 2],
    when_late: WhenLate,
    depth: u32,
) -> gst::structure::Builder {
    gst::Structure::builder(LOAD_MESSAGE)
        .field("state", state)
        .field("work", work)
        .field("frame", frame)
        .field("when-late", nick(when_late))
        .field("steps-down", depth)
}

/// The name of a value of `when-late`, as users write it.
fn nick(when_late: WhenLate) -> Option<&'static str> {
    let value = when_late.to_value();
    glib::EnumValue::from_value(&value).map(|(_, value)| value.nick())
}
