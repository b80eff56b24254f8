//! A filter for testing the base class: outputs each frame inverted, delayed by its property `lookahead`,
//! and logs its calls.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;
use gstwgpu::gpu::pool::PooledFrame;
use gstwgpu::gpu::shader::NoParams;
use gstwgpu::gpu::{Frame, FramePool, Gpu, GpuError, Kernel, KernelSpec, Recording};
use gstwgpu::video::context::new_context;
use gstwgpu::video::filter::choice::Rung;
use gstwgpu::video::{Filtered, FrameContext, Plan, StreamInfo, WgpuFilter, WgpuFilterImpl, Work};

static INVERT: KernelSpec = KernelSpec {
    name: "tests/invert",
    source: include_str!("invert.wgsl"),
    params: NoParams::LAYOUT,
    structs: &[],
};

#[derive(Debug)]
struct Running {
    kernel: Arc<Kernel>,
    pool: Arc<FramePool>,
    held: VecDeque<PooledFrame>,
}

#[derive(Debug, Default)]
pub struct Log {
    pub contexts: Vec<FrameContext>,
    /// How often the settings were copied.
    pub asked: u32,
    pub streams: Vec<StreamInfo>,
    /// Offset of each output buffer, and whether its work had ended.
    pub finished: Vec<(u64, Option<bool>)>,
    /// How often kernels were requested before caps.
    pub prepared: u32,
    pub resets: u32,
    pub releases: u32,
    pub gpu: Option<Arc<Gpu>>,
}

/// Presets that take twice as long as the one before, at least.
const RUNGS: &[Rung] = &[
    Rung {
        name: "fast",
        growth: 100,
    },
    Rung {
        name: "balanced",
        growth: 200,
    },
    Rung {
        name: "quality",
        growth: 200,
    },
];

mod imp {
    use super::*;

    #[derive(Debug, Default)]
    pub struct TestFilter {
        settings: Mutex<(u32, bool, bool)>,
        /// Frames pass unfiltered, though the filter sees them.
        untouched: AtomicBool,
        panics: AtomicBool,
        busy: AtomicU32,
        running: Mutex<Option<Running>>,
        pub log: Mutex<Log>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for TestFilter {
        const NAME: &'static str = "GstWgpuTestFilter";
        type Type = super::TestFilter;
        type ParentType = WgpuFilter;
    }

    impl ObjectImpl for TestFilter {
        fn properties() -> &'static [glib::ParamSpec] {
            static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(|| {
                vec![
                    glib::ParamSpecUInt::builder("lookahead").build(),
                    // Milliseconds of a frame; half as many with each step down.
                    glib::ParamSpecUInt::builder("busy").build(),
                    glib::ParamSpecBoolean::builder("passthrough").build(),
                    glib::ParamSpecBoolean::builder("climbs").build(),
                    glib::ParamSpecBoolean::builder("untouched").build(),
                    glib::ParamSpecBoolean::builder("panics").build(),
                ]
            });
            &PROPERTIES
        }

        fn set_property(&self, _id: usize, value: &glib::Value, pspec: &glib::ParamSpec) {
            let mut settings = self.settings.lock().unwrap();
            match pspec.name() {
                "lookahead" => settings.0 = value.get().unwrap(),
                "untouched" => self
                    .untouched
                    .store(value.get().unwrap(), Ordering::Relaxed),
                "panics" => self.panics.store(value.get().unwrap(), Ordering::Relaxed),
                "climbs" => settings.2 = value.get().unwrap(),
                "busy" => self.busy.store(value.get().unwrap(), Ordering::Relaxed),
                _ => settings.1 = value.get().unwrap(),
            }
        }

        fn property(&self, _id: usize, pspec: &glib::ParamSpec) -> glib::Value {
            let settings = self.settings.lock().unwrap();
            match pspec.name() {
                "lookahead" => settings.0.to_value(),
                "untouched" => self.untouched.load(Ordering::Relaxed).to_value(),
                "panics" => self.panics.load(Ordering::Relaxed).to_value(),
                "climbs" => settings.2.to_value(),
                "busy" => self.busy.load(Ordering::Relaxed).to_value(),
                _ => settings.1.to_value(),
            }
        }
    }

    impl GstObjectImpl for TestFilter {}

