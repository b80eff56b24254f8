//! The passes of one stream: tracking, or a track from a file, and compositing.

mod exposing;
mod marking;
mod placing;

use std::sync::Arc;

pub use self::marking::Marked;
use self::marking::Marker;
use super::commands::Command;
use super::feed::{Arrival, Feed};
use super::properties::Knobs;
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording, StorageBuffer, Submission};
use crate::trackoverlay::colour::StreamColour;
use crate::trackoverlay::exposure::meter::Meter;
use crate::trackoverlay::place::matte::Matte;
use crate::trackoverlay::place::placement::Placement;
use crate::trackoverlay::pose::{Pose, TrackState};
use crate::trackoverlay::quad::{Quad, QuadError};
use crate::trackoverlay::source::Source;
use crate::trackoverlay::track::mask::Mask;
use crate::trackoverlay::track::tracker::{TrackStep, Tracker};
use crate::trackoverlay::trail::follow::Follow;
use crate::trackoverlay::trail::import::Track;
use crate::trackoverlay::trail::journal::{Entry, Journal, Seen};

/// Most poses in flight if nothing waits for frames: limits how far the GPU may lag.
const MAX_IN_FLIGHT: usize = 8;

/// The properties of a stream that the passes need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Layout of each frame; of each field if buffers are fields.
    pub layout: FrameLayout,
    /// Its colour encoding.
    pub colour: StreamColour,
    /// Size of the picture in pixels, both fields together.
    pub size: (u32, u32),
    /// Width of a pixel divided by its height.
    pub pixel_aspect: f32,
    /// Seconds from one frame to the next, for frames without timestamps.
    pub frame_time: f32,
}

/// Source of the poses.
#[derive(Debug)]
enum Poses {
    Tracked(Box<Tracker>),
    FromFile(Box<Follow>),
}

impl Poses {
    /// Pose of the latest frame, and what is in front of the plane if that is known.
    fn latest(&self) -> (&StorageBuffer, Option<&Matte>) {
        match self {
            Self::Tracked(tracker) => (tracker.pose(), Some(tracker.matte())),
            Self::FromFile(follow) => (follow.pose(), None),
        }
    }
}

/// Sources for compositing.
#[derive(Debug, Clone, Default)]
pub struct Placed {
    /// The picture, if there is one.
    pub picture: Option<Arc<Source>>,
    /// Its name in reports.
    pub name: Option<String>,
    /// The second stream, if there is one. It replaces the picture from its first frame on.
    pub feed: Option<Arc<Feed>>,
}

impl Placed {
    /// True if there is anything to place, now or later.
    pub fn is_any(&self) -> bool {
        self.picture.is_some() || self.feed.is_some()
    }
}

/// What became of a frame.
#[derive(Debug, Clone, Copy)]
pub enum Ending<'a> {
    /// It was processed; `exact` as in [`Running::submitted`].
    Submitted {
        /// What holds its recording.
        submission: &'a Submission,
        /// No pose may remain in flight.
        exact: bool,
    },
    /// It passed.
    Passed(Seen),
}

/// State of one stream from frame to frame.
#[derive(Debug)]
pub struct Running {
    shape: Shape,
    poses: Poses,
    placement: Placement,
    journal: Journal,
    /// Only for an exposure report.
    meter: Option<Meter>,
    /// From the first mark on.
    marker: Option<Marker>,
    armed: bool,
    /// The latest placement was drawn behind what is in front of the plane.
    occludes: bool,
    /// Width of the armed quad divided by its height.
    armed_aspect: f32,
    latest_pts: Option<u64>,
    shown: Option<Arc<Arrival>>,
    /// Frame of the second stream that is being read: kept until the reading is submitted, so that nobody
    /// reuses it.
    in_use: Option<gst::Buffer>,
}

