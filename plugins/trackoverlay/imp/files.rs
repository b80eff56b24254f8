//! File properties: files are opened when the element starts and closed when it stops.

use std::path::PathBuf;
use std::sync::Arc;

use gst::subclass::prelude::*;

use super::{WgpuTrackOverlay, lock};
use crate::trackoverlay::quad::Quad;
use crate::trackoverlay::source::Source;
use crate::trackoverlay::source::picture::Picture;
use crate::trackoverlay::track::mask::Mask;
use crate::trackoverlay::trail::import::Track;
use crate::video::filter::properties::unwritable;

/// Values of the properties, and what was opened.
#[derive(Debug, Default)]
pub struct Files {
    /// `points`, as last accepted.
    pub points: Option<String>,
    /// `location`.
    pub location: Option<PathBuf>,
    /// The file of the picture below.
    pub shown: Option<PathBuf>,
    /// `arm-mask`.
    pub arm_mask: Option<PathBuf>,
    /// That picture.
    pub mask: Option<Arc<Mask>>,
    /// `placements`.
    pub placements: Option<PathBuf>,
    /// `track-location`.
    pub track_location: Option<PathBuf>,
    /// `track-import`.
    pub track_import: Option<PathBuf>,
    /// `exposure-location`.
    pub exposure_location: Option<PathBuf>,
    /// The element is running.
    pub open: bool,
    /// The picture, decoded; kept in case the GPU is lost.
    pub decoded: Option<Picture>,
    /// The picture on the GPU.
    pub picture: Option<Arc<Source>>,
    /// Times that `location` was set or the files were closed: a picture that was asked for earlier is not
    /// wanted any more.
    pub asked: u64,
}

impl WgpuTrackOverlay {
    /// Opens and reads all files, and checks `points`.
    pub(super) fn open_files(&self) -> Result<(), gst::StateChangeError> {
        let (
            points,
            [
                location,
                placements,
                track_location,
                track_import,
                exposure_location,
            ],
        ) = {
            let files = lock(&self.files);
            let paths = [
                &files.location,
                &files.placements,
                &files.track_location,
                &files.track_import,
                &files.exposure_location,
            ];
            (files.points.clone(), paths.map(Clone::clone))
        };
        let opened = self
            .open_points(points)
            .and_then(|()| self.open_anchor())
            .and_then(|()| self.open_location(location))
            .and_then(|()| self.open_mask())
            .and_then(|()| self.open_placements(placements))
            .and_then(|()| self.open_track(track_import))
            .and_then(|()| self.open_report(track_location))
            .and_then(|()| self.open_bill(exposure_location));
        match opened {
            Ok(()) => {
                lock(&self.files).open = true;
                self.close_second_stream(false);
                Ok(())
            }
            Err(message) => {
                self.close_files();
                self.post_error_message(message);
                Err(gst::StateChangeError)
            }
        }
    }

    fn open_points(&self, points: Option<String>) -> Result<(), gst::ErrorMessage> {
        let Some(text) = points else { return Ok(()) };
        let quad = text
            .parse::<Quad>()
            .and_then(|quad| quad.check().map(|()| quad));
        let quad = quad.map_err(|error| {
            gst::error_msg!(
                gst::ResourceError::Settings,
                ("The property `points` is \"{text}\": {error}")
            )
        })?;
        let mut commands = lock(&self.commands);
        // Commands given before the start are kept.
        if commands.first_quad() != Some(quad) {
            commands.push(super::commands::Command::Arm(quad));
        }
        Ok(())
    }

    fn open_location(&self, location: Option<PathBuf>) -> Result<(), gst::ErrorMessage> {
        let picture = location.as_deref().map(Picture::open).transpose();
        let picture = picture.map_err(|error| {
            gst::error_msg!(
                gst::ResourceError::OpenRead,
                ("The property `location` cannot be used: {error}")
            )
        })?;
        let mut files = lock(&self.files);
        (files.decoded, files.shown) = (picture, location);
        Ok(())
    }

    fn open_mask(&self) -> Result<(), gst::ErrorMessage> {
        let path = lock(&self.files).arm_mask.clone();
        let mask = path.as_deref().map(Mask::open).transpose();
        lock(&self.files).mask = mask
            .map_err(|error| {
                gst::error_msg!(
                    gst::ResourceError::OpenRead,
                    ("The property `arm-mask` cannot be used: {error}")
                )
            })?
            .map(Arc::new);
        Ok(())
    }

    /// Sets the property `arm-mask`. While the element runs, a file that cannot be read changes nothing but the
    /// property, and posts a warning.
    pub(super) fn set_mask(&self, path: Option<PathBuf>) {
        lock(&self.files).arm_mask = path;
        if lock(&self.files).open
            && let Err(message) = self.open_mask()
        {
            self.warn(&message.to_string());
        }
    }

    fn open_track(&self, path: Option<PathBuf>) -> Result<(), gst::ErrorMessage> {
        let Some(path) = path else { return Ok(()) };
        let track = Track::read(&path).map_err(|error| {
            gst::error_msg!(
                gst::ResourceError::OpenRead,
                (
                    "The property `track-import` is \"{}\": {error}",
                    path.display()
                )
            )
        })?;
        *lock(&self.track) = Some(track);
        Ok(())
    }

    fn open_report(&self, path: Option<PathBuf>) -> Result<(), gst::ErrorMessage> {
        self.next_frame
            .store(0, std::sync::atomic::Ordering::Relaxed);
        let started = lock(&self.report).start(path.as_deref());
        started.map_err(|error| unwritable("track-location", &path.unwrap_or_default(), &error))
    }

    /// Closes all files and drops all commands; the statistics stay readable.
    pub(super) fn close_files(&self) {
        let mut files = lock(&self.files);
        (files.open, files.decoded, files.picture) = (false, None, None);
        files.mask = None;
        files.asked += 1;
        drop(files);
        lock(&self.report).close();
        self.close_planes();
        *lock(&self.bill) = None;
        lock(&self.commands).clear();
        *lock(&self.hand) = super::marking::Hand::default();
        *lock(&self.track) = None;
        *lock(&self.info) = None;
    }
}