    impl ElementImpl for TestFilter {
        fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
            static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
                gst::subclass::ElementMetadata::new("test", "Filter/Video", "inverts", "tests")
            });
            Some(&METADATA)
        }
    }

    impl BaseTransformImpl for TestFilter {
        const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
        const PASSTHROUGH_ON_SAME_CAPS: bool = false;
        const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;
    }

    impl WgpuFilterImpl for TestFilter {
        /// Lookahead, passthrough, and whether it chooses among three presets in software.
        type Settings = (u32, bool, bool);

        fn prepare(&self, gpu: &Arc<Gpu>, _: &StreamInfo) -> Result<(), GpuError> {
            self.log.lock().unwrap().prepared += 1;
            gpu.kernel(&INVERT).map(drop)
        }

        fn configure(&self, gpu: &Arc<Gpu>, stream: &StreamInfo) -> Result<(), GpuError> {
            *self.running.lock().unwrap() = Some(Running {
                kernel: gpu.kernel(&INVERT)?,
                pool: FramePool::new(gpu, stream.layout),
                held: VecDeque::new(),
            });
            let mut log = self.log.lock().unwrap();
            log.streams.push(*stream);
            log.gpu = Some(gpu.clone());
            Ok(())
        }

        fn settings(&self) -> (u32, bool, bool) {
            self.log.lock().unwrap().asked += 1;
            *self.settings.lock().unwrap()
        }

        fn plan((lookahead, passthrough, climbs): &(u32, bool, bool)) -> Plan {
            Plan {
                passthrough: *passthrough,
                lookahead: *lookahead,
                steps: 2,
                faster: Some("balanced"),
                rungs: if *climbs { RUNGS } else { &[] },
                ..Plan::default()
            }
        }

        fn process(
            &self,
            recording: &mut Recording<'_>,
            input: &Frame,
            output: &Frame,
            frame: &FrameContext,
            _: &(u32, bool, bool),
        ) -> Result<Filtered, GpuError> {
            assert!(!self.panics.load(Ordering::Relaxed), "on purpose");
            self.log.lock().unwrap().contexts.push(*frame);
            let busy = self.busy.load(Ordering::Relaxed) >> frame.steps_down;
            std::thread::sleep(std::time::Duration::from_millis(busy.into()));
            if self.untouched.load(Ordering::Relaxed) {
                return Ok(Filtered::Untouched);
            }
            let mut running = self.running.lock().unwrap();
            let running = running.as_mut().unwrap();
            let held = running.pool.acquire()?;
            recording.copy(input, &held);
            running.held.push_back(held);
            match running.held.len() > frame.lookahead as usize {
                true => running.give(recording, output),
                false => Ok(Filtered::Pending),
            }
        }

        fn drain(
            &self,
            recording: &mut Recording<'_>,
            output: &Frame,
        ) -> Result<Filtered, GpuError> {
            let mut running = self.running.lock().unwrap();
            running.as_mut().unwrap().give(recording, output)
        }

        fn finish(&self, output: &mut gst::Buffer, work: Option<&Work>) -> Result<(), GpuError> {
            let finished = (output.offset(), work.map(|work| work.done));
            self.log.lock().unwrap().finished.push(finished);
            Ok(())
        }

        fn reset(&self) {
            self.log.lock().unwrap().resets += 1;
            if let Some(running) = &mut *self.running.lock().unwrap() {
                running.held.clear();
            }
        }

        fn release(&self) {
            let mut log = self.log.lock().unwrap();
            log.releases += 1;
            log.gpu = None;
            *self.running.lock().unwrap() = None;
        }

        fn stats(&self) -> Vec<(&'static str, glib::SendValue)> {
            vec![("own-field", 7.to_send_value())]
        }
    }
}

impl Running {
    fn give(
        &mut self,
        recording: &mut Recording<'_>,
        output: &Frame,
    ) -> Result<Filtered, GpuError> {
        let Some(frame) = self.held.pop_front() else {
            return Ok(Filtered::Pending);
        };
        let words = frame.layout().buffer_bytes() / 4;
        let groups = [(words as u32).div_ceil(64), 1, 1];
        let bindings = [("source", (&*frame).into()), ("result", output.into())];
        recording.dispatch(&self.kernel, &bindings, &[], groups)?;
        Ok(Filtered::Output)
    }
}

glib::wrapper! {
    pub struct TestFilter(ObjectSubclass<imp::TestFilter>)
        @extends WgpuFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

impl TestFilter {
    /// Reads the filter's log.
    pub fn read<T>(&self, read: impl FnOnce(&Log) -> T) -> T {
        read(&self.imp().log.lock().unwrap())
    }
}

/// Registers the element `wgputestfilter`.
pub fn register() {
    gst::Element::register(
        None,
        "wgputestfilter",
        gst::Rank::NONE,
        TestFilter::static_type(),
    )
    .unwrap();
}

/// Called between READY and PAUSED, before there are caps; not with passthrough.
#[test]
fn kernels_are_asked_for_before_caps() {
    super::init();
    for (passthrough, wanted) in [(false, 1), (true, 0)] {
        let element = gst::ElementFactory::make("wgputestfilter")
            .property("passthrough", passthrough)
            .build()
            .unwrap();
        element.set_context(&new_context(&crate::gpu::gpu(), true));
        let filter: TestFilter = element.downcast().unwrap();
        filter.set_state(gst::State::Paused).unwrap();
        let found = filter.read(|log| (log.prepared, log.streams.len()));
        filter.set_state(gst::State::Null).unwrap();
        assert_eq!(found, (wanted, 0));
    }
}
