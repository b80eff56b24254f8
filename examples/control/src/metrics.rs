//! Figures for Prometheus, made from the statistics whenever they are asked for.

use gst::prelude::*;
use prometheus::{CounterVec, GaugeVec, Opts, Registry, TextEncoder};

use crate::figures::{number, stats};
use crate::pipeline::{Watched, factory};

/// Where a figure comes from, and what it is called.
struct Figure {
    /// Field of `stats`.
    field: &'static str,
    name: &'static str,
    help: &'static str,
    /// A label besides the element's, with its value.
    label: Option<(&'static str, &'static str)>,
    /// Prometheus counts in seconds, `stats` in milliseconds.
    scale: f64,
}

const fn plain(field: &'static str, name: &'static str, help: &'static str) -> Figure {
    Figure {
        field,
        name,
        help,
        label: None,
        scale: 1.0,
    }
}

const fn labelled(figure: Figure, label: &'static str, value: &'static str) -> Figure {
    Figure {
        label: Some((label, value)),
        ..figure
    }
}

const DROPS: &str = "Frames that did not go out, by reason";
const SIGMA: &str = "Standard deviation of the noise, in 8-bit code values";
const TRACKED: &str = "Frames in each state of the tracker";

const COUNTERS: [Figure; 11] = [
    plain(
        "frames",
        "wgpu_frames_total",
        "Frames pushed, filtered or not",
    ),
    plain(
        "passed",
        "wgpu_passed_frames_total",
        "Of these, passed through unfiltered",
    ),
    plain(
        "unfiltered",
        "wgpu_unfiltered_frames_total",
        "Of the passed, those that the device failed to filter",
    ),
    labelled(
        plain("late", "wgpu_dropped_frames_total", DROPS),
        "reason",
        "late",
    ),
    labelled(
        plain("skipped", "wgpu_dropped_frames_total", DROPS),
        "reason",
        "no-frame",
    ),
    labelled(
        plain("dropped", "wgpu_dropped_frames_total", DROPS),
        "reason",
        "device-lost",
    ),
    plain("scene-cuts", "wgpu_scene_cuts_total", "Scene cuts found"),
    labelled(
        plain("frames-tracked", "wgpu_tracker_frames_total", TRACKED),
        "state",
        "tracking",
    ),
    labelled(
        plain("frames-degraded", "wgpu_tracker_frames_total", TRACKED),
        "state",
        "degraded",
    ),
    labelled(
        plain("frames-lost", "wgpu_tracker_frames_total", TRACKED),
        "state",
        "lost",
    ),
    labelled(
        plain("overlay-dropped", "wgpu_dropped_frames_total", DROPS),
        "reason",
        "second-stream",
    ),
];

const GAUGES: [Figure; 10] = [
    Figure {
        scale: 1e-3,
        ..plain(
            "gpu-time",
            "wgpu_gpu_seconds",
            "GPU time of the latest frame measured; 0 where it cannot be",
        )
    },
    labelled(
        plain("sigma-y", "wgpu_noise_sigma", SIGMA),
        "component",
        "y",
    ),
    labelled(
        plain("sigma-u", "wgpu_noise_sigma", SIGMA),
        "component",
        "u",
    ),
    labelled(
        plain("sigma-v", "wgpu_noise_sigma", SIGMA),
        "component",
        "v",
    ),
    plain(
        "motion",
        "wgpu_motion_pixels",
        "Mean motion in pixels a picture",
    ),
    plain(
        "complexity",
        "wgpu_complexity",
        "What motion does not explain, in 8-bit code values",
    ),
    plain(
        "quantizer",
        "wgpu_quantizer",
        "Quantizer that did the damage, on H.264's scale",
    ),
    plain(
        "blockiness",
        "wgpu_blockiness",
        "Steps at the block grid, in 8-bit code values",
    ),
    plain(
        "strength",
        "wgpu_repair_strength",
        "Share of full repair, 0 to 1",
    ),
    plain(
        "confidence",
        "wgpu_tracker_confidence",
        "Confidence of the tracker, 0 to 1",
    ),
];

/// States of the tracker, each with its own series.
const STATES: [&str; 4] = ["idle", "tracking", "degraded", "lost"];

/// The text for Prometheus.
///
/// # Errors
/// If two figures have one name and different labels.
pub fn text(watched: &Watched) -> prometheus::Result<String> {
    let book = Book::default();
    for element in watched.elements() {
        let of = [element.name().to_string(), factory(element)];
        add_figures(&book, element, &of)?;
        add_states(&book, element, &of)?;
        let losses = watched.losses(&of[0]) as f64;
        let help = "Times that the element lost its device";
        book.count(("wgpu_device_losses_total", help), &of, None, losses)?;
        if let Some(delay) = latency(element) {
            let help = "Delay that the element adds";
            book.gauge(("wgpu_latency_seconds", help), &of, None, delay)?;
        }
    }
    TextEncoder::new().encode_to_string(&book.registry.gather())
}

