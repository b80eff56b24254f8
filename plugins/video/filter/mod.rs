//! `WgpuFilter`: the base class of all filters.
//!
//! A filter implements [`WgpuFilterImpl`]; the base class does the rest for all elements: caps, memories,
//! allocation, metas, latency, passthrough, draining, errors and statistics.
//!
//! What a filter writes:
//! ```ignore
//! #[glib::object_subclass]
//! impl ObjectSubclass for Denoise {
//!     const NAME: &'static str = "GstWgpuDenoise";
//!     type Type = super::Denoise;
//!     type ParentType = WgpuFilter;
//! }
//! impl ObjectImpl for Denoise { /* its own properties */ }
//! impl GstObjectImpl for Denoise {}
//! impl ElementImpl for Denoise { /* metadata(); pad templates come from the base class */ }
//! impl BaseTransformImpl for Denoise {
//!     const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
//!     const PASSTHROUGH_ON_SAME_CAPS: bool = false;
//!     const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;
//! }
//! impl WgpuFilterImpl for Denoise { /* below */ }
//!
//! glib::wrapper! {
//!     pub struct Denoise(ObjectSubclass<imp::Denoise>)
//!         @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object;
//! }
//! ```
//! A filter that overrides `change_state`, `set_caps`, `sink_event` or `query` must call the parent's, as
//! with any base class. Filters should not fail in `start`.

pub mod allocation;
mod alpha;
mod bypass;
pub mod caps;
pub mod choice;
mod errors;
#[cfg(target_os = "linux")]
mod exporting;
mod extent;
mod figures;
mod held;
mod imp;
#[cfg(target_os = "linux")]
mod importing;
pub mod incoming;
mod lateness;
pub mod load;
mod loss;
pub mod pace;
pub mod properties;
mod recovery;
mod running;
mod scan;
pub mod second_pad;
mod stats;
mod stream;
mod transfer;

pub use errors::Failure;
pub(crate) use imp::lock;

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use gst::prelude::*;
use gst_base::subclass::prelude::*;

use crate::gpu::{
    ChromaOrder, Frame, FrameLayout, Gpu, GpuError, Recording, Submission, Subsampling,
};
use crate::picture::stream::{Scan, Shape};

/// What a filter needs to know of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamInfo {
    /// Shape of each frame. In `alternate` streams a frame is one field, and this is its shape.
    pub layout: FrameLayout,
    /// Frames per second as a fraction; `None` if unknown or variable.
    pub fps: Option<(u32, u32)>,
    /// Frames may hold two interleaved fields; [`FrameContext::fields`] says so for each frame.
    pub interlaced: bool,
    /// Each buffer is one field, top and bottom in turn.
    pub alternate: bool,
    /// The transfer function is one of high dynamic range: PQ or HLG.
    pub hdr: bool,
}

impl StreamInfo {
    /// A small progressive 8-bit stream, for compiling kernels before caps are known.
    const COMMON: Self = Self {
        layout: FrameLayout {
            width: 64,
            height: 64,
            subsampling: Subsampling::S420,
            chroma: ChromaOrder::InterleavedUv,
            depth: 8,
            shift: 0,
            alpha: false,
            host: None,
        },
        fps: None,
        interlaced: false,
        alternate: false,
        hdr: false,
    };

    /// The number of buffers that hold `frames` frames: two each in `alternate` streams.
    pub fn buffers(&self, frames: u32) -> u32 {
        match self.alternate {
            true => 2 * frames,
            false => frames,
        }
    }

    /// The stream's shape, in the form that picture filters take.
    pub fn shape(&self) -> Shape {
        Shape {
            layout: self.layout,
            scan: match (self.alternate, self.interlaced) {
                (true, _) => Scan::Alternate,
                (false, true) => Scan::Interlaced,
                (false, false) => Scan::Progressive,
            },
            rate: self.fps.map_or(0.0, |(n, d)| f64::from(n) / f64::from(d)),
            hdr: self.hdr,
        }
    }
}

/// Whether a frame's lines belong to one instant or to two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fields {
    /// All lines are of one instant.
    Progressive,
    /// Even and odd lines are two fields of two instants.
    Interlaced {
        /// The top field (even lines) is the earlier one.
        top_first: bool,
    },
}

