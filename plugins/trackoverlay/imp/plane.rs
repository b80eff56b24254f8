//! A plane of the file of placements: what the element does for the one of its properties, for one more.

use std::sync::Arc;

use glib::prelude::*;

use super::commands::{Command, Commands};
use super::properties::Knobs;
use super::running::{Placed, Running, Shape};
use super::specs;
use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::trackoverlay::placements::{Listed, PlacementsError};
use crate::trackoverlay::quad::Quad;
use crate::trackoverlay::source::Source;
use crate::trackoverlay::source::picture::Picture;
use crate::trackoverlay::trail::journal::{Entry, Seen};
use crate::trackoverlay::trail::json::Json;

/// Properties that a placement may have of its own.
const OWN: [&str; 13] = [
    "opacity",
    "feather",
    "relight",
    "match-grain",
    "motion-blur",
    "plane-aspect",
    "blend-mode",
    "sizing",
    "occlusion",
    "on-lost",
    "fade-out",
    "fade-in",
    "motion-model",
];

/// A plane, and what is placed there.
#[derive(Debug)]
pub struct Plane {
    /// Name of the placement.
    pub name: String,
    /// Names of the properties that are its own, and their values.
    own: (Vec<String>, Knobs),
    /// The picture, decoded; kept in case the GPU is lost.
    picture: Option<Picture>,
    /// The picture on the GPU.
    source: Option<Arc<Source>>,
    commands: Commands,
    /// `None` while there is no device.
    pub running: Option<Running>,
}

impl Plane {
    /// Reads the picture, and checks the values.
    ///
    /// # Errors
    /// [`PlacementsError::Placement`].
    pub fn open(number: usize, listed: Listed) -> Result<Self, PlacementsError> {
        let name = listed.name.clone();
        Self::read(listed).map_err(|reason| PlacementsError::Placement {
            number,
            name,
            reason,
        })
    }

    fn read(listed: Listed) -> Result<Self, String> {
        let mut own = (Vec::new(), Knobs::default());
        for (name, json) in &listed.values {
            own.1.set(name, &value_of(name, json)?);
            own.0.push(name.clone());
        }
        let picture = listed.location.as_deref().map(Picture::open).transpose();
        let mut commands = Commands::default();
        match listed.time {
            Some(time) => commands.push_at(time, listed.quad),
            None => commands.push(Command::Arm(listed.quad)),
        }
        Ok(Self {
            name: listed.name,
            own,
            picture: picture.map_err(|error| error.to_string())?,
            source: None,
            commands,
            running: None,
        })
    }

    /// The element's properties with those of this placement.
    fn knobs(&self, of_element: &Knobs) -> Knobs {
        let mut knobs = *of_element;
        let (names, own) = &self.own;
        for name in names {
            if let Some(value) = own.get(name) {
                knobs.set(name, &value);
            }
        }
        knobs
    }

    /// Makes ready for frames of a shape: uploads the picture, and goes on tracking at `latest`, where the plane was seen
    /// last, in pixels of the picture before.
    ///
    /// # Errors
    /// As [`Running::new`].
    pub fn configure(
        &mut self,
        gpu: &Arc<Gpu>,
        shape: &Shape,
        (knobs, measures): (&Knobs, bool),
        latest: Option<Quad>,
    ) -> Result<(), GpuError> {
        self.load(gpu, shape, knobs)?;
        let running = self.running.as_mut();
        if running.is_some_and(|running| running.adopt(shape)) {
            return Ok(());
        }
        if let Some(before) = self.running.take().filter(Running::is_armed) {
            let size = before.shape().size;
            let latest = latest.map(|quad| quad.rescaled(size, shape.size));
            self.commands.take_up_again(latest);
        }
        self.running = Some(Running::new(gpu, shape, None, measures)?);
        Ok(())
    }

    fn load(&mut self, gpu: &Arc<Gpu>, shape: &Shape, knobs: &Knobs) -> Result<(), GpuError> {
        let target = knobs.target(shape.colour.encoding);
        let suits = self
            .source
            .as_ref()
            .is_some_and(|source| source.suits(&target));
        if let (Some(picture), false) = (&self.picture, suits) {
            let size = (shape.layout.width, shape.layout.height);
            let source = Source::from_picture(gpu, &picture.clone().for_frame(size), &target)?;
            self.source = Some(Arc::new(source));
        }
        Ok(())
    }

