//! The picture of `location`: read at the start, or on a thread of its own while the element runs, so that
//! no frame waits for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::running::Shape;
use super::{CAT, WgpuTrackOverlay, colour, lock};
use crate::gpu::{Gpu, GpuError, guarded};
use crate::trackoverlay::source::Source;
use crate::trackoverlay::source::picture::{Picture, PictureError};
use crate::video::WgpuFilter;

/// Element message: a picture that was set while the element runs is shown from the next frame on. Fields
/// `location`, and `width` and `height` in pixels.
const PICTURE_MESSAGE: &str = "wgputrackoverlay-picture";

/// A picture that was read: on the GPU, or kept where none is open yet.
enum Loaded {
    Uploaded(Arc<Source>, Picture),
    Read(Picture),
}

/// Why a picture is not shown.
enum Refusal {
    Picture(PictureError),
    Gpu(GpuError),
}

impl WgpuTrackOverlay {
    /// Uploads the picture that was read at the start, unless that has been done for frames of this coding.
    pub(super) fn load_picture(&self, gpu: &Arc<Gpu>, shape: &Shape) -> Result<(), GpuError> {
        let target = lock(&self.knobs).target(shape.colour.encoding);
        let decoded = {
            let mut files = lock(&self.files);
            match &files.picture {
                Some(picture) if picture.suits(&target) => None,
                _ => files.decoded.take(),
            }
        };
        if let Some(picture) = decoded {
            let picture = picture.for_frame((shape.layout.width, shape.layout.height));
            let source = Source::from_picture(gpu, &picture, &target);
            let mut files = lock(&self.files);
            if files.decoded.is_none() {
                files.decoded = Some(picture);
                files.picture = Some(Arc::new(source?));
            }
        }
        Ok(())
    }

    /// Sets a new picture. While the element runs it is read on another thread, and the old one is shown
    /// until it is there; if it cannot be used, the old picture and the old value stay.
    pub(super) fn set_location(&self, text: Option<String>) {
        let path = text.filter(|text| !text.is_empty()).map(PathBuf::from);
        let asked = {
            let mut files = lock(&self.files);
            files.asked += 1;
            files.location = path.clone();
            if path.is_none() {
                (files.decoded, files.picture, files.shown) = (None, None, None);
            }
            if !files.open {
                return;
            }
            files.asked
        };
        let Some(path) = path else { return };
        let element = self.obj().downgrade();
        let load = move || {
            if let Some(element) = element.upgrade() {
                element.imp().replace_picture(asked, path);
            }
        };
        let thread = std::thread::Builder::new().name("wgpu-picture".into());
        if let Err(error) = thread.spawn(load) {
            gst::element_imp_warning!(
                self,
                gst::ResourceError::Failed,
                ("The picture of `location` cannot be read: no thread could be started: {error}")
            );
        }
    }

    /// Reads a picture and shows it in place of the one before, if no other one was asked for meanwhile.
    fn replace_picture(&self, asked: u64, path: PathBuf) {
        let loaded = self.loaded(&path);
        let mut files = lock(&self.files);
        if files.asked != asked {
            gst::debug!(CAT, imp = self, "{} is not wanted any more", path.display());
            return;
        }
        match loaded {
            Ok(((width, height), loaded)) => {
                match loaded {
                    Loaded::Uploaded(source, picture) => {
                        (files.picture, files.decoded) = (Some(source), Some(picture));
                    }
                    Loaded::Read(picture) => {
                        (files.picture, files.decoded) = (None, Some(picture));
                    }
                }
                files.shown = Some(path.clone());
                drop(files);
                let message = gst::Structure::builder(PICTURE_MESSAGE)
                    .field("location", path.to_string_lossy().into_owned())
                    .field("width", width)
                    .field("height", height)
                    .build();
                self.obj()
                    .upcast_ref::<WgpuFilter>()
                    .post_structure(message);
            }
            Err(refusal) => {
                files.location = files.shown.clone();
                drop(files);
                self.refuse_picture(refusal);
            }
        }
    }

    /// Size of the picture as it is placed, and the picture.
    fn loaded(&self, path: &Path) -> Result<((u32, u32), Loaded), Refusal> {
        let picture = Picture::open(path).map_err(Refusal::Picture)?;
        let frame = lock(&self.info).as_ref().map(|info| {
            let encoding = colour::encoding(&info.colorimetry());
            ((info.width(), info.height()), encoding)
        });
        let picture = match frame {
            Some((size, _)) => picture.for_frame(size),
            None => picture,
        };
        let size = (picture.width, picture.height);
        let loaded = match (self.obj().upcast_ref::<WgpuFilter>().gpu(), frame) {
            (Some(gpu), Some((_, encoding))) => {
                let target = lock(&self.knobs).target(encoding);
                let upload = || Source::from_picture(&gpu, &picture, &target);
                match guarded(upload).unwrap_or_else(|reason| Err(GpuError::Lost(reason))) {
                    Ok(source) => Loaded::Uploaded(Arc::new(source), picture),
                    // The next device gets it.
                    Err(error) if error.is_loss() => Loaded::Read(picture),
                    Err(error) => return Err(Refusal::Gpu(error)),
                }
            }
            _ => Loaded::Read(picture),
        };
        Ok((size, loaded))
    }

    fn refuse_picture(&self, refusal: Refusal) {
        match refusal {
            Refusal::Picture(error) => gst::element_imp_warning!(
                self,
                gst::ResourceError::OpenRead,
                ("The property `location` keeps its value: {error}")
            ),
            Refusal::Gpu(error) => self.obj().upcast_ref::<WgpuFilter>().post_error_once(error),
        }
    }
}
