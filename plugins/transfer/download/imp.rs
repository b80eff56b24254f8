//! The GObject behind `wgpudownload`.

use std::sync::{Arc, LazyLock};

use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;

use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::video::filter::caps::{self, Memories};
use crate::video::{Filtered, FrameContext, StreamInfo, WgpuFilter, WgpuFilterImpl};

/// Instance data: none, the base class does it all.
#[derive(Debug, Default)]
pub struct WgpuDownload;

#[glib::object_subclass]
impl ObjectSubclass for WgpuDownload {
    const NAME: &'static str = "GstWgpuDownload";
    type Type = super::WgpuDownload;
    type ParentType = WgpuFilter;
}

impl ObjectImpl for WgpuDownload {}
impl GstObjectImpl for WgpuDownload {}

impl ElementImpl for WgpuDownload {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "wgpu download",
                "Filter/Video",
                "Brings video from the GPU to system memory",
                "The gst-plugins-wgpu developers",
            )
        });
        Some(&METADATA)
    }

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> =
            LazyLock::new(|| caps::templates(Memories::Both, Memories::System));
        &TEMPLATES
    }
}

impl BaseTransformImpl for WgpuDownload {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;
}

impl WgpuFilterImpl for WgpuDownload {
    fn configure(&self, _gpu: &Arc<Gpu>, _stream: &StreamInfo) -> Result<(), GpuError> {
        Ok(())
    }

    /// The picture always passes; the base class changes its memory.
    fn is_passthrough(&self) -> bool {
        true
    }

    fn process(
        &self,
        _recording: &mut Recording<'_>,
        _input: &Frame,
        _output: &Frame,
        _frame: &FrameContext,
    ) -> Result<Filtered, GpuError> {
        Ok(Filtered::Pending)
    }

    fn release(&self) {}
}