    /// Lets go of all that was on the device, and follows the plane from `last` on the next one. Returns the frames
    /// whose poses are lost.
    pub fn abandon(&mut self, last: Option<Quad>) -> Vec<Entry> {
        self.source = None;
        let Some(mut running) = self.running.take() else {
            return Vec::new();
        };
        if running.is_armed() {
            self.commands.take_up_again(last);
        }
        running.abandon()
    }

    /// Records the tracking of a frame. Returns why a quad was rejected, if one was.
    ///
    /// # Errors
    /// As [`Running::follow`].
    pub fn follow(
        &mut self,
        recording: &mut Recording<'_>,
        input: &Frame,
        seen: Seen,
        of_element: &Knobs,
    ) -> Result<Option<String>, GpuError> {
        let knobs = self.knobs(of_element);
        let Some(running) = &mut self.running else {
            return Ok(None);
        };
        let due = self.commands.due(seen.running_time);
        let rejected = running.carry_out(&due, &seen, None).err();
        self.commands.armed = running.is_armed();
        let is_placed = self.source.is_some();
        running.follow(recording, input, seen, &knobs, is_placed)?;
        Ok(rejected.map(|error| {
            format!(
                "The quad of the placement \"{}\" was rejected: {error}",
                self.name
            )
        }))
    }

    /// Records the compositing of a frame that was followed. Returns whether `output` was written.
    ///
    /// # Errors
    /// As [`Running::place`].
    pub fn place(
        &mut self,
        recording: &mut Recording<'_>,
        frames: (&Frame, &Frame),
        seen: Seen,
        of_element: &Knobs,
    ) -> Result<bool, GpuError> {
        let knobs = self.knobs(of_element);
        let Some(running) = &self.running else {
            return Ok(false);
        };
        // Only if the white for graphics was changed does it load anything.
        let shape = *running.shape();
        self.load(recording.gpu(), &shape, &knobs)?;
        let placed = Placed {
            picture: self.source.clone(),
            name: Some(self.name.clone()),
            feed: None,
        };
        let Some(running) = &mut self.running else {
            return Ok(false);
        };
        running.place(recording, frames, &placed, &knobs, seen)
    }
}

/// The value of a property from a file.
fn value_of(name: &str, json: &Json) -> Result<glib::Value, String> {
    let pspec = specs::all()
        .into_iter()
        .find(|pspec| pspec.name() == name && OWN.contains(&name));
    let pspec = pspec.ok_or_else(|| {
        let others = OWN.join(", ");
        format!("\"{name}\" is not known; accepted are name, points, time, location, {others}")
    })?;
    let (value, accepted) = match (pspec.downcast_ref(), pspec.downcast_ref()) {
        (Some(number), None) => of_number(number, json),
        (None, Some(count)) => of_count(count, json),
        _ => of_choice(&pspec, json),
    };
    value.ok_or_else(|| format!("\"{name}\" has a value that is not accepted: {accepted} is"))
}

/// A value, and what is accepted.
type Checked = (Option<glib::Value>, String);

fn of_number(pspec: &glib::ParamSpecDouble, json: &Json) -> Checked {
    let range = pspec.minimum()..=pspec.maximum();
    let value = json.number().filter(|number| range.contains(number));
    (
        value.map(|number| number.to_value()),
        format!("{} to {}", range.start(), range.end()),
    )
}

fn of_count(pspec: &glib::ParamSpecUInt, json: &Json) -> Checked {
    let range = pspec.minimum()..=pspec.maximum();
    let whole = json.number().filter(|number| number.fract() == 0.0);
    let value = whole.map(|number| number as u32);
    (
        value
            .filter(|value| range.contains(value))
            .map(|value| value.to_value()),
        format!("a whole number from {} to {}", range.start(), range.end()),
    )
}

fn of_choice(pspec: &glib::ParamSpec, json: &Json) -> Checked {
    let Some(class) = glib::EnumClass::with_type(pspec.value_type()) else {
        let value = match json {
            Json::Bool(on) => Some(on.to_value()),
            _ => None,
        };
        return (value, "true or false".to_owned());
    };
    let nicks: Vec<&str> = class.values().iter().map(glib::EnumValue::nick).collect();
    let value = json.text().and_then(|nick| class.to_value_by_nick(nick));
    (value, format!("one of {}", nicks.join(", ")))
}
