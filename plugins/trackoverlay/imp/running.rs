//! The passes of one stream: tracking, or a track from a file, and compositing.

use std::sync::Arc;

use super::CAT;
use super::commands::Command;
use super::feed::{Arrival, Feed};
use super::properties::Knobs;
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording, Submission};
use crate::trackoverlay::colour::StreamColour;
use crate::trackoverlay::place::placement::Placement;
use crate::trackoverlay::pose::{Pose, TrackState};
use crate::trackoverlay::quad::{Quad, QuadError};
use crate::trackoverlay::source::Source;
use crate::trackoverlay::track::tracker::{TrackStep, Tracker};
use crate::trackoverlay::trail::follow::Follow;
use crate::trackoverlay::trail::import::Track;
use crate::trackoverlay::trail::journal::{Entry, Journal, Seen};
use crate::video::filter::Failure;

/// Poses under way at most where nobody waits for frames: a bound on how far the GPU may be
/// behind.
const MOST_UNDER_WAY: usize = 8;

/// The stream as far as the passes care.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Shape of each frame; of each field where buffers are fields.
    pub layout: FrameLayout,
    /// What its code values mean.
    pub colour: StreamColour,
    /// Size of the picture in pixels, both fields together.
    pub size: (u32, u32),
    /// Width of a pixel divided by its height.
    pub pixel_aspect: f32,
    /// Seconds from frame to frame, where their times do not tell.
    pub frame_time: f32,
}

/// Where poses come from.
#[derive(Debug)]
enum Poses {
    Tracked(Box<Tracker>),
    FromFile(Box<Follow>),
}

/// What is placed.
#[derive(Debug, Clone, Default)]
pub struct Placed {
    /// The picture, if there is one.
    pub picture: Option<Arc<Source>>,
    /// The second stream, if there is one. From its first frame on it takes the picture's place.
    pub feed: Option<Arc<Feed>>,
}

/// All state between the frames of one stream.
#[derive(Debug)]
pub struct Running {
    shape: Shape,
    poses: Poses,
    placement: Placement,
    journal: Journal,
    armed: bool,
    /// Width of the armed quad divided by its height.
    armed_aspect: f32,
    latest_pts: Option<u64>,
    shown: Option<Arc<Arrival>>,
    /// A frame of the second stream: nobody may write it before its reading is submitted.
    in_use: Option<gst::Buffer>,
}