impl Running {
    /// Compiles kernels and allocates buffers. If there is a track, its poses are used instead of tracking. What is
    /// placed is measured only if `measures`.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(
        gpu: &Arc<Gpu>,
        shape: &Shape,
        track: Option<&Track>,
        measures: bool,
    ) -> Result<Self, GpuError> {
        let size = (shape.layout.width, shape.layout.height);
        Ok(Self {
            shape: *shape,
            poses: match track {
                Some(track) => Poses::FromFile(Follow::new(gpu, track.clone(), size)?.into()),
                None => Poses::Tracked(Tracker::new(gpu, shape.layout, &shape.colour)?.into()),
            },
            placement: Placement::new(gpu, shape.layout, shape.colour)?,
            journal: Journal::new(gpu),
            meter: match measures {
                true => Some(Meter::new(gpu, &shape.layout, &shape.colour)?),
                false => None,
            },
            marker: None,
            armed: track.is_some(),
            occludes: false,
            armed_aspect: 0.0,
            latest_pts: None,
            shown: None,
            in_use: None,
        })
    }

    /// Changes to a new shape if nothing has to be rebuilt for it; otherwise returns false.
    pub fn adopt(&mut self, shape: &Shape) -> bool {
        let timed = Shape {
            frame_time: shape.frame_time,
            ..self.shape
        };
        let same = timed == *shape;
        if same {
            self.shape = timed;
            self.latest_pts = None;
        }
        same
    }

    /// The properties of the stream that it was made for.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// True if a quad is tracked.
    pub fn is_armed(&self) -> bool {
        self.armed
    }

    /// Carries out commands; their quads are in pixels of the picture. `mask` is what is in front where one arms.
    ///
    /// # Errors
    /// The error of the first quad that was rejected. All other commands are carried out.
    pub fn carry_out(
        &mut self,
        commands: &[Command],
        seen: &Seen,
        mask: Option<&Arc<Mask>>,
    ) -> Result<(), QuadError> {
        let Poses::Tracked(tracker) = &mut self.poses else {
            return Ok(());
        };
        let mut refused = Ok(());
        for command in commands {
            let result = match command {
                Command::Arm(quad) => {
                    tracker.arm_behind(seen.lines.from_picture(quad), mask.cloned())
                }
                Command::Correct(quad) => tracker.correct(seen.lines.from_picture(quad)),
                Command::Release => {
                    tracker.release();
                    self.armed = false;
                    Ok(())
                }
            };
            match (result, command) {
                (Err(error), _) => refused = refused.and(Err(error)),
                (Ok(()), Command::Correct(_)) if self.armed => {}
                (Ok(()), Command::Arm(quad) | Command::Correct(quad)) => {
                    self.armed = true;
                    self.placement.forget_noise();
                    self.armed_aspect = aspect(quad) * self.shape.pixel_aspect;
                }
                _ => {}
            }
        }
        refused
    }

    /// Records the tracking of one frame. Its pose then goes to the journal. What is in front of the plane is found
    /// out only if something is placed.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn follow(
        &mut self,
        recording: &mut Recording<'_>,
        input: &Frame,
        seen: Seen,
        knobs: &Knobs,
        is_placed: bool,
    ) -> Result<(), GpuError> {
        if !self.armed {
            self.note_idle(seen);
            return Ok(());
        }
        let seconds = self.seconds_to(seen.pts);
        let settings = knobs.settings();
        match &mut self.poses {
            Poses::FromFile(follow) => {
                let pose = follow.record(recording, &seen, seconds, &settings)?;
                self.journal.note(seen, pose);
            }
            Poses::Tracked(tracker) => {
                let step = TrackStep {
                    frame: seen.frame,
                    seconds,
                    model: settings.motion_model,
                    on_lost: settings.on_lost,
                    fade_out: settings.fade_out,
                    fade_in: settings.fade_in,
                    has_matte: is_placed && knobs.occlusion,
                };
                tracker.record(recording, input, &step)?;
                self.journal.record(recording, tracker.pose(), seen);
            }
        }
        Ok(())
    }

    /// Adds a frame without tracking to the journal.
    pub fn note_idle(&mut self, seen: Seen) {
        let pose = Pose::nothing(TrackState::Idle, seen.frame);
        self.journal.note(seen, pose);
    }

    /// Seconds from the last frame to this one.
    fn seconds_to(&mut self, pts: Option<u64>) -> f32 {
        let before = std::mem::replace(&mut self.latest_pts, pts);
        let step = pts
            .zip(before)
            .and_then(|(pts, before)| pts.checked_sub(before));
        match step {
            Some(step @ 1..10_000_000_000) => step as f32 / 1e9,
            _ => self.shape.frame_time,
        }
    }

    /// Notes what became of the latest frame.
    ///
    /// # Errors
    /// As [`Running::submitted`].
    pub fn end_frame(&mut self, ending: Ending<'_>) -> Result<(), GpuError> {
        match ending {
            Ending::Submitted { submission, exact } => self.submitted(submission, exact),
            Ending::Passed(seen) => {
                self.note_idle(seen);
                self.note_unplaced(seen);
                Ok(())
            }
        }
    }

    /// Notes the submission of the latest frame, and limits the poses in flight: none may remain if `exact`,
    /// as for frames in system memory, whose pose is then reported with them.
    ///
    /// # Errors
    /// As [`Journal::wait`].
    pub fn submitted(&mut self, submission: &Submission, exact: bool) -> Result<(), GpuError> {
        self.in_use = None;
        self.journal.submitted(submission);
        self.note_submitted(submission);
        let most = if exact { 0 } else { MAX_IN_FLIGHT };
        self.journal.wait(most)?;
        self.note_asked(submission);
        self.wait_asked(most)?;
        self.wait_measures(most)
    }

    /// The oldest frame whose pose has arrived and was not taken yet.
    ///
    /// # Errors
    /// As [`Journal::take`].
    pub fn next_entry(&mut self) -> Result<Option<Entry>, GpuError> {
        self.journal.take()
    }

    /// All frames whose poses are lost with the device, in order.
    pub fn abandon(&mut self) -> Vec<Entry> {
        self.journal.abandon()
    }

    /// Waits for all poses.
    ///
    /// # Errors
    /// As [`Journal::wait`].
    pub fn wait(&self) -> Result<(), GpuError> {
        self.journal.wait(0)?;
        self.wait_measures(0)
    }

    /// Handles a jump in the stream: the time since the last frame means nothing. The plane is searched for
    /// at its last position, then everywhere.
    pub fn reset(&mut self) {
        self.latest_pts = None;
    }
}

/// Width of a quad divided by its height.
fn aspect(quad: &Quad) -> f32 {
    let [top, right, bottom, left] = quad.sides();
    ((top + bottom) / (left + right)) as f32
}