/// What is known of one input frame besides its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameContext {
    /// Progressive or interlaced, frame by frame in mixed streams.
    pub fields: Fields,
    /// Upstream says that frames may be missing before this one, as a leaky queue or lost packets make it. No
    /// reason to forget: whether the earlier frames still help is found in the pictures.
    pub discont: bool,
    /// Upstream marked the frame as damaged; a filter should not use it for later frames.
    pub corrupted: bool,
    /// In `alternate` streams: this is the bottom field.
    pub bottom: bool,
    /// Presets to go up from the one that `auto` begins with in software, because there is time for them.
    pub steps_up: u32,
    /// Presets to go down from the one that the settings ask for, because it takes too long.
    pub steps_down: u32,
    /// Presentation time in nanoseconds.
    pub pts: Option<u64>,
    /// Delay in buffers. Never changes while frames are held: the base class drains and resets the filter
    /// first.
    pub lookahead: u32,
}

/// What a filter made of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filtered {
    /// `output` holds the result for the oldest frame held.
    Output,
    /// Nothing yet; `output` was not written.
    Pending,
    /// The input frame itself is pushed, bit for bit; `output` was not written. Only allowed while no frame
    /// is held. The recorded work is submitted, and nothing waits for it.
    Untouched,
}

/// The submitted GPU work of one frame.
#[derive(Debug, Clone)]
pub struct Work {
    /// Handle to wait for the work.
    pub submission: Submission,
    /// The work has ended, because the frame was downloaded.
    pub done: bool,
}

/// What a frame's settings require of the base class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plan {
    /// Frames pass unfiltered, and the filter does not see them. It is reset when filtering resumes.
    pub passthrough: bool,
    /// Delay in frames, reported as latency. In `alternate` streams a frame is two buffers.
    pub lookahead: u32,
    /// How many presets there are that take less work than the one in force: those that
    /// [`FrameContext::steps_down`] can ask for.
    pub steps: u32,
    /// The next of them, as users know it.
    pub faster: Option<&'static str>,
    /// In software: presets to choose from by what the machine holds, fastest first. Empty if the user has
    /// named one.
    pub rungs: &'static [choice::Rung],
    /// Most latency in milliseconds: the delay is cut to the frames that fit. 0 for any.
    pub max_latency: u32,
    /// Identifies settings that change the filter's internal state, such as the preset. When it changes, all
    /// held frames are drained first.
    pub variant: u32,
}

/// Virtual methods of [`WgpuFilter`]. All are called from the streaming thread, except `stats` and
/// `settings`, which any thread may call at any time.
pub trait WgpuFilterImpl: BaseTransformImpl + ObjectSubclass<Type: IsA<WgpuFilter>> {
    /// Plain-value copy of all settings that a frame depends on.
    type Settings: Send + 'static;

    /// Requests the kernels that will be needed, so that they compile in parallel while caps are still
    /// negotiated. Called between READY and PAUSED, once the device is known. `stream` is a small stream of
    /// the commonest kind, not the real one.
    ///
    /// # Errors
    /// Only logged: `configure` will return them again.
    fn prepare(&self, _gpu: &Arc<Gpu>, _stream: &StreamInfo) -> Result<(), GpuError> {
        Ok(())
    }

    /// Prepares for a stream: called once device and caps are known, and again when either changes. No
    /// frames are held at this point. Make kernels and working images here, so that no frame allocates any.
    ///
    /// # Errors
    /// Posted once on the bus; they end the stream.
    fn configure(&self, gpu: &Arc<Gpu>, stream: &StreamInfo) -> Result<(), GpuError>;

    /// Takes a consistent copy of the settings: once for each frame, and for queries between frames.
    fn settings(&self) -> Self::Settings;

    /// What these settings require of the base class.
    fn plan(settings: &Self::Settings) -> Plan;

    /// Records the passes for one input frame. The upload of `input` is recorded before, the download of
    /// `output` after, and everything is submitted together when this returns. `input` and `output` are
    /// never the same frame. Keep neither: copy what later frames need.
    ///
    /// With `lookahead` 0 the result must be [`Filtered::Output`] for each frame. With a lookahead of n, the
    /// first n results are [`Filtered::Pending`]; after that each call outputs the oldest frame held.
    ///
    /// # Errors
    /// Posted once on the bus; they end the stream.
    fn process(
        &self,
        recording: &mut Recording<'_>,
        input: &Frame,
        output: &Frame,
        frame: &FrameContext,
        settings: &Self::Settings,
    ) -> Result<Filtered, GpuError>;

