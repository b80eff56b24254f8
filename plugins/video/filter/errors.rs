//! From errors of the GPU layer to messages on the bus.

use crate::gpu::GpuError;

/// Why no output frame was made.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An error of the GPU layer; it is posted on the bus.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// A buffer could not be mapped as a frame of the negotiated caps.
    #[error("a buffer does not hold a frame of the negotiated format: {0}")]
    Buffer(String),
    /// Memory that neither the GPU nor the CPU reads, and the reason of the first.
    #[error(
        "memory of the DMABuf kind can be neither imported by the GPU ({0}) nor read by the CPU; ask for \
         system memory with caps before this element, or convert it (vapostproc, v4l2convert)"
    )]
    Unreadable(String),
    /// A flow return of GStreamer: flushing, not linked, end of stream. Nothing is posted for it.
    #[error("{0:?}")]
    Flow(gst::FlowError),
}

impl Failure {
    /// True if one buffer is at fault, and the next may be good.
    pub fn is_of_buffer(&self) -> bool {
        matches!(
            self,
            Self::Buffer(_) | Self::Gpu(GpuError::ShortPlane { .. })
        )
    }
}

impl From<gst::FlowError> for Failure {
    fn from(flow: gst::FlowError) -> Self {
        Self::Flow(flow)
    }
}

impl From<glib::BoolError> for Failure {
    fn from(error: glib::BoolError) -> Self {
        Self::Buffer(error.to_string())
    }
}

/// Short text for the user; the details go into the message's debug string.
fn headline(error: &GpuError) -> &'static str {
    match error {
        GpuError::NoAdapter { .. } => "No usable GPU",
        GpuError::UnknownAdapter { .. } => "The property `adapter` matches no GPU",
        GpuError::Unsupported { .. } => "The GPU lacks a feature",
        GpuError::Open { .. } => "The GPU could not be opened",
        GpuError::Lost(_) => "The GPU failed",
        GpuError::OutOfMemory(_) => "The GPU is out of memory",
        GpuError::Stalled(_) | GpuError::Late | GpuError::Cancelled => "The GPU does not answer",
        GpuError::Fault(_) => "The GPU refused a command",
        GpuError::TooLarge { .. } | GpuError::TooManyPixels { .. } => {
            "The frames are too large for the GPU"
        }
        GpuError::Shader { .. } => "A shader does not fit",
        GpuError::ShortPlane { .. } => "A frame is smaller than its format says",
    }
}

/// The error message for the bus.
pub fn message(error: &GpuError) -> gst::ErrorMessage {
    let text = format!("{}: {error}", headline(error));
    let debug = format!("{error:?}");
    match error {
        GpuError::NoAdapter { .. } => {
            gst::error_msg!(gst::ResourceError::NotFound, ("{text}"), ["{debug}"])
        }
        GpuError::UnknownAdapter { .. } => {
            gst::error_msg!(gst::ResourceError::Settings, ("{text}"), ["{debug}"])
        }
        GpuError::Unsupported { .. } | GpuError::Open { .. } => {
            gst::error_msg!(gst::ResourceError::OpenRead, ("{text}"), ["{debug}"])
        }
        GpuError::OutOfMemory(_) => {
            gst::error_msg!(gst::ResourceError::NoSpaceLeft, ("{text}"), ["{debug}"])
        }
        GpuError::Lost(_)
        | GpuError::Stalled(_)
        | GpuError::Late
        | GpuError::Cancelled
        | GpuError::Fault(_) => {
            gst::error_msg!(gst::ResourceError::Failed, ("{text}"), ["{debug}"])
        }
        GpuError::Shader { .. } => {
            gst::error_msg!(gst::LibraryError::Init, ("{text}"), ["{debug}"])
        }
        GpuError::TooLarge { .. }
        | GpuError::TooManyPixels { .. }
        | GpuError::ShortPlane { .. } => {
            gst::error_msg!(gst::StreamError::Format, ("{text}"), ["{debug}"])
        }
    }
}
