//! The GObject of `wgputone`: properties, and the virtual methods of GStreamer and the base class.

mod properties;

use std::sync::{Arc, LazyLock, Mutex};

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;
use gst_video::{VideoColorRange, VideoInfo, VideoTransferFunction};

use properties::Knobs;

use super::levels::Colour;
use super::{Findings, Toner};
use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::picture::matrix::Matrix;
use crate::video::filter::lock;
use crate::video::matrix;
use crate::video::{Filtered, FrameContext, Plan, StreamInfo, WgpuFilter, WgpuFilterImpl};

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "wgputone",
        gst::DebugColorFlags::empty(),
        Some("Exposure, contrast and white balance on the GPU"),
    )
});

/// The properties, and what of the stream decides whether frames pass.
#[derive(Debug, Clone, Copy, Default)]
pub struct FrameSettings {
    knobs: Knobs,
    /// The stream has high dynamic range.
    hdr: bool,
}

/// Instance data.
#[derive(Debug, Default)]
pub struct WgpuTone {
    settings: Mutex<FrameSettings>,
    /// Levels and matrix of the stream.
    colour: Mutex<Colour>,
    findings: Mutex<Option<Findings>>,
    /// `None` while the streaming thread works with it.
    toner: Mutex<Option<Toner>>,
}

#[glib::object_subclass]
impl ObjectSubclass for WgpuTone {
    const NAME: &'static str = "GstWgpuTone";
    const ALLOW_NAME_CONFLICT: bool = true;
    type Type = super::WgpuTone;
    type ParentType = WgpuFilter;
    type Interfaces = (gst::Preset,);
}

impl ObjectImpl for WgpuTone {
    fn properties() -> &'static [glib::ParamSpec] {
        static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(properties::all);
        &PROPERTIES
    }

    fn set_property(&self, _id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
        lock(&self.settings).knobs.set(pspec.name(), value);
    }

    fn property(&self, _id: usize, pspec: &glib::ParamSpec) -> glib::Value {
        let value = self.settings().knobs.get(pspec.name());
        value.unwrap_or_else(|| pspec.default_value().clone())
    }
}

impl GstObjectImpl for WgpuTone {}

impl PresetImpl for WgpuTone {}

impl ElementImpl for WgpuTone {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "GPU exposure, contrast and white balance",
                "Filter/Effect/Video/Hardware",
                "Corrects exposure, black point and colour casts by itself, steadily, as far as pictures need it",
                "The gst-plugins-wgpu developers",
            )
        });
        Some(&METADATA)
    }
}

impl BaseTransformImpl for WgpuTone {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn set_caps(&self, incaps: &gst::Caps, outcaps: &gst::Caps) -> Result<(), gst::LoggableError> {
        let info = crate::video::drm_format::info(incaps)?;
        *lock(&self.colour) = colour(&info);
        let hdr = is_hdr(&info);
        let before = std::mem::replace(&mut lock(&self.settings).hdr, hdr);
        if hdr && !before && !self.settings().knobs.high_dynamic_range {
            gst::element_imp_warning!(
                self,
                gst::StreamError::Format,
                ("Video of high dynamic range (PQ or HLG) passes through unchanged; set high-dynamic-range=true to correct it")
            );
        }
        self.parent_set_caps(incaps, outcaps)
    }
}

fn is_hdr(info: &VideoInfo) -> bool {
    use VideoTransferFunction::{AribStdB67, Smpte2084};
    matches!(info.colorimetry().transfer(), Smpte2084 | AribStdB67)
}

/// Levels and matrix by these caps, with what is usual where they say nothing.
fn colour(info: &VideoInfo) -> Colour {
    // Frames of R, G and B have this matrix and all codes on the GPU, whatever the caps say.
    if info.is_rgb() {
        return Colour {
            matrix: Matrix::BT709,
            full_range: true,
        };
    }
    let colorimetry = info.colorimetry();
    Colour {
        matrix: matrix::of(&colorimetry).unwrap_or(Matrix::BT709),
        full_range: colorimetry.range() == VideoColorRange::Range0_255,
    }
}

impl WgpuFilterImpl for WgpuTone {
    type Settings = FrameSettings;

    fn prepare(&self, gpu: &Arc<Gpu>, stream: &StreamInfo) -> Result<(), GpuError> {
        Toner::new(gpu, &stream.shape(), &Colour::default()).map(|_| ())
    }

    fn configure(&self, gpu: &Arc<Gpu>, stream: &StreamInfo) -> Result<(), GpuError> {
        let colour = *lock(&self.colour);
        gst::info!(CAT, imp = self, "{colour:?} for {stream:?}");
        let before = lock(&self.toner).take();
        if let Some(mut toner) = before
            && toner.adopt(gpu, &stream.shape(), &colour)
        {
            *lock(&self.toner) = Some(toner);
            return Ok(());
        }
        // The old one is gone by now: it and the new one may not fit into GPU memory together.
        let toner = Toner::new(gpu, &stream.shape(), &colour)?;
        *lock(&self.toner) = Some(toner);
        Ok(())
    }

    fn settings(&self) -> FrameSettings {
        *lock(&self.settings)
    }

    fn plan(settings: &FrameSettings) -> Plan {
        let passes = settings.hdr && !settings.knobs.high_dynamic_range;
        Plan {
            passthrough: passes || settings.knobs.is_idle(),
            ..Plan::default()
        }
    }

    fn process(
        &self,
        recording: &mut Recording<'_>,
        input: &Frame,
        output: &Frame,
        _frame: &FrameContext,
        settings: &FrameSettings,
    ) -> Result<Filtered, GpuError> {
        let taken = lock(&self.toner).take();
        // It is `None` only after a failed `configure`, and no frame comes then.
        let Some(mut toner) = taken else {
            return Ok(Filtered::Pending);
        };
        let result = toner.process(recording, (input, output), &settings.knobs.settings());
        *lock(&self.findings) = toner.findings();
        *lock(&self.toner) = Some(toner);
        result.map(|()| Filtered::Output)
    }

    fn reset(&self) {
        if let Some(toner) = &mut *lock(&self.toner) {
            toner.reset();
        }
    }

    fn release(&self) {
        let toner = lock(&self.toner).take();
        drop(toner);
        *lock(&self.findings) = None;
    }

    fn stats(&self) -> Vec<(&'static str, glib::SendValue)> {
        let found = lock(&self.findings).unwrap_or(Findings {
            gains: [1.0; 3],
            ..Findings::default()
        });
        let number = |value: f32| f64::from(value).to_send_value();
        let [red, green, blue] = found.gains;
        vec![
            ("exposure", number(found.exposure)),
            ("black", number(found.black)),
            ("gain-red", number(red)),
            ("gain-green", number(green)),
            ("gain-blue", number(blue)),
            ("scene-cuts", found.cuts.to_send_value()),
        ]
    }
}