fn add_figures(book: &Book, element: &gst::Element, of: &[String; 2]) -> prometheus::Result<()> {
    let stats = stats(element);
    let value = |figure: &Figure| {
        let value = number(stats.value(figure.field).ok()?)?;
        // Below 0: not known.
        (value >= 0.0).then_some(value * figure.scale)
    };
    for figure in &COUNTERS {
        if let Some(value) = value(figure) {
            book.count((figure.name, figure.help), of, figure.label, value)?;
        }
    }
    for figure in &GAUGES {
        if let Some(value) = value(figure) {
            book.gauge((figure.name, figure.help), of, figure.label, value)?;
        }
    }
    if let Ok(passes) = stats.get::<gst::Structure>("passes") {
        for (pass, time) in passes.iter() {
            let seconds = number(time).unwrap_or_default() * 1e-3;
            let label = Some(("pass", pass.as_str()));
            let help = "GPU time of each pass in the latest frame measured";
            book.gauge(("wgpu_pass_seconds", help), of, label, seconds)?;
        }
    }
    Ok(())
}

fn add_states(book: &Book, element: &gst::Element, of: &[String; 2]) -> prometheus::Result<()> {
    let stats = stats(element);
    let text = |field| stats.get::<String>(field).ok();
    if let Some(now) = text("state") {
        for state in STATES {
            let help = "1 for the state that the tracker is in";
            let label = Some(("state", state));
            let is_now = f64::from(u8::from(state == now));
            book.gauge(("wgpu_tracker_state", help), of, label, is_now)?;
        }
    }
    for (name, field, help) in [
        ("wgpu_adapter", "adapter", "1, with the adapter as a label"),
        (
            "wgpu_preset",
            "preset",
            "1, with the preset in force as a label",
        ),
    ] {
        if let Some(text) = text(field) {
            book.gauge((name, help), of, Some((field, &text)), 1.0)?;
        }
    }
    Ok(())
}

/// Seconds between what upstream and what downstream of an element count as latency.
fn latency(element: &gst::Element) -> Option<f64> {
    let mut query = gst::query::Latency::new();
    let before = element.static_pad("sink")?.peer_query(&mut query);
    let (_, upstream, _) = query.result();
    let mut query = gst::query::Latency::new();
    let behind = element.static_pad("src")?.query(&mut query);
    let (_, downstream, _) = query.result();
    let own = downstream.saturating_sub(upstream);
    (before && behind).then(|| own.nseconds() as f64 / 1e9)
}

/// Name and help of a metric.
type Named<'a> = (&'a str, &'a str);
/// A label and its value.
type Label<'a> = Option<(&'a str, &'a str)>;

/// Metrics of one answer.
#[derive(Default)]
struct Book {
    registry: Registry,
    known: std::cell::RefCell<Vec<(String, Family)>>,
}

/// The series of one metric.
#[derive(Clone)]
enum Family {
    Counter(CounterVec),
    Gauge(GaugeVec),
}

impl Book {
    fn count(
        &self,
        name: Named<'_>,
        of: &[String; 2],
        label: Label<'_>,
        value: f64,
    ) -> prometheus::Result<()> {
        if let Family::Counter(family) = self.family(name, label, true)? {
            family
                .get_metric_with_label_values(&values(of, label))?
                .inc_by(value);
        }
        Ok(())
    }

    fn gauge(
        &self,
        name: Named<'_>,
        of: &[String; 2],
        label: Label<'_>,
        value: f64,
    ) -> prometheus::Result<()> {
        if let Family::Gauge(family) = self.family(name, label, false)? {
            family
                .get_metric_with_label_values(&values(of, label))?
                .set(value);
        }
        Ok(())
    }

    fn family(
        &self,
        (name, help): Named<'_>,
        label: Label<'_>,
        counts: bool,
    ) -> prometheus::Result<Family> {
        let mut known = self.known.borrow_mut();
        if let Some((_, family)) = known.iter().find(|(of, _)| of == name) {
            return Ok(family.clone());
        }
        let mut labels = vec!["element", "factory"];
        labels.extend(label.map(|(label, _)| label));
        let options = Opts::new(name, help);
        let family = if counts {
            let family = CounterVec::new(options, &labels)?;
            self.registry.register(Box::new(family.clone()))?;
            Family::Counter(family)
        } else {
            let family = GaugeVec::new(options, &labels)?;
            self.registry.register(Box::new(family.clone()))?;
            Family::Gauge(family)
        };
        known.push((name.to_owned(), family.clone()));
        Ok(family)
    }
}

fn values<'a>([element, factory]: &'a [String; 2], label: Label<'a>) -> Vec<&'a str> {
    let mut values = vec![element.as_str(), factory.as_str()];
    values.extend(label.map(|(_, value)| value));
    values
}
