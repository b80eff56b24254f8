//! The planes of the file of placements, frame by frame.

use std::path::PathBuf;
use std::sync::Arc;

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::plane::Plane;
use super::properties::Knobs;
use super::report::Report;
use super::running::{Ending, Running, Shape};
use super::{WgpuTrackOverlay, lock};
use crate::gpu::{Frame, Gpu, GpuError, Recording, guarded};
use crate::trackoverlay::placements::{self, PlacementsError};
use crate::trackoverlay::trail::journal::{Entry, Seen};
use crate::video::WgpuFilter;

/// The planes, while the streaming thread does not work with them.
#[derive(Debug, Default)]
pub struct Planes {
    list: Vec<Plane>,
    /// The picture with some of the placements, while others are drawn over it.
    between: Option<Frame>,
}

impl Planes {
    /// Draws all placements, one over the other and over what `output` has if it `is_written`. Returns whether it
    /// is then.
    fn place(
        &mut self,
        recording: &mut Recording<'_>,
        (input, output): (&Frame, &Frame),
        is_written: bool,
        (seen, knobs): (Seen, &Knobs),
    ) -> Result<bool, GpuError> {
        let between = match self.between.take() {
            Some(frame) if frame.layout() == input.layout() => frame,
            _ => Frame::new(recording.gpu(), *input.layout())?,
        };
        let mut is_any = is_written;
        let mut is_between = false;
        for plane in &mut self.list {
            let from = match (is_any, is_between) {
                (false, _) => input,
                (true, false) => output,
                (true, true) => &between,
            };
            let to = match is_any && !is_between {
                true => &between,
                false => output,
            };
            if plane.place(recording, (from, to), seen, knobs)? {
                is_between = is_any && !is_between;
                is_any = true;
            }
        }
        if is_between {
            recording.copy(&between, output);
        }
        self.between = Some(between);
        Ok(is_any)
    }
}

impl WgpuTrackOverlay {
    /// Reads the file of placements and all pictures that it names.
    pub(super) fn open_placements(&self, path: Option<PathBuf>) -> Result<(), gst::ErrorMessage> {
        lock(&self.told).clear();
        let Some(path) = path else { return Ok(()) };
        let planes = placements::read(&path).and_then(|listed| {
            let numbered = (1..).zip(listed);
            let planes = numbered.map(|(number, listed)| Plane::open(number, listed));
            planes.collect::<Result<Vec<_>, PlacementsError>>()
        });
        let list = planes.map_err(|error| {
            gst::error_msg!(
                gst::ResourceError::Settings,
                (
                    "The property `placements` is \"{}\": {error}",
                    path.display()
                )
            )
        })?;
        *lock(&self.told) = list.iter().map(|plane| Report::of(&plane.name)).collect();
        lock(&self.planes).list = list;
        Ok(())
    }

    /// True if there are planes besides that of the properties.
    pub(super) fn has_planes(&self) -> bool {
        !lock(&self.told).is_empty()
    }

    /// Makes all planes ready for frames of a shape.
    pub(super) fn configure_planes(&self, gpu: &Arc<Gpu>, shape: &Shape) -> Result<(), GpuError> {
        let measures = lock(&self.bill).is_some();
        let knobs = *lock(&self.knobs);
        let mut planes = std::mem::take(&mut *lock(&self.planes));
        planes.between = None;
        let mut configured = Ok(());
        for (index, plane) in planes.list.iter_mut().enumerate() {
            let latest = {
                let told = lock(&self.told);
                let latest = told.get(index).and_then(Report::latest);
                latest.and_then(|entry| entry.quad)
            };
            let ready = plane.configure(gpu, shape, (&knobs, measures), latest);
            configured = configured.and(ready);
        }
        *lock(&self.planes) = planes;
        configured
    }

