//! The GObject of `wgpucompare`: properties, pads, the mouse, and the virtual methods of the base class.

mod pairs;
mod properties;
mod second;

use std::sync::{Arc, LazyLock, Mutex};

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;
use gst_video::{NavigationEvent, VideoInfo};

use pairs::{Pairs, Second, Side};
use properties::Knobs;

use super::CompareMode;
use super::mix::Mixer;
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording};
use crate::video::filter::{Failure, lock};
use crate::video::{Filtered, FrameContext, Plan, StreamInfo, WgpuFilter, WgpuFilterImpl};

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "wgpucompare",
        gst::DebugColorFlags::empty(),
        Some("Two streams in one picture"),
    )
});

/// The left mouse button as GStreamer numbers it.
const LEFT: i32 = 1;

/// So many frames of another format are a mistake; fewer are on their way while the format is asked for.
const STRANGE: u32 = 4;

/// Instance data.
#[derive(Debug, Default)]
pub struct WgpuCompare {
    knobs: Mutex<Knobs>,
    second: Mutex<Option<(gst::Pad, Arc<Pairs>)>>,
    /// Format of the first stream.
    info: Mutex<Option<VideoInfo>>,
    mixer: Mutex<Option<(Mixer, FrameLayout)>>,
    /// The frame that belongs to the one being filtered.
    partner: Mutex<Option<Second>>,
    /// The latest buffer of the second stream: the GPU reads it until its work is done.
    in_use: Mutex<Option<gst::Buffer>>,
    /// The left button is down.
    dragging: Mutex<bool>,
    /// Frames that were shown with their partner, and without.
    counts: Mutex<[u64; 2]>,
    /// Frames of the second stream in a row that had another format.
    strangers: Mutex<u32>,
}

#[glib::object_subclass]
impl ObjectSubclass for WgpuCompare {
    const NAME: &'static str = "GstWgpuCompare";
    const ALLOW_NAME_CONFLICT: bool = true;
    type Type = super::WgpuCompare;
    type ParentType = WgpuFilter;
}

impl ObjectImpl for WgpuCompare {
    fn properties() -> &'static [glib::ParamSpec] {
        static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(properties::all);
        &PROPERTIES
    }

    fn set_property(&self, _id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
        lock(&self.knobs).set(pspec.name(), value);
    }

    fn property(&self, _id: usize, pspec: &glib::ParamSpec) -> glib::Value {
        let value = lock(&self.knobs).get(pspec.name());
        value.unwrap_or_else(|| pspec.default_value().clone())
    }
}

impl GstObjectImpl for WgpuCompare {}

impl ElementImpl for WgpuCompare {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "GPU comparison of two streams",
                "Filter/Effect/Video/Hardware",
                "Shows two streams in one picture: a wipe that follows the mouse, side by side, or their difference",
                "The gst-plugins-wgpu developers",
            )
        });
        Some(&METADATA)
    }

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> =
            LazyLock::new(|| second::template().into_iter().collect());
        &TEMPLATES
    }

    fn request_new_pad(
        &self,
        template: &gst::PadTemplate,
        _name: Option<&str>,
        _caps: Option<&gst::Caps>,
    ) -> Option<gst::Pad> {
        self.add_second(template)
    }

    fn release_pad(&self, pad: &gst::Pad) {
        self.remove_second(pad);
    }

    fn change_state(
        &self,
        transition: gst::StateChange,
    ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        let closed = match transition {
            gst::StateChange::ReadyToPaused => Some(false),
            gst::StateChange::PausedToReady => Some(true),
            _ => None,
        };
        if let (Some(closed), Some(pairs)) = (closed, self.pairs()) {
            pairs.close_side(Side::First, closed);
            pairs.close_side(Side::Second, closed);
            pairs.set_alone(false);
        }
        self.parent_change_state(transition)
    }
}

impl BaseTransformImpl for WgpuCompare {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn set_caps(&self, incaps: &gst::Caps, outcaps: &gst::Caps) -> Result<(), gst::LoggableError> {
        let info = crate::video::drm_format::info(incaps).ok();
        let changed = *lock(&self.info) != info;
        *lock(&self.info) = info;
        if changed {
            self.renegotiate_second();
        }
        if let Some(pairs) = self.pairs() {
            pairs.set_ready();
        }
        self.parent_set_caps(incaps, outcaps)
    }

    /// Waits for the partner here: waiting for another stream is no work, by which the base class judges whether
    /// frames come too fast.
    fn submit_input_buffer(
        &self,
        is_discont: bool,
        inbuf: gst::Buffer,
    ) -> Result<gst::FlowSuccess, gst::FlowError> {
        let partner = self.partner(inbuf.pts());
        *lock(&self.partner) = partner;
        self.parent_submit_input_buffer(is_discont, inbuf)
    }

    fn sink_event(&self, event: gst::Event) -> bool {
        if let Some(pairs) = self.pairs() {
            match event.type_() {
                gst::EventType::Eos => pairs.set_alone(true),
                gst::EventType::StreamStart => pairs.set_alone(false),
                gst::EventType::FlushStart => pairs.close_side(Side::First, true),
                gst::EventType::FlushStop => {
                    pairs.set_alone(false);
                    pairs.close_side(Side::First, false);
                }
                _ => {}
            }
        }
        self.parent_sink_event(event)
    }

