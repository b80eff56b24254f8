//! The pipeline, our elements in it, and what its bus says.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gst::prelude::*;

use crate::thumbnail::Tap;

/// Elements that only bring frames to the GPU and back: nothing to set or to see.
const CARRIERS: [&str; 2] = ["wgpuupload", "wgpudownload"];

/// How long to wait for a message before signals are looked at.
const TURN: gst::ClockTime = gst::ClockTime::from_mseconds(200);
/// SIGINT and SIGTERM, the same on all systems that have them.
#[cfg(unix)]
const INTERRUPT: i32 = 2;
#[cfg(unix)]
const TERMINATE: i32 = 15;

/// A pipeline with our elements.
pub struct Watched {
    pipeline: gst::Pipeline,
    /// In the order in which a frame comes through them.
    elements: Vec<gst::Element>,
    /// Devices lost since the start, by element.
    losses: Mutex<BTreeMap<String, u64>>,
    /// The latest warning that nobody has been shown yet.
    warning: Mutex<Option<String>>,
    /// The picture before our first element, and behind our last one.
    pub taps: [Tap; 2],
}

/// Locks, and ignores poisoning: all values here stay valid if a thread panics.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Name of an element's factory.
pub fn factory(element: &gst::Element) -> String {
    let factory = element.factory();
    factory.map_or_else(String::new, |factory| factory.name().to_string())
}

impl Watched {
    /// Builds a pipeline from a launch line, and takes taps at our elements.
    ///
    /// # Errors
    /// If the line is wrong, or has no element of ours.
    pub fn launch(line: &str) -> Result<Self, String> {
        let parsed = gst::parse::launch(line).map_err(|error| error.to_string())?;
        let pipeline = match parsed.downcast::<gst::Pipeline>() {
            Ok(pipeline) => pipeline,
            Err(element) => {
                let pipeline = gst::Pipeline::new();
                pipeline.add(&element).map_err(|error| error.to_string())?;
                pipeline
            }
        };
        let mut elements: Vec<gst::Element> = pipeline
            .iterate_sorted()
            .into_iter()
            .filter_map(Result::ok)
            .filter(|element| is_ours(&factory(element)))
            .collect();
        elements.reverse();
        let ends = elements.first().zip(elements.last());
        let ends = ends.ok_or("the pipeline has none of our elements to control")?;
        let pad = |element: &gst::Element, name| {
            element
                .static_pad(name)
                .ok_or_else(|| format!("{} has no pad {name}", element.name()))
        };
        Ok(Self {
            taps: [
                Tap::at(&pad(ends.0, "sink")?),
                Tap::at(&pad(ends.1, "src")?),
            ],
            pipeline,
            elements,
            losses: Mutex::default(),
            warning: Mutex::default(),
        })
    }

    /// Our elements, in the order in which a frame comes through them.
    pub fn elements(&self) -> &[gst::Element] {
        &self.elements
    }

    /// One of our elements.
    pub fn find(&self, name: &str) -> Option<&gst::Element> {
        self.elements.iter().find(|element| element.name() == name)
    }

    /// Width and height of the pictures, once they are known.
    pub fn size(&self) -> Option<[i32; 2]> {
        let pad = self.elements.first()?.static_pad("sink")?;
        let caps = pad.current_caps()?;
        let picture = caps.structure(0)?;
        Some([picture.get("width").ok()?, picture.get("height").ok()?])
    }

    /// Devices that an element has lost.
    pub fn losses(&self, element: &str) -> u64 {
        lock(&self.losses).get(element).copied().unwrap_or_default()
    }

    /// The latest warning on the bus, once.
    pub fn warning(&self) -> Option<String> {
        lock(&self.warning).take()
    }

    /// Starts the pipeline, without waiting for it.
    ///
    /// # Errors
    /// If it does not start; the reason is on its bus.
    pub fn start(&self) -> Result<(), String> {
        let started = self.pipeline.set_state(gst::State::Playing);
        started
            .map(|_| ())
            .map_err(|_| self.reason("the pipeline does not start"))
    }

    /// Plays until the end of the stream.
    ///
    /// # Errors
    /// The first error on the bus.
    pub fn play(&self) -> Result<(), String> {
        let played = self.start().and_then(|()| self.follow());
        self.stop();
        played
    }

    /// Stops the pipeline.
    pub fn stop(&self) {
        // Going to NULL does not fail.
        let _ = self.pipeline.set_state(gst::State::Null);
    }

    /// Ctrl-C ends the stream, so that files are whole; a second one does not wait for that.
    fn follow(&self) -> Result<(), String> {
        let bus = self.pipeline.bus().ok_or("a pipeline without a bus")?;
        let interrupts = interrupts();
        let mut answered = 0;
        loop {
            while glib::MainContext::default().iteration(false) {}
            let asked = interrupts.load(Ordering::Relaxed);
            match asked - answered {
                0 => {}
                1 if answered == 0 => {
                    self.pipeline.send_event(gst::event::Eos::new());
                }
                _ => return Ok(()),
            }
            answered = asked;
            if let Some(message) = bus.timed_pop(TURN)
                && self.take(&message)?
            {
                return Ok(());
            }
        }
    }

    /// Notes what a message says. True at the end of the stream.
    ///
    /// # Errors
    /// That of the message.
    pub fn take(&self, message: &gst::MessageRef) -> Result<bool, String> {
        match message.view() {
            gst::MessageView::Eos(_) => return Ok(true),
            gst::MessageView::Error(error) => return Err(error.error().to_string()),
            gst::MessageView::Warning(warning) => {
                *lock(&self.warning) = Some(warning.error().to_string());
            }
            gst::MessageView::Element(told) => self.note(message, told.structure()),
            gst::MessageView::Latency(_) => {
                // Only a pipeline without a live source refuses, which has none to distribute.
                let _ = self.pipeline.recalculate_latency();
            }
            _ => {}
        }
        Ok(false)
    }

    fn note(&self, message: &gst::MessageRef, structure: Option<&gst::StructureRef>) {
        let Some(structure) = structure else { return };
        let is_loss = structure.name() == "wgpu-device" && structure.get("state") == Ok("lost");
        if let (true, Some(source)) = (is_loss, message.src()) {
            *lock(&self.losses)
                .entry(source.name().to_string())
                .or_default() += 1;
        }
    }

    /// The first error on the bus.
    fn reason(&self, otherwise: &str) -> String {
        let bus = self.pipeline.bus();
        let error = bus.and_then(|bus| bus.pop_filtered(&[gst::MessageType::Error]));
        match error.as_ref().map(|message| message.view()) {
            Some(gst::MessageView::Error(error)) => error.error().to_string(),
            _ => otherwise.to_owned(),
        }
    }
}

/// Counts Ctrl-C and requests to end. Needs turns of the main context.
fn interrupts() -> Arc<AtomicU32> {
    let count = Arc::<AtomicU32>::default();
    #[cfg(unix)]
    for signal in [INTERRUPT, TERMINATE] {
        let count = count.clone();
        glib_unix::unix_signal_add(signal, move || {
            count.fetch_add(1, Ordering::Relaxed);
            glib::ControlFlow::Continue
        });
    }
    count
}

fn is_ours(factory: &str) -> bool {
    factory.starts_with("wgpu") && !CARRIERS.contains(&factory)
}