    /// Records tracking and placements of all planes, over what `output` has if it `is_written`. Returns whether it
    /// is then.
    pub(super) fn process_planes(
        &self,
        recording: &mut Recording<'_>,
        frames: (&Frame, &Frame),
        is_written: bool,
        (seen, knobs): (Seen, &Knobs),
    ) -> Result<bool, GpuError> {
        let mut planes = std::mem::take(&mut *lock(&self.planes));
        let mut followed = Ok(());
        for plane in &mut planes.list {
            match plane.follow(recording, frames.0, seen, knobs) {
                Ok(Some(rejected)) => self.warn(&rejected),
                Ok(None) => {}
                Err(error) => followed = followed.and(Err(error)),
            }
        }
        let placed = match (followed, planes.list.is_empty()) {
            (Err(error), _) => Err(error),
            (Ok(()), true) => Ok(is_written),
            (Ok(()), false) => planes.place(recording, frames, is_written, (seen, knobs)),
        };
        *lock(&self.planes) = planes;
        placed
    }

    /// Notes what became of a frame, and reports what has arrived of all planes.
    pub(super) fn finish_planes(&self, ending: Ending<'_>) -> Result<(), GpuError> {
        self.each_plane(|running| running.end_frame(ending))
    }

    /// At the end of a stream: waits for all poses of all planes and reports them.
    pub(super) fn settle_planes(&self) -> Result<(), GpuError> {
        let obj = self.obj();
        let filter = obj.upcast_ref::<WgpuFilter>();
        self.each_plane(|running| {
            let waited = filter.patiently(|| guarded(|| running.wait()));
            waited.unwrap_or_else(|reason| Err(GpuError::Lost(reason)))
        })
    }

    /// Does something with all planes, and reports what has arrived then. The first error is returned at the end.
    fn each_plane(
        &self,
        mut act: impl FnMut(&mut Running) -> Result<(), GpuError>,
    ) -> Result<(), GpuError> {
        let mut planes = std::mem::take(&mut *lock(&self.planes));
        let mut result = Ok(());
        for (index, plane) in planes.list.iter_mut().enumerate() {
            let Some(running) = &mut plane.running else {
                continue;
            };
            let done = act(running).and_then(|()| {
                while let Some(entry) = running.next_entry()? {
                    self.tell_of(index, entry);
                }
                // The plane of the properties is number 0.
                self.account(index + 1, running)
            });
            result = result.and(done);
        }
        *lock(&self.planes) = planes;
        result
    }

    /// Reports a frame of a plane.
    fn tell_of(&self, index: usize, entry: Entry) {
        let mut messages = Vec::new();
        {
            let mut told = lock(&self.told);
            if let Some(report) = told.get_mut(index) {
                messages.extend(report.take(entry));
                messages.extend(lock(&self.report).write(report));
            }
        }
        self.post(messages);
    }

    /// A jump in the stream: see [`Running::reset`].
    pub(super) fn reset_planes(&self) {
        for plane in &mut lock(&self.planes).list {
            if let Some(running) = &mut plane.running {
                running.reset();
            }
        }
    }

    /// Lets go of all that was on a lost device.
    pub(super) fn abandon_planes(&self) {
        let mut planes = std::mem::take(&mut *lock(&self.planes));
        planes.between = None;
        for (index, plane) in planes.list.iter_mut().enumerate() {
            let last = lock(&self.told).get(index).and_then(Report::last_quad);
            for entry in plane.abandon(last) {
                self.tell_of(index, entry);
            }
        }
        *lock(&self.planes) = planes;
    }

    /// Reports a frame that passed because there was no device.
    pub(super) fn tell_all(&self, entry: Entry) {
        let count = lock(&self.told).len();
        for index in 0..count {
            self.tell_of(index, entry);
        }
    }

    /// Drops the planes; their reports stay readable.
    pub(super) fn close_planes(&self) {
        *lock(&self.planes) = Planes::default();
    }

    /// What is known of each plane, for the property `stats`.
    pub(super) fn summaries(&self) -> gst::Array {
        gst::Array::new(lock(&self.told).iter().map(Report::summary))
    }
}
