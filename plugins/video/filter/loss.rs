//! What a filter does when its device fails: the property `on-device-loss`, and the messages about it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::prelude::*;

use super::errors::Failure;
use super::imp::{CAT, WgpuFilter, lock};
use super::recovery::Recovery;
use super::stream::Stream;
use crate::gpu::{AdapterSelector, Gpu, GpuError, guarded};
use crate::video::context;

/// Name of the message on the bus.
const MESSAGE: &str = "wgpu-device";
/// A device that has worked for so long, or for so many frames, has lasted.
const LASTING: Duration = Duration::from_secs(10);
const LASTING_FRAMES: u64 = 100;

/// Values of the property `on-device-loss`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, glib::Enum)]
#[enum_type(name = "GstWgpuOnDeviceLoss")]
pub enum OnDeviceLoss {
    /// Frames pass until the device is back.
    #[default]
    #[enum_value(
        name = "Frames pass unfiltered; the device is opened again meanwhile",
        nick = "passthrough"
    )]
    Passthrough,
    /// One error, and the stream ends.
    #[enum_value(name = "The stream ends with an error", nick = "error")]
    Error,
}

/// How the device of an element does.
#[derive(Debug, Default)]
pub struct Fortune {
    /// Frames pass since then; and the device is searched.
    trouble: Option<(Instant, Option<Arc<Recovery>>)>,
    /// When a device came back, and the frames output until then.
    restored: Option<(Instant, u64)>,
    /// Devices in a row that did not last.
    failures: u32,
    /// Frames that had passed unfiltered when the trouble began.
    unfiltered: u64,
}

/// What is told on the bus.
#[derive(Debug, Clone)]
pub enum News {
    /// The device failed.
    Lost {
        /// Name of its adapter.
        adapter: String,
        /// What is known of it.
        reason: String,
    },
    /// The device works on a frame that came too late; frames pass meanwhile.
    Late,
    /// It is opened again after a delay.
    Retrying {
        /// From 1.
        attempt: u32,
        /// Before the attempt.
        delay: Duration,
    },
    /// Frames are filtered again.
    Restored {
        /// Name of the adapter.
        adapter: String,
        /// How long frames passed.
        downtime: Duration,
        /// How many passed.
        frames: u64,
    },
    /// It is not opened again before the element is restarted.
    GivenUp {
        /// How often that was tried.
        attempts: u32,
    },
}

fn time(duration: Duration) -> gst::ClockTime {
    gst::ClockTime::try_from(duration).unwrap_or(gst::ClockTime::MAX)
}

impl News {
    fn structure(&self) -> gst::Structure {
        let build = |state| gst::Structure::builder(MESSAGE).field("state", state);
        match self {
            Self::Lost { adapter, reason } => build("lost")
                .field("adapter", adapter)
                .field("reason", reason),
            Self::Late => build("late"),
            Self::Retrying { attempt, delay } => build("retrying")
                .field("attempt", attempt)
                .field("delay", time(*delay)),
            Self::Restored {
                adapter,
                downtime,
                frames,
            } => build("restored")
                .field("adapter", adapter)
                .field("downtime", time(*downtime))
                .field("unfiltered", frames),
            Self::GivenUp { attempts } => build("given-up").field("attempts", attempts),
        }
        .build()
    }
}

impl WgpuFilter {
    /// The adapter that the property asks for.
    pub(super) fn selector(&self) -> AdapterSelector {
        AdapterSelector::from(lock(&self.adapter).as_deref().unwrap_or_default())
    }

    /// True if frames pass after this error, instead of ending the stream.
    pub(super) fn is_survived(&self, error: &GpuError) -> bool {
        error.is_loss() && *lock(&self.on_loss) == OnDeviceLoss::Passthrough
    }

    /// Posts a message on the bus, with the times of now.
    pub(super) fn announce(&self, news: News) {
        let mut structure = news.structure();
        let obj = self.obj();
        structure.set("running-time", obj.current_running_time());
        gst::info!(CAT, imp = self, "{structure}");
        obj.post_structure(structure);
    }

    /// After a failure of the device: gets out what came in, unfiltered, and looks for another device. Any
    /// other failure is returned, and so is this one if the stream is to end by it.
    pub(super) fn survive(&self, stream: &mut Stream, failure: Failure) -> Result<(), Failure> {
        let error = match failure {
            // The stream is being flushed or stopped.
            Failure::Gpu(GpuError::Cancelled) => return Err(gst::FlowError::Flushing.into()),
            Failure::Gpu(error) if self.is_survived(&error) => error,
            other => return Err(other),
        };
        let obj = self.obj();
        if matches!(error, GpuError::Late) {
            self.begin_trouble(None);
            stream.note_late();
            self.announce(News::Late);
            return unbroken(|| stream.let_through(&obj));
        }
        let info = *stream.info();
        // First, so that nobody puts anything more on it.
        *lock(&self.gpu) = None;
        if let Err(reason) = guarded(|| stream.detach(&obj)) {
            gst::warning!(CAT, imp = self, "letting go of the device: {reason}");
        }
        self.lose(error, Some(info));
        unbroken(|| stream.let_through(&obj))
    }

