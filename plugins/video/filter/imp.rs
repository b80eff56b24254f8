use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;

/// Instance data of the base class.
#[derive(Debug, Default)]
pub struct WgpuFilter;

#[glib::object_subclass]
impl ObjectSubclass for WgpuFilter {
    const NAME: &'static str = "GstWgpuFilter";
    const ABSTRACT: bool = true;
    type Type = super::WgpuFilter;
    type ParentType = gst_base::BaseTransform;
    type Class = super::WgpuFilterClass;
}

impl ObjectImpl for WgpuFilter {}
impl GstObjectImpl for WgpuFilter {}
impl ElementImpl for WgpuFilter {}
impl BaseTransformImpl for WgpuFilter {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;
}
