//! The exposure report as a file and as messages.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_video::{ValidVideoTimeCode, VideoTimeCodeMeta};

use super::running::Running;
use super::{WgpuTrackOverlay, lock};
use crate::gpu::GpuError;
use crate::report::file::LineWriter;
use crate::report::lines::{Fields, Value};
use crate::trackoverlay::exposure::ledger::{Appearance, Ledger, Total};
use crate::trackoverlay::exposure::lines;
use crate::trackoverlay::exposure::measure::Shown;
use crate::trackoverlay::exposure::meter::Occasion;
use crate::trackoverlay::exposure::view::{Camera, View};
use crate::video::WgpuFilter;
use crate::video::filter::properties::unwritable;

/// Name of the message on the bus.
const EXPOSURE_MESSAGE: &str = "wgputrackoverlay-exposure";

/// Accounts of the placements, and where they are written.
#[derive(Debug)]
pub struct Bill {
    /// By number of the plane: 0 is that of the properties, the others are those of the file of placements.
    ledgers: BTreeMap<usize, Ledger>,
    /// Appearances that have been issued.
    issued: u64,
    /// `None` after it could not be written.
    writer: Option<LineWriter>,
    /// Frames have come since the last total.
    is_open: bool,
}

/// Timecode of a buffer, and that of the next frame.
pub fn timecodes(buffer: &gst::BufferRef) -> Option<[String; 2]> {
    let mut code: ValidVideoTimeCode = buffer.meta::<VideoTimeCodeMeta>()?.tc();
    let now = code.to_string();
    code.increment_frame();
    Some([now, code.to_string()])
}

impl WgpuTrackOverlay {
    /// Creates the report's file.
    pub(super) fn open_bill(&self, path: Option<PathBuf>) -> Result<(), gst::ErrorMessage> {
        let writer = path.as_deref().map(LineWriter::create).transpose();
        let writer = writer
            .map_err(|error| unwritable("exposure-location", &path.unwrap_or_default(), &error))?;
        *lock(&self.bill) = writer.map(|writer| Bill {
            ledgers: BTreeMap::new(),
            issued: 0,
            writer: Some(writer),
            is_open: false,
        });
        Ok(())
    }

    /// Adds all frames of a plane whose measures have arrived.
    pub(super) fn account(&self, plane: usize, running: &mut Running) -> Result<(), GpuError> {
        let shape = *running.shape();
        let camera = Camera {
            size: shape.size,
            pixel_aspect: shape.pixel_aspect.into(),
            field_of_view: lock(&self.knobs).field_of_view,
        };
        let usual = (f64::from(shape.frame_time) * 1e9).round() as u64;
        while let Some((occasion, shown)) = running.next_measured()? {
            self.account_frame(plane, occasion, shown.as_ref(), (&camera, usual));
        }
        Ok(())
    }

    fn account_frame(
        &self,
        plane: usize,
        occasion: Occasion,
        shown: Option<&Shown>,
        (camera, usual): (&Camera, u64),
    ) {
        let view = shown.and_then(|shown| View::new(shown, occasion.seen.lines, camera));
        let mut bill = lock(&self.bill);
        let Some(open) = &mut *bill else { return };
        open.is_open = true;
        let ledger = open.ledgers.entry(plane).or_default();
        let ended = ledger.take(occasion, view.as_ref(), usual);
        drop(bill);
        self.issue_appearances(ended.into_iter().collect());
    }

    /// Ends the appearances that are still open.
    pub(super) fn end_appearances(&self) {
        let ended = lock(&self.bill).as_mut().map(|bill| {
            let ended = bill.ledgers.values_mut().filter_map(Ledger::end);
            ended.collect()
        });
        self.issue_appearances(ended.unwrap_or_default());
    }

    /// Issues appearances, with numbers in the order in which they ended.
    fn issue_appearances(&self, ended: Vec<Appearance>) {
        for mut ended in ended {
            if let Some(bill) = &mut *lock(&self.bill) {
                bill.issued += 1;
                ended.number = bill.issued;
            }
            self.issue(&lines::appearance(&ended));
        }
    }

    /// At the end of a stream: ends the appearances that are still open, and issues the total.
    pub(super) fn close_account(&self) {
        self.end_appearances();
        let total = {
            let mut bill = lock(&self.bill);
            let due = bill.as_mut().filter(|bill| bill.is_open);
            due.map(|bill| {
                bill.is_open = false;
                let mut total = Total::default();
                for ledger in bill.ledgers.values() {
                    total.join(ledger.total());
                }
                lines::total(&total)
            })
        };
        if let Some(total) = total {
            self.issue(&total);
        }
    }

    /// Writes a line, and posts it as a message.
    fn issue(&self, fields: &Fields) {
        let failed = {
            let mut bill = lock(&self.bill);
            let writer = bill.as_mut().and_then(|bill| bill.writer.as_mut());
            let failed = writer.and_then(|writer| writer.write(fields).err());
            if let (Some(_), Some(bill)) = (&failed, &mut *bill) {
                bill.writer = None;
            }
            failed
        };
        if let Some(error) = failed {
            gst::element_imp_warning!(
                self,
                gst::ResourceError::Write,
                ("The exposure report of `exposure-location` ends here: {error}")
            );
        }
        self.obj()
            .upcast_ref::<WgpuFilter>()
            .post_structure(structure(fields));
    }
}

fn structure(fields: &Fields) -> gst::Structure {
    let mut message = gst::Structure::new_empty(EXPOSURE_MESSAGE);
    for (name, value) in fields {
        let value = match value {
            Value::Text(text) => text.to_send_value(),
            Value::Count(count) => count.to_send_value(),
            Value::Time(time) => time.map(gst::ClockTime::from_nseconds).to_send_value(),
            // What there is none of is not in the message.
            Value::Number(None) => continue,
            Value::Number(Some(number)) => number.to_send_value(),
        };
        message.set_value(*name, value);
    }
    message
}