    fn src_event(&self, event: gst::Event) -> bool {
        if event.type_() == gst::EventType::Seek {
            self.seek_second(&event);
        }
        if event.type_() == gst::EventType::Navigation && self.navigate(&event) {
            return true;
        }
        self.parent_src_event(event)
    }
}

impl WgpuCompare {
    /// Moves the line to where the mouse drags it. False if the event is for somebody else.
    fn navigate(&self, event: &gst::Event) -> bool {
        let knobs = *lock(&self.knobs);
        if !knobs.interactive || knobs.mode != CompareMode::Wipe {
            return false;
        }
        match NavigationEvent::parse(event) {
            Ok(NavigationEvent::MouseButtonPress {
                button: LEFT, x, ..
            }) => {
                *lock(&self.dragging) = true;
                self.drag(x);
            }
            Ok(NavigationEvent::MouseButtonRelease { button: LEFT, .. }) => {
                *lock(&self.dragging) = false;
            }
            Ok(NavigationEvent::MouseMove { x, .. }) if *lock(&self.dragging) => self.drag(x),
            _ => return false,
        }
        true
    }

    fn drag(&self, x: f64) {
        let width = lock(&self.info).as_ref().map_or(1, VideoInfo::width);
        lock(&self.knobs).position = (x / f64::from(width)).clamp(0.0, 1.0);
        self.obj().notify("position");
    }

    /// The frame that belongs to this one, once it is there.
    fn partner(&self, pts: Option<gst::ClockTime>) -> Option<Second> {
        let pairs = self.linked_second()?;
        let segment = self.obj().segment();
        let segment = segment.downcast_ref::<gst::ClockTime>();
        let now = segment.and_then(|segment| segment.to_running_time(pts));
        pairs.take(now.map(gst::ClockTime::nseconds))
    }

    /// Records both in one. False if the second frame is of no use.
    fn mix(
        &self,
        recording: &mut Recording<'_>,
        (input, output): (&Frame, &Frame),
        second: &Second,
        knobs: &Knobs,
    ) -> Result<bool, Failure> {
        let mixer = lock(&self.mixer);
        let Some((mixer, layout)) = &*mixer else {
            return Ok(false);
        };
        if second.incoming.layout() != layout {
            let mut strangers = lock(&self.strangers);
            *strangers += 1;
            if *strangers == STRANGE {
                gst::element_imp_warning!(
                    self,
                    gst::StreamError::Format,
                    ("The second stream has another size or format than the first; put videoconvert ! videoscale in front of it")
                );
            }
            return Ok(false);
        }
        *lock(&self.strangers) = 0;
        // It may have come while the device was lost.
        if !second.incoming.is_for(recording.gpu()) {
            return Ok(false);
        }
        let other = second.incoming.frame(recording, &second.buffer)?;
        mixer.record(recording, [input, other.frame()], output, &knobs.settings())?;
        Ok(true)
    }
}

impl WgpuFilterImpl for WgpuCompare {
    type Settings = Knobs;

    fn prepare(&self, gpu: &Arc<Gpu>, stream: &StreamInfo) -> Result<(), GpuError> {
        Mixer::new(gpu, stream.layout).map(|_| ())
    }

    fn configure(&self, gpu: &Arc<Gpu>, stream: &StreamInfo) -> Result<(), GpuError> {
        *lock(&self.mixer) = Some((Mixer::new(gpu, stream.layout)?, stream.layout));
        *lock(&self.strangers) = 0;
        self.renew_second()
    }

    fn settings(&self) -> Knobs {
        *lock(&self.knobs)
    }

    fn plan(_knobs: &Knobs) -> Plan {
        Plan::default()
    }

    fn process(
        &self,
        recording: &mut Recording<'_>,
        input: &Frame,
        output: &Frame,
        _frame: &FrameContext,
        knobs: &Knobs,
    ) -> Result<Filtered, GpuError> {
        let second = lock(&self.partner).take();
        let mixed = second.as_ref().map_or(Ok(false), |second| {
            self.mix(recording, (input, output), second, knobs)
        });
        *lock(&self.in_use) = second.map(|second| second.buffer);
        let mixed = match mixed {
            Ok(mixed) => mixed,
            Err(Failure::Gpu(error)) => return Err(error),
            Err(other) => {
                gst::warning!(
                    CAT,
                    imp = self,
                    "a frame of the second stream is left out: {other}"
                );
                false
            }
        };
        let [compared, single] = &mut *lock(&self.counts);
        *(if mixed { compared } else { single }) += 1;
        Ok(match mixed {
            true => Filtered::Output,
            false => Filtered::Untouched,
        })
    }

    fn release(&self) {
        *lock(&self.mixer) = None;
        *lock(&self.in_use) = None;
        *lock(&self.partner) = None;
        *lock(&self.counts) = [0; 2];
    }

    fn stats(&self) -> Vec<(&'static str, glib::SendValue)> {
        let [compared, single] = *lock(&self.counts);
        vec![
            ("compared", compared.to_send_value()),
            ("single", single.to_send_value()),
        ]
    }
}