    /// Outputs the oldest frame held without a new input: at the end of the stream, or before a change of
    /// caps, lookahead or variant. Called until no frame is held, each time with a recording of its own;
    /// [`WgpuFilterImpl::reset`] follows.
    ///
    /// # Errors
    /// Posted once on the bus; they end the stream.
    fn drain(&self, _recording: &mut Recording<'_>, _output: &Frame) -> Result<Filtered, GpuError> {
        Ok(Filtered::Pending)
    }

    /// Called for each frame before it is pushed, in order: the place to add metas. The buffer already has
    /// the metas of its input. It may be shared, so use `make_mut`. `work` is `None` for frames that did not
    /// go through [`WgpuFilterImpl::process`].
    ///
    /// # Errors
    /// Posted once on the bus; they end the stream.
    fn finish(&self, _output: &mut gst::Buffer, _work: Option<&Work>) -> Result<(), GpuError> {
        Ok(())
    }

    /// Forgets all earlier frames, after a flush or a seek. Nothing of the frames before
    /// may show in the frames after. Must not allocate.
    fn reset(&self) {}

    /// Drops all GPU objects. `configure` is called before the next frame.
    fn release(&self);

    /// Drops all GPU objects because their device is lost, and closes the accounts of frames that it had. The
    /// stream goes on: frames pass unfiltered, and `configure` is called again with another device.
    fn lose(&self) {
        self.release();
    }

    /// Fields for the property `stats`, in addition to those of the base class.
    fn stats(&self) -> Vec<(&'static str, glib::SendValue)> {
        Vec::new()
    }
}

glib::wrapper! {
    /// Base class of filters that accept and produce both system memory and `memory:WGPUMemory`.
    pub struct WgpuFilter(ObjectSubclass<imp::WgpuFilter>)
        @extends gst_base::BaseTransform, gst::Element, gst::Object;
}

/// A subclass's [`WgpuFilterImpl::Settings`], type-erased.
type AnySettings = dyn Any + Send;

