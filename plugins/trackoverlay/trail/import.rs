//! Reads a track file, to place by it instead of tracking.

use std::path::Path;

use super::json::Json;
use crate::trackoverlay::quad::{Point, Quad};

/// Why a track file is rejected.
#[derive(Debug, thiserror::Error)]
pub enum TrackError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It has no lines.
    #[error("it is empty; accepted are JSON lines as `track-location` writes them")]
    Empty,
    /// A line is not valid.
    #[error("line {line}: {reason}; accepted are JSON lines as `track-location` writes them")]
    Line {
        /// Number of the line, from 1.
        line: usize,
        /// The reason.
        reason: &'static str,
    },
}

/// One frame of a track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackPoint {
    /// Number of the frame, from 0.
    pub frame: u32,
    /// Presentation time in nanoseconds.
    pub pts: Option<u64>,
    /// Confidence in the quad, 0 to 1.
    pub confidence: f64,
    /// The state was `tracking`, not `degraded`.
    pub sure: bool,
    /// The quad in pixels of the picture; `None` if the plane is lost.
    pub quad: Option<Quad>,
}

/// A whole track.
#[derive(Debug, Clone)]
pub struct Track {
    /// In the order of their times, or of their numbers if one has no time.
    points: Vec<TrackPoint>,
    timed: bool,
    /// Half the usual distance between two points in nanoseconds: a frame takes the point nearest in time if
    /// it is closer than this.
    reach: u64,
}

impl Track {
    /// Reads and parses a file.
    ///
    /// # Errors
    /// [`TrackError`].
    pub fn read(path: &Path) -> Result<Self, TrackError> {
        Self::parse(&std::fs::read_to_string(path)?)
    }

    /// Parses the text of a file.
    ///
    /// # Errors
    /// [`TrackError::Line`] for the first invalid line, or [`TrackError::Empty`].
    pub fn parse(text: &str) -> Result<Self, TrackError> {
        let lines = text.lines().enumerate();
        let lines = lines.filter(|(_, line)| !line.trim().is_empty());
        let read = |(index, line)| {
            point(line).map_err(|reason| TrackError::Line {
                line: index + 1,
                reason,
            })
        };
        let points: Vec<Option<TrackPoint>> = lines.map(read).collect::<Result<_, _>>()?;
        let mut points: Vec<TrackPoint> = points.into_iter().flatten().collect();
        if points.is_empty() {
            return Err(TrackError::Empty);
        }
        let timed = points.iter().all(|point| point.pts.is_some());
        points.sort_by_key(|point| match timed {
            true => point.pts.unwrap_or_default(),
            false => u64::from(point.frame),
        });
        let reach = usual_distance(&points) / 2;
        Ok(Self {
            points,
            timed,
            reach,
        })
    }

    /// Number of frames in the track.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// True for a track without frames; [`Track::parse`] returns none such.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The track's point for a frame: by time if both have one, else by number.
    pub fn at(&self, frame: u32, pts: Option<u64>) -> Option<&TrackPoint> {
        match pts.filter(|_| self.timed) {
            Some(pts) => self.nearest(pts),
            None => self.points.iter().find(|point| point.frame == frame),
        }
    }

    fn nearest(&self, pts: u64) -> Option<&TrackPoint> {
        let time = |point: &TrackPoint| point.pts.unwrap_or_default();
        let after = self.points.partition_point(|point| time(point) < pts);
        let near = self.points.get(after.saturating_sub(1)..)?.iter().take(2);
        let nearest = near.min_by_key(|point| time(point).abs_diff(pts))?;
        (time(nearest).abs_diff(pts) <= self.reach).then_some(nearest)
    }
}

/// Median distance of neighbouring times; one second if there are none.
fn usual_distance(points: &[TrackPoint]) -> u64 {
    let times: Vec<u64> = points.iter().filter_map(|point| point.pts).collect();
    let mut distances: Vec<u64> = times
        .iter()
        .zip(times.iter().skip(1))
        .map(|(from, to)| to.saturating_sub(*from))
        .collect();
    distances.sort_unstable();
    distances
        .get(distances.len() / 2)
        .copied()
        .unwrap_or(1_000_000_000)
}

/// The point of a line; `None` for a plane of the file of placements, which is another one.
fn point(line: &str) -> Result<Option<TrackPoint>, &'static str> {
    let json = Json::parse(line).ok_or("it is no JSON")?;
    if json.get("placement").is_some() {
        return Ok(None);
    }
    let number = |key| json.get(key).and_then(Json::number);
    let state = json
        .get("state")
        .and_then(Json::text)
        .ok_or("`state` is missing")?;
    let frame = number("frame").filter(|frame| *frame >= 0.0);
    let quad = match json.get("quad") {
        Some(Json::Null) => None,
        Some(value) => Some(quad(value).ok_or("`quad` is no convex quad of four corners")?),
        None => return Err("`quad` is missing"),
    };
    if !matches!(state, "tracking" | "degraded" | "lost") {
        return Err("`state` is none of tracking, degraded, lost");
    }
    if quad.is_none() != (state == "lost") {
        return Err("`quad` is null exactly when `state` is lost");
    }
    Ok(Some(TrackPoint {
        frame: frame.ok_or("`frame` is missing")? as u32,
        pts: number("pts")
            .filter(|pts| *pts >= 0.0)
            .map(|pts| pts as u64),
        confidence: number("confidence").unwrap_or(1.0).clamp(0.0, 1.0),
        sure: state == "tracking",
        quad,
    }))
}

fn quad(value: &Json) -> Option<Quad> {
    let corners: Option<Vec<Point>> = value.array()?.iter().map(corner).collect();
    let quad = Quad(corners?.try_into().ok()?);
    quad.is_sound().then_some(quad)
}

fn corner(value: &Json) -> Option<Point> {
    match value.array()? {
        [x, y] => Some([x.number()?, y.number()?]),
        _ => None,
    }
}
