//! The GObjects of `wgpuupload` and `wgpudownload`. The base class does all the work; they differ only in
//! the memories that their pads accept.

use std::sync::{Arc, LazyLock};

use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;

use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::video::filter::caps::{self, Memories};
use crate::video::{Filtered, FrameContext, Plan, StreamInfo, WgpuFilter, WgpuFilterImpl};

macro_rules! transfer_element {
    ($type:ident, $name:literal, $long:literal, $description:literal, $gives:expr) => {
        /// Instance data (empty).
        #[derive(Debug, Default)]
        pub struct $type;

        #[glib::object_subclass]
        impl ObjectSubclass for $type {
            const NAME: &'static str = $name;
            type Type = super::$type;
            type ParentType = WgpuFilter;
        }

        impl ObjectImpl for $type {}
        impl GstObjectImpl for $type {}

        impl ElementImpl for $type {
            fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
                static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
                    let author = "The gst-plugins-wgpu developers";
                    let class = "Filter/Video";
                    gst::subclass::ElementMetadata::new($long, class, $description, author)
                });
                Some(&METADATA)
            }

            fn pad_templates() -> &'static [gst::PadTemplate] {
                static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> =
                    LazyLock::new(|| caps::templates(Memories::Both, $gives));
                &TEMPLATES
            }
        }

        impl BaseTransformImpl for $type {
            const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
            const PASSTHROUGH_ON_SAME_CAPS: bool = false;
            const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;
        }

        impl WgpuFilterImpl for $type {
            type Settings = ();

            fn configure(&self, _: &Arc<Gpu>, _: &StreamInfo) -> Result<(), GpuError> {
                Ok(())
            }

            fn settings(&self) {}

            /// Always passthrough: the base class converts the memory.
            fn plan((): &()) -> Plan {
                Plan {
                    passthrough: true,
                    ..Plan::default()
                }
            }

            fn process(
                &self,
                _: &mut Recording<'_>,
                _: &Frame,
                _: &Frame,
                _: &FrameContext,
                (): &(),
            ) -> Result<Filtered, GpuError> {
                Ok(Filtered::Pending)
            }

            fn release(&self) {}
        }
    };
}

transfer_element!(
    WgpuUpload,
    "GstWgpuUpload",
    "GPU uploader",
    "Brings video from system memory to the GPU",
    Memories::Gpu
);

transfer_element!(
    WgpuDownload,
    "GstWgpuDownload",
    "GPU downloader",
    "Brings video from the GPU to system memory",
    Memories::System
);
