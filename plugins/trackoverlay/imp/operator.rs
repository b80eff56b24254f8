//! The user's interaction while frames run: `points` and the action signals.

use glib::subclass::Signal;
use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_video::VideoInfo;

use super::commands::Command;
use super::{CAT, WgpuTrackOverlay, lock};
use crate::trackoverlay::quad::{Quad, QuadError};
use crate::video::WgpuFilter;

type Order = fn(&WgpuTrackOverlay, &[glib::Value]) -> bool;

/// The action signals. Each returns whether it was accepted.
pub fn signals() -> Vec<Signal> {
    let text = String::static_type;
    vec![
        signal("arm", &[text()], |this, args| {
            this.order_quad("arm", args, Command::Arm)
        }),
        signal("correct", &[text()], |this, args| {
            this.order_quad("correct", args, Command::Correct)
        }),
        signal("release", &[], |this, _| this.order_release()),
        signal(
            "arm-at",
            &[u64::static_type(), text()],
            WgpuTrackOverlay::order_arm_at,
        ),
    ]
}

fn signal(name: &'static str, params: &[glib::Type], order: Order) -> Signal {
    Signal::builder(name)
        .action()
        .param_types(params.iter().copied())
        .return_type::<bool>()
        .class_handler(move |args| {
            let element = args.first()?.get::<super::super::WgpuTrackOverlay>().ok()?;
            Some(order(element.imp(), args.get(1..)?).to_value())
        })
        .build()
}

impl WgpuTrackOverlay {
    /// Parses a quad, and checks it against the negotiated caps if there are any.
    pub(super) fn quad(&self, text: &str) -> Result<Quad, QuadError> {
        let quad: Quad = text.parse()?;
        match &*lock(&self.info) {
            Some(info) => quad.check_in(info.width(), info.height())?,
            None => quad.check()?,
        }
        Ok(quad)
    }

    pub(super) fn warn(&self, text: &str) {
        gst::element_imp_warning!(self, gst::ResourceError::Settings, ("{text}"));
    }

    /// Sets the property `points`. An invalid string changes nothing and posts a warning while the element
    /// runs; before that, it makes the start fail.
    pub(super) fn set_points(&self, text: Option<String>) {
        let text = text.filter(|text| !text.trim().is_empty());
        if !lock(&self.files).open {
            lock(&self.files).points = text;
            return;
        }
        let Some(text) = text else {
            self.order_release();
            return;
        };
        match self.quad(&text) {
            Ok(quad) => {
                lock(&self.files).points = Some(text);
                lock(&self.commands).push(Command::Arm(quad));
            }
            Err(error) => self.warn(&format!(
                "The property `points` keeps its value; \"{text}\" was rejected: {error}"
            )),
        }
    }

    fn order_quad(&self, name: &str, args: &[glib::Value], order: fn(Quad) -> Command) -> bool {
        let text: String = args.first().and_then(|v| v.get().ok()).unwrap_or_default();
        let quad = match self.quad(&text) {
            Ok(quad) => quad,
            Err(error) => {
                self.warn(&format!("The signal {name} rejected \"{text}\": {error}"));
                return false;
            }
        };
        let open = lock(&self.files).open;
        let command = order(quad);
        if matches!(command, Command::Arm(_)) {
            lock(&self.files).points = Some(text);
            self.obj().notify("points");
            if !open {
                return true;
            }
        } else if !open || lock(&self.commands).is_idle() {
            self.warn(&format!("The signal {name} needs a plane that is tracked"));
            return false;
        }
        gst::info!(CAT, imp = self, "{command:?}");
        lock(&self.commands).push(command);
        true
    }

    pub(super) fn order_release(&self) -> bool {
        lock(&self.anchor).rest();
        lock(&self.files).points = None;
        let mut commands = lock(&self.commands);
        // Before the start nothing is tracked, so there is nothing to release.
        match commands.armed {
            true => commands.push(Command::Release),
            false => commands.clear(),
        }
        true
    }

    fn order_arm_at(&self, args: &[glib::Value]) -> bool {
        let time = args.first().and_then(|value| value.get::<u64>().ok());
        let text: String = args.get(1).and_then(|v| v.get().ok()).unwrap_or_default();
        match (time, self.quad(&text)) {
            (Some(time), Ok(quad)) => {
                gst::info!(CAT, imp = self, "will be armed at {time}: {quad}");
                lock(&self.commands).push_at(time, quad);
                true
            }
            (_, Err(error)) => {
                self.warn(&format!("The signal arm-at rejected \"{text}\": {error}"));
                false
            }
            (None, _) => false,
        }
    }

    /// Checks `points` that were set before the size of the frame was known.
    pub(super) fn check_points_in(&self, info: &VideoInfo) -> Result<(), gst::LoggableError> {
        let first = lock(&self.info).is_none();
        let quad = lock(&self.commands).first_quad();
        let (Some(quad), true) = (quad, first) else {
            return Ok(());
        };
        let Err(error) = quad.check_in(info.width(), info.height()) else {
            return Ok(());
        };
        let message = gst::error_msg!(
            gst::ResourceError::Settings,
            ("The property `points` is \"{quad}\": {error}")
        );
        self.obj()
            .upcast_ref::<WgpuFilter>()
            .post_message_once(message);
        Err(gst::loggable_error!(CAT, "points: {error}"))
    }
}
