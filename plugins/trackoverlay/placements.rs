//! The file of placements: planes to follow and pictures to place there, besides the one that properties tell of.
//!
//! ```json
//! [
//!   {"name": "board", "points": "810,135 1290,135 1290,660 810,660", "location": "advert.png"},
//!   {"name": "goal", "time": 12.5, "points": "90,40 300,44 296,180 94,170", "location": "logo.png", "opacity": 0.8}
//! ]
//! ```
//! `points` as the property; `time`: seconds of running time at which they are right, without it the first frame;
//! `location`: a picture, relative to the file; all other members are properties of the element for this placement.

use std::path::{Path, PathBuf};

use super::quad::Quad;
use super::trail::json::Json;

/// Most placements in a file: each costs the tracking of a plane.
pub const MOST: usize = 16;

/// Why a file of placements is rejected.
#[derive(Debug, thiserror::Error)]
pub enum PlacementsError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is not what is accepted at all.
    #[error(
        "it is no JSON array of 1 to {MOST} objects, such as [{{\"name\": \"board\", \"points\": \"10,20 90,20 90,70 10,70\", \"location\": \"advert.png\"}}]"
    )]
    Form,
    /// A placement is not valid.
    #[error("placement {number} (\"{name}\"): {reason}")]
    Placement {
        /// Its place in the file, from 1.
        number: usize,
        /// Its name.
        name: String,
        /// The reason.
        reason: String,
    },
}

/// A placement as the file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its name, which no other one has.
    pub name: String,
    /// The plane.
    pub quad: Quad,
    /// Running time in nanoseconds from which the quad is right; `None` for the first frame.
    pub time: Option<u64>,
    /// The picture.
    pub location: Option<PathBuf>,
    /// Properties and their values.
    pub values: Vec<(String, Json)>,
}

/// Reads a file. Pictures are relative to its folder.
///
/// # Errors
/// [`PlacementsError`].
pub fn read(path: &Path) -> Result<Vec<Listed>, PlacementsError> {
    let text = std::fs::read_to_string(path)?;
    parse(&text, path.parent().unwrap_or(Path::new("")))
}

/// Parses the text of a file.
///
/// # Errors
/// [`PlacementsError::Form`], or [`PlacementsError::Placement`] for the first that is not valid.
pub fn parse(text: &str, folder: &Path) -> Result<Vec<Listed>, PlacementsError> {
    let json = Json::parse(text).ok_or(PlacementsError::Form)?;
    let list = json.array().filter(|list| (1..=MOST).contains(&list.len()));
    let mut listed: Vec<Listed> = Vec::new();
    for (number, json) in (1..).zip(list.ok_or(PlacementsError::Form)?) {
        let name = json.get("name").and_then(Json::text).unwrap_or_default();
        let name = match name {
            "" => number.to_string(),
            name => name.to_owned(),
        };
        let is_taken = listed.iter().any(|other| other.name == name);
        let read = match is_taken {
            true => Err("another one has this name".to_owned()),
            false => placement(&name, json, folder),
        };
        listed.push(read.map_err(|reason| PlacementsError::Placement {
            number,
            name,
            reason,
        })?);
    }
    Ok(listed)
}

fn placement(name: &str, json: &Json, folder: &Path) -> Result<Listed, String> {
    let Json::Object(members) = json else {
        return Err("it is no object".to_owned());
    };
    let points = json.get("points").and_then(Json::text);
    let points = points.ok_or("it has no \"points\", a text as the property of that name")?;
    let quad = points.parse::<Quad>();
    let quad = quad.and_then(|quad| quad.check().map(|()| quad));
    let quad = quad.map_err(|error| format!("\"points\" is \"{points}\": {error}"))?;
    let time = json.get("time").map(|time| {
        let seconds = time.number().filter(|time| (0.0..1e9).contains(time));
        seconds.map(|seconds| (seconds * 1e9).round() as u64)
    });
    if time == Some(None) {
        return Err("\"time\" is no number of seconds from 0".to_owned());
    }
    let location = json.get("location").map(Json::text);
    if location == Some(None) {
        return Err("\"location\" is no text".to_owned());
    }
    let own = ["name", "points", "time", "location"];
    let values = members
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()));
    Ok(Listed {
        name: name.to_owned(),
        quad,
        time: time.flatten(),
        location: location.flatten().map(|file| folder.join(file)),
        values: values.cloned().collect(),
    })
}