    /// The device is gone: tells it, and begins to search for another.
    pub(super) fn lose(&self, error: GpuError, stream: Option<super::StreamInfo>) {
        gst::element_imp_warning!(
            self,
            gst::ResourceError::Failed,
            ("Frames pass unfiltered until the GPU is back: {error}")
        );
        self.announce(News::Lost {
            adapter: self.stats.adapter(),
            reason: error.to_string(),
        });
        let failures = {
            let mut fortune = lock(&self.fortune);
            let frames = self.stats.frames.load(Ordering::Relaxed);
            let lasted = fortune.restored.is_none_or(|(since, before)| {
                since.elapsed() >= LASTING || frames >= before + LASTING_FRAMES
            });
            fortune.failures = if lasted { 0 } else { fortune.failures + 1 };
            fortune.failures
        };
        let recovery = Recovery::begin(&self.obj(), self.selector(), stream, failures);
        self.begin_trouble(Some(recovery));
    }

    fn begin_trouble(&self, recovery: Option<Arc<Recovery>>) {
        let mut fortune = lock(&self.fortune);
        let since = match fortune.trouble.take() {
            Some((since, earlier)) => {
                if let Some(earlier) = earlier {
                    earlier.cancel();
                }
                since
            }
            None => {
                fortune.unfiltered = self.stats.unfiltered.load(Ordering::Relaxed);
                Instant::now()
            }
        };
        fortune.trouble = Some((since, recovery));
    }

    /// Before each frame: takes the device that was found, if there is one.
    pub(super) fn mend(&self, stream: &mut Stream) -> Result<(), Failure> {
        let found = match &lock(&self.fortune).trouble {
            Some((_, Some(recovery))) => recovery.take(),
            _ => None,
        };
        let Some(gpu) = found else { return Ok(()) };
        let begun = unbroken(|| Ok(self.begin_anew(stream, &gpu)?));
        match begun {
            Ok(()) => {
                context::offer(self.obj().upcast_ref(), &gpu);
                *lock(&self.gpu) = Some(gpu.clone());
                self.stats.set_adapter(&gpu.info().name);
                self.end_trouble(&gpu);
                Ok(())
            }
            Err(failure) => self.survive(stream, failure),
        }
    }

    fn begin_anew(&self, stream: &mut Stream, gpu: &Arc<Gpu>) -> Result<(), GpuError> {
        let obj = self.obj();
        let caps = obj.src_pad().current_caps();
        stream.attach(gpu, caps.as_ref())?;
        let info = *stream.info();
        (obj.methods().configure)(&obj, gpu, &info)?;
        gpu.check()
    }

    /// Frames are filtered again.
    fn end_trouble(&self, gpu: &Gpu) {
        let mut fortune = lock(&self.fortune);
        let Some((since, _)) = fortune.trouble.take() else {
            return;
        };
        let frames = self.stats.frames.load(Ordering::Relaxed);
        fortune.restored = Some((Instant::now(), frames));
        let unfiltered = self.stats.unfiltered.load(Ordering::Relaxed);
        let news = News::Restored {
            adapter: gpu.info().name.clone(),
            downtime: since.elapsed(),
            frames: unfiltered.saturating_sub(fortune.unfiltered),
        };
        drop(fortune);
        self.announce(news);
    }

    /// After each frame: the device may have caught up.
    pub(super) fn end_lateness(&self, stream: &Stream) {
        let was_late = matches!(lock(&self.fortune).trouble, Some((_, None)));
        let gpu = lock(&self.gpu).clone();
        if let (true, false, Some(gpu)) = (was_late, stream.is_late(), gpu) {
            self.end_trouble(&gpu);
        }
    }

    /// New caps while a device is searched.
    pub(super) fn tell_recovery(&self, stream: super::StreamInfo) {
        if let Some((_, Some(recovery))) = &lock(&self.fortune).trouble {
            recovery.set_stream(stream);
        }
    }

    /// The element stops.
    pub(super) fn end_search(&self) {
        let fortune = std::mem::take(&mut *lock(&self.fortune));
        if let Some((_, Some(recovery))) = fortune.trouble {
            recovery.cancel();
        }
    }
}

/// Runs `work`; a panic becomes the loss of the device.
///
/// # Errors
/// As `work`.
pub(super) fn unbroken<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    guarded(work).unwrap_or_else(|reason| Err(GpuError::Lost(reason).into()))
}