impl Running {
    /// Compiles and allocates; with a track, frames are not tracked but placed by it.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Arc<Gpu>, shape: &Shape, track: Option<&Track>) -> Result<Self, GpuError> {
        let size = (shape.layout.width, shape.layout.height);
        Ok(Self {
            shape: *shape,
            poses: match track {
                Some(track) => Poses::FromFile(Follow::new(gpu, track.clone(), size)?.into()),
                None => Poses::Tracked(Tracker::new(gpu, shape.layout)?.into()),
            },
            placement: Placement::new(gpu, shape.layout, shape.colour)?,
            journal: Journal::new(gpu),
            armed: track.is_some(),
            armed_aspect: 0.0,
            latest_pts: None,
            shown: None,
            in_use: None,
        })
    }

    /// Goes on with another shape, where that calls for nothing to be made anew.
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

    /// What it was made for.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// True where a quad is followed.
    pub fn is_armed(&self) -> bool {
        self.armed
    }

    /// Carries out orders; their quads are in pixels of the picture.
    ///
    /// # Errors
    /// What is wrong with the first quad that was refused. All other orders are carried out.
    pub fn obey(&mut self, commands: &[Command], seen: &Seen) -> Result<(), QuadError> {
        let Poses::Tracked(tracker) = &mut self.poses else {
            return Ok(());
        };
        let mut refused = Ok(());
        for command in commands {
            let result = match command {
                Command::Arm(quad) => tracker.arm(seen.lines.from_picture(quad)),
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
                    self.armed_aspect = aspect(quad) * self.shape.pixel_aspect;
                }
                _ => {}
            }
        }
        refused
    }

    /// Records what follows the plane in one frame. The frame's pose is in the journal then.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn follow(
        &mut self,
        recording: &mut Recording<'_>,
        input: &Frame,
        seen: Seen,
        knobs: &Knobs,
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
                };
                tracker.record(recording, input, &step)?;
                self.journal.record(recording, tracker.pose(), seen);
            }
        }
        Ok(())
    }

    /// Adds a frame in which no plane was looked for.
    pub fn note_idle(&mut self, seen: Seen) {
        let pose = Pose::nothing(TrackState::Idle, seen.frame);
        self.journal.note(seen, pose);
    }

    /// Seconds since the last frame.
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

    /// Records the placement; false where there is nothing to place, and `output` is not written.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn place(
        &mut self,
        recording: &mut Recording<'_>,
        (input, output): (&Frame, &Frame),
        placed: &Placed,
        knobs: &Knobs,
        now: Option<u64>,
    ) -> Result<bool, GpuError> {
        match self.take_second_stream(recording, placed, now) {
            Err(Failure::Gpu(error)) => return Err(error),
            Err(other) => gst::warning!(CAT, "a frame of the second stream is left out: {other}"),
            Ok(()) => {}
        }
        let stalled = |feed: &Arc<Feed>| knobs.patience().is_some_and(|p| feed.is_stalled(now, p));
        if self.shown.is_some() && placed.feed.as_ref().is_some_and(stalled) {
            return Ok(false);
        }
        let second = self.shown.as_ref().map(|arrival| &arrival.source);
        let source = second.or(placed.picture.as_deref());
        let (Some(source), true) = (source, self.armed && knobs.opacity > 0.0) else {
            return Ok(false);
        };
        let (pose, matte) = match &self.poses {
            Poses::Tracked(tracker) => (tracker.pose(), Some(tracker.matte())),
            Poses::FromFile(follow) => (follow.pose(), None),
        };
        let matte = matte.filter(|_| knobs.occlusion);
        let look = knobs.look(self.armed_aspect);
        let placement = &self.placement;
        placement.record(recording, input, output, source, pose, matte, &look)?;
        Ok(true)
    }

    /// Makes the frame that is due the source.
    fn take_second_stream(
        &mut self,
        recording: &mut Recording<'_>,
        placed: &Placed,
        now: Option<u64>,
    ) -> Result<(), Failure> {
        let Some(feed) = &placed.feed else {
            self.shown = None;
            return Ok(());
        };
        let Some((arrival, buffer)) = feed.pick(now) else {
            return Ok(());
        };
        let frame = arrival.incoming.frame(recording, &buffer)?;
        arrival.source.update(recording, frame.frame())?;
        drop(frame);
        self.in_use = Some(buffer);
        self.shown = Some(arrival);
        Ok(())
    }

    /// Tells the submission of the latest frame, and waits until poses are close enough behind:
    /// for all of them where the frame goes into system memory, for then its pose can be told
    /// with it.
    ///
    /// # Errors
    /// As [`Journal::wait`].
    pub fn submitted(&mut self, submission: &Submission, exact: bool) -> Result<(), GpuError> {
        self.in_use = None;
        self.journal.submitted(submission);
        self.journal.wait(if exact { 0 } else { MOST_UNDER_WAY })
    }

    /// The oldest frame whose pose has arrived and was not taken.
    ///
    /// # Errors
    /// As [`Journal::take`].
    pub fn next_entry(&mut self) -> Result<Option<Entry>, GpuError> {
        self.journal.take()
    }

    /// Waits for all poses.
    ///
    /// # Errors
    /// As [`Journal::wait`].
    pub fn wait(&self) -> Result<(), GpuError> {
        self.journal.wait(0)
    }

    /// The stream jumps: the time since the last frame says nothing. The plane is looked for where
    /// it was, and then everywhere.
    pub fn reset(&mut self) {
        self.latest_pts = None;
    }
}

/// Width of a quad divided by its height.
fn aspect(quad: &Quad) -> f32 {
    let [top, right, bottom, left] = quad.sides();
    ((top + bottom) / (left + right)) as f32
}