type Process = fn(
    &WgpuFilter,
    &mut Recording<'_>,
    &Frame,
    &Frame,
    &FrameContext,
    &AnySettings,
) -> Result<Filtered, GpuError>;
type Finish = fn(&WgpuFilter, &mut gst::Buffer, Option<&Work>) -> Result<(), GpuError>;
type Drain = fn(&WgpuFilter, &mut Recording<'_>, &Frame) -> Result<Filtered, GpuError>;
type Stats = fn(&WgpuFilter) -> Vec<(&'static str, glib::SendValue)>;

/// The virtual methods of one subclass, as function pointers.
struct Methods {
    prepare: fn(&WgpuFilter, &Arc<Gpu>, &StreamInfo) -> Result<(), GpuError>,
    configure: fn(&WgpuFilter, &Arc<Gpu>, &StreamInfo) -> Result<(), GpuError>,
    settings: fn(&WgpuFilter) -> (Plan, Box<AnySettings>),
    plan: fn(&WgpuFilter) -> Plan,
    process: Process,
    drain: Drain,
    finish: Finish,
    reset: fn(&WgpuFilter),
    release: fn(&WgpuFilter),
    lose: fn(&WgpuFilter),
    stats: Stats,
}

/// Class structure of [`WgpuFilter`].
#[repr(C)]
pub struct WgpuFilterClass {
    parent: gst_base::ffi::GstBaseTransformClass,
    /// Set by every subclass; `None` (a null pointer) in the abstract class itself.
    methods: Option<&'static Methods>,
}

// SAFETY: `repr(C)`, begins with the parent's class structure, and all zero bytes, with which
// GObject starts it, are a valid value (no methods).
unsafe impl ClassStruct for WgpuFilterClass {
    type Type = imp::WgpuFilter;
}

impl std::ops::Deref for WgpuFilterClass {
    type Target = glib::Class<gst_base::BaseTransform>;

    fn deref(&self) -> &Self::Target {
        // SAFETY: the parent's class structure comes first.
        unsafe { &*(&raw const self.parent).cast() }
    }
}

/// Passthrough without lookahead.
const PASS: Plan = Plan {
    passthrough: true,
    lookahead: 0,
    steps: 0,
    faster: None,
    rungs: &[],
    max_latency: 0,
    variant: 0,
};

/// The virtual methods of the abstract class, which passes frames through.
const ABSTRACT: &Methods = &Methods {
    prepare: |_, _, _| Ok(()),
    configure: |_, _, _| Ok(()),
    settings: |_| (PASS, Box::new(())),
    plan: |_| PASS,
    process: |_, _, _, _, _, _| Ok(Filtered::Pending),
    drain: |_, _, _| Ok(Filtered::Pending),
    finish: |_, _, _| Ok(()),
    reset: |_| {},
    release: |_| {},
    lose: |_| {},
    stats: |_| Vec::new(),
};

impl WgpuFilter {
    /// The device; `None` below PAUSED.
    pub fn gpu(&self) -> Option<Arc<Gpu>> {
        imp::lock(&self.imp().gpu).clone()
    }

    /// Posts an element message. Without a bus nobody is there to be told.
    pub fn post_structure(&self, structure: gst::Structure) {
        let message = gst::message::Element::builder(structure).src(self).build();
        let _ = self.post_message(message);
    }

    /// True if presets with less work may be asked for: their kernels had better be ready.
    pub fn may_degrade(&self) -> bool {
        self.imp().degrades()
    }

    /// Posts an error on the bus, unless this run of the element has posted one. For errors that occur
    /// outside of [`WgpuFilterImpl`]'s methods.
    pub fn post_error_once(&self, error: GpuError) {
        let is_patience = matches!(error, GpuError::Late | GpuError::Cancelled);
        // Of a device that is lost the streaming thread tells, if it is no error.
        if !is_patience && !self.imp().is_survived(&error) {
            let _ = self.imp().fail(Failure::Gpu(error));
        }
    }

    /// As [`WgpuFilter::post_error_once`], for errors that do not come from the GPU layer.
    pub fn post_message_once(&self, message: gst::ErrorMessage) {
        self.imp().post_once(message);
    }

    /// Does work that waits for the device with the patience of the stream: for waits outside of
    /// [`WgpuFilterImpl`]'s methods.
    pub fn patiently<T>(&self, work: impl FnOnce() -> T) -> T {
        let imp = self.imp();
        let patience = imp::lock(&imp.stream).as_ref().map(|s| imp.patience(s));
        match patience {
            Some(patience) => patience.during(work),
            None => work(),
        }
    }

    fn methods(&self) -> &'static Methods {
        self.class().as_ref().methods.unwrap_or(ABSTRACT)
    }

    /// Copies timestamps, flags and metas by the base class's `copy_metadata`.
    fn copy_metadata_to(
        &self,
        input: &gst::Buffer,
        output: &mut gst::Buffer,
    ) -> Result<(), Failure> {
        let output = output.get_mut().ok_or(gst::FlowError::Error)?;
        let copied = self.imp().copy_metadata(input, output);
        copied.map_err(|error| Failure::Buffer(format!("{error:?}")))
    }
}

fn imp_of<T: WgpuFilterImpl>(filter: &WgpuFilter) -> &T {
    // SAFETY: only the class of `T` holds functions made for `T`, so the object is one.
    unsafe { filter.unsafe_cast_ref::<T::Type>() }.imp()
}

struct MethodsOf<T>(PhantomData<T>);

impl<T: WgpuFilterImpl> MethodsOf<T> {
    const METHODS: &'static Methods = &Methods {
        prepare: |filter, gpu, stream| imp_of::<T>(filter).prepare(gpu, stream),
        configure: |filter, gpu, stream| imp_of::<T>(filter).configure(gpu, stream),
        settings: |filter| {
            let settings = imp_of::<T>(filter).settings();
            (T::plan(&settings), Box::new(settings))
        },
        plan: |filter| T::plan(&imp_of::<T>(filter).settings()),
        process: |filter, recording, input, output, frame, settings| {
            let filter = imp_of::<T>(filter);
            match settings.downcast_ref() {
                Some(settings) => filter.process(recording, input, output, frame, settings),
                // The types match: `settings` of the same class made this value.
                None => filter.process(recording, input, output, frame, &filter.settings()),
            }
        },
        drain: |filter, recording, output| imp_of::<T>(filter).drain(recording, output),
        finish: |filter, output, work| imp_of::<T>(filter).finish(output, work),
        reset: |filter| imp_of::<T>(filter).reset(),
        release: |filter| imp_of::<T>(filter).release(),
        lose: |filter| imp_of::<T>(filter).lose(),
        stats: |filter| imp_of::<T>(filter).stats(),
    };
}

// SAFETY: `class_init` fills the class structure of the subclass with functions for its own type.
unsafe impl<T: WgpuFilterImpl> IsSubclassable<T> for WgpuFilter {
    fn class_init(class: &mut glib::Class<Self>) {
        Self::parent_class_init::<T>(class);
        class.as_mut().methods = Some(MethodsOf::<T>::METHODS);
    }
}
