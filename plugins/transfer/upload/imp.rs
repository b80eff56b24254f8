//! The GObject behind `wgpuupload`.

use std::sync::{Arc, LazyLock};

use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;

use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::video::filter::caps::{self, Memories};
use crate::video::{Filtered, FrameContext, StreamInfo, WgpuFilter, WgpuFilterImpl};

/// Instance data: none, the base class does it all.
#[derive(Debug, Default)]
pub struct WgpuUpload;

#[glib::object_subclass]
impl ObjectSubclass for WgpuUpload {
    const NAME: &'static str = "GstWgpuUpload";
    type Type = super::WgpuUpload;
    type ParentType = WgpuFilter;
}

impl ObjectImpl for WgpuUpload {}
impl GstObjectImpl for WgpuUpload {}

impl ElementImpl for WgpuUpload {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "wgpu upload",
                "Filter/Video",
                "Brings video from system memory to the GPU",
                "The gst-plugins-wgpu developers",
            )
        });
        Some(&METADATA)
    }

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> =
            LazyLock::new(|| caps::templates(Memories::Both, Memories::Gpu));
        &TEMPLATES
    }
}

impl BaseTransformImpl for WgpuUpload {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;
}

impl WgpuFilterImpl for WgpuUpload {
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
