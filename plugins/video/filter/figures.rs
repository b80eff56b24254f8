//! Figures of the picture: a line for each second in the file of `stats-location`, and with `stats-meta` a meta on each frame.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::prelude::*;

use super::imp::{CAT, WgpuFilter, lock};
use super::properties::unwritable;
use crate::report::file::LineWriter;
use crate::report::lines::{Fields, text};
use crate::report::seconds::{Figure, Figures, Seconds};

/// Name of the custom meta, which has a structure for each element that the frame came through.
const META: &str = "GstWgpuStatsMeta";
/// Name of these structures.
const META_FIGURES: &str = "wgpu-stats";

/// Fields of `stats` that are below 0 as long as nothing is known.
const NONE_BELOW_ZERO: [&str; 5] = ["sigma-y", "sigma-u", "sigma-v", "motion", "complexity"];

/// What becomes of the figures.
#[derive(Debug, Default)]
pub struct Reports {
    /// `stats-location`.
    pub location: Option<PathBuf>,
    /// `stats-meta`.
    pub on_frames: bool,
    file: Option<ReportFile>,
}

/// The file, while the element runs.
#[derive(Debug)]
struct ReportFile {
    writer: LineWriter,
    seconds: Seconds,
}

impl WgpuFilter {
    /// Creates the file of `stats-location`.
    pub(super) fn open_figures(&self) -> Result<(), gst::ErrorMessage> {
        let mut reports = lock(&self.reports);
        let writer = reports.location.as_deref().map(LineWriter::create);
        let writer = writer.transpose().map_err(|error| {
            let path = reports.location.clone().unwrap_or_default();
            unwritable("stats-location", &path, &error)
        })?;
        reports.file = writer.map(|writer| ReportFile {
            writer,
            seconds: Seconds::default(),
        });
        Ok(())
    }

    /// Writes what is known of the second that is not over, and closes the file.
    pub(super) fn close_figures(&self) {
        self.end_second();
        lock(&self.reports).file = None;
    }

    /// Notes a frame that is pushed next.
    pub(super) fn report_frame(&self, buffer: &mut gst::Buffer) {
        let (to_file, to_frame) = {
            let reports = lock(&self.reports);
            (reports.file.is_some(), reports.on_frames)
        };
        if !to_file && !to_frame {
            return;
        }
        let obj = self.obj();
        let own = (obj.methods().stats)(&obj);
        if to_file {
            self.add_to_second(buffer, &own);
        }
        if to_frame {
            self.attach(buffer, own);
        }
    }

    fn add_to_second(&self, buffer: &gst::BufferRef, own: &[(&'static str, glib::SendValue)]) {
        let segment = self.obj().segment();
        let segment = segment.downcast_ref::<gst::ClockTime>();
        let time = segment.and_then(|segment| segment.to_running_time(buffer.pts()));
        let usual = lock(&self.pace).frame_time();
        let duration = buffer.duration().map_or(usual, gst::ClockTime::nseconds);
        let mut figures = self.stats.figures();
        let known = own
            .iter()
            .filter_map(|(name, value)| Some((*name, figure(name, value)?)));
        figures.extend(known);
        let ended = {
            let mut reports = lock(&self.reports);
            let file = reports.file.as_mut();
            file.and_then(|file| {
                let time = time.map(gst::ClockTime::nseconds);
                file.seconds.take(time, duration, figures)
            })
        };
        self.write_second(ended);
    }

    /// Writes the second that is not over yet: before a seek, and at the end of the stream.
    pub(super) fn end_second(&self) {
        let ended = {
            let mut reports = lock(&self.reports);
            reports.file.as_mut().and_then(|file| file.seconds.end())
        };
        self.write_second(ended);
    }

    fn write_second(&self, fields: Option<Fields>) {
        let Some(mut fields) = fields else { return };
        fields.insert(0, ("element", text(&self.obj().name())));
        let failed = {
            let mut reports = lock(&self.reports);
            let file = reports.file.as_mut();
            let failed = file.and_then(|file| file.writer.write(&fields).err());
            if failed.is_some() {
                reports.file = None;
            }
            failed
        };
        if let Some(error) = failed {
            gst::element_imp_warning!(
                self,
                gst::ResourceError::Write,
                ("The report of `stats-location` ends here: {error}")
            );
        }
    }

    fn attach(&self, buffer: &mut gst::Buffer, own: Vec<(&'static str, glib::SendValue)>) {
        if !is_meta_known() {
            return;
        }
        let mut figures = gst::Structure::new_empty(META_FIGURES);
        for (name, value) in own {
            figures.set_value(name, value);
        }
        let buffer = buffer.make_mut();
        if gst::meta::CustomMeta::from_buffer(buffer, META).is_err()
            && let Err(error) = gst::meta::CustomMeta::add(buffer, META)
        {
            gst::debug!(CAT, imp = self, "no figures on a frame: {error}");
            return;
        }
        if let Ok(mut meta) = gst::meta::CustomMeta::from_mut_buffer(buffer, META) {
            meta.mut_structure()
                .set(self.obj().name().as_str(), figures);
        }
    }
}

/// Registers the meta, unless another copy of this plugin has done so.
fn is_meta_known() -> bool {
    static KNOWN: OnceLock<bool> = OnceLock::new();
    *KNOWN.get_or_init(|| {
        if !gst::meta::CustomMeta::is_registered(META) {
            gst::meta::CustomMeta::register(META, &[]);
        }
        gst::meta::CustomMeta::is_registered(META)
    })
}

/// A value of `stats` as a figure; `None` for what is neither number nor text.
fn figure(name: &str, value: &glib::SendValue) -> Option<Figure> {
    if let Ok(total) = value.get::<u64>() {
        return Some(Figure::Total(total));
    }
    if let Ok(total) = value.get::<u32>() {
        return Some(Figure::Total(total.into()));
    }
    if let Ok(number) = value.get::<f64>() {
        let is_known = number >= 0.0 || !NONE_BELOW_ZERO.contains(&name);
        return Some(Figure::Number(is_known.then_some(number)));
    }
    value.get::<Option<String>>().ok().map(Figure::Text)
}

impl super::stats::Statistics {
    /// What of the base class's statistics goes into a report.
    fn figures(&self) -> Figures {
        let counts = [
            ("passed", &self.passed),
            ("unfiltered", &self.unfiltered),
            ("skipped", &self.skipped),
            ("late", &self.late),
            ("dropped", &self.dropped),
        ];
        let total = |(name, count): (_, &std::sync::atomic::AtomicU64)| {
            (name, Figure::Total(count.load(Ordering::Relaxed)))
        };
        let mut figures: Figures = counts.map(total).into();
        // Where passes are not measured there is no time, rather than none taken.
        figures.push(("gpu-time", Figure::Number(self.gpu_time())));
        figures
    }
}
