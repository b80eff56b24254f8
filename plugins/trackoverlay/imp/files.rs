//! File properties: files are opened when the element starts and closed when it stops.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::{WgpuTrackOverlay, lock};
use crate::trackoverlay::quad::Quad;
use crate::trackoverlay::source::Source;
use crate::trackoverlay::source::picture::Picture;
use crate::trackoverlay::trail::import::Track;
use crate::video::WgpuFilter;

/// Values of the properties, and what was opened.
#[derive(Debug, Default)]
pub struct Files {
    /// `points`, as last accepted.
    pub points: Option<String>,
    /// `location`.
    pub location: Option<PathBuf>,
    /// `track-location`.
    pub track_location: Option<PathBuf>,
    /// `track-import`.
    pub track_import: Option<PathBuf>,
    /// The element is running.
    pub open: bool,
    /// The picture: decoded at the start, not yet uploaded.
    pub decoded: Option<Picture>,
    /// The picture on the GPU.
    pub picture: Option<Arc<Source>>,
}

/// The path in a property's value; an empty string means none.
pub fn path(value: &glib::Value) -> Option<PathBuf> {
    let text: Option<String> = value.get().unwrap_or_default();
    text.filter(|text| !text.is_empty()).map(PathBuf::from)
}

/// The property's value for a path.
pub fn value(path: &Option<PathBuf>) -> glib::Value {
    let text = path.as_deref().map(Path::to_string_lossy);
    text.map(|text| text.into_owned()).to_value()
}

impl WgpuTrackOverlay {
    /// Opens and reads all files, and checks `points`.
    pub(super) fn open_files(&self) -> Result<(), gst::StateChangeError> {
        let (points, location, track_location, track_import) = {
            let files = lock(&self.files);
            let text = files.points.clone();
            let paths = [&files.location, &files.track_location, &files.track_import];
            let [a, b, c] = paths.map(Clone::clone);
            (text, a, b, c)
        };
        let opened = self
            .open_points(points)
            .and_then(|()| self.open_location(location))
            .and_then(|()| self.open_track(track_import))
            .and_then(|()| self.open_report(track_location));
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
        let picture = location.map(|path| Picture::open(&path)).transpose();
        let picture = picture.map_err(|error| {
            gst::error_msg!(
                gst::ResourceError::OpenRead,
                ("The property `location` cannot be used: {error}")
            )
        })?;
        lock(&self.files).decoded = picture;
        Ok(())
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
        started.map_err(|error| {
            let path = path.unwrap_or_default();
            gst::error_msg!(
                gst::ResourceError::OpenWrite,
                (
                    "The property `track-location` is \"{}\", which cannot be written: {error}",
                    path.display()
                )
            )
        })
    }

    /// Closes all files and drops all commands; the statistics stay readable.
    pub(super) fn close_files(&self) {
        let mut files = lock(&self.files);
        (files.open, files.decoded, files.picture) = (false, None, None);
        drop(files);
        lock(&self.report).close();
        lock(&self.commands).clear();
        *lock(&self.track) = None;
        *lock(&self.info) = None;
    }

    /// Uploads the picture to the GPU, unless that has been done.
    pub(super) fn load_picture(
        &self,
        gpu: &Arc<crate::gpu::Gpu>,
    ) -> Result<(), crate::gpu::GpuError> {
        let decoded = lock(&self.files).decoded.take();
        if let Some(picture) = decoded {
            let source = Source::from_picture(gpu, &picture)?;
            lock(&self.files).picture = Some(Arc::new(source));
        }
        Ok(())
    }

    /// Sets a new picture. While the element runs, the file is read at once on the calling thread; if it
    /// cannot be used, the old picture stays.
    pub(super) fn set_location(&self, text: Option<String>) {
        let path = text.filter(|text| !text.is_empty()).map(PathBuf::from);
        if !lock(&self.files).open {
            lock(&self.files).location = path;
            return;
        }
        let Some(path) = path else {
            let mut files = lock(&self.files);
            (files.location, files.decoded, files.picture) = (None, None, None);
            return;
        };
        let picture = match Picture::open(&path) {
            Ok(picture) => picture,
            Err(error) => {
                gst::element_imp_warning!(
                    self,
                    gst::ResourceError::OpenRead,
                    ("The property `location` keeps its value: {error}")
                );
                return;
            }
        };
        let obj = self.obj();
        let Some(gpu) = obj.upcast_ref::<WgpuFilter>().gpu() else {
            let mut files = lock(&self.files);
            (files.location, files.decoded) = (Some(path), Some(picture));
            return;
        };
        match Source::from_picture(&gpu, &picture) {
            Ok(source) => {
                let mut files = lock(&self.files);
                files.location = Some(path);
                files.decoded = None;
                files.picture = Some(Arc::new(source));
            }
            Err(error) => obj.upcast_ref::<WgpuFilter>().post_error_once(error),
        }
    }
}
