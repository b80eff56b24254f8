//! Marking by hand: navigation events as windows send them.

use gst::prelude::*;
use gst_check::Harness;
use gst_video::{NavigationEvent, NavigationModifierType};
use gstwgpu::trackoverlay::quad::Quad;

use super::{distance, element, info, messages, run, states};
use crate::video::{samples, stamp, stat};

/// A bright plane with texture in front of a dark wall with less.
const PLANE: [usize; 4] = [90, 60, 230, 170];
/// Its corners, between the pixels.
const CORNERS: Quad = Quad([[89.5, 59.5], [229.5, 59.5], [229.5, 169.5], [89.5, 169.5]]);

fn frame(index: u64) -> gst::Buffer {
    let info = info();
    let mut bytes = vec![128; info.size()];
    let stride = info.stride()[0] as usize;
    let [left, top, right, bottom] = PLANE;
    for y in 0..info.height() as usize {
        for x in 0..info.width() as usize {
            let (u, v) = (x as f64, y as f64);
            let texture = (u * 0.11 + v * 0.05).sin() * (v * 0.13 - u * 0.04).cos();
            let inside = (left..right).contains(&x) && (top..bottom).contains(&y);
            let (mean, swing) = if inside { (180.0, 30.0) } else { (70.0, 12.0) };
            bytes[y * stride + x] = (mean + swing * texture) as u8;
        }
    }
    let mut buffer = gst::Buffer::from_mut_slice(bytes);
    stamp(buffer.get_mut().unwrap(), index);
    buffer
}

/// A viewer in front of the element's window.
struct Viewer {
    harness: Harness,
    element: gst::Element,
    bus: gst::Bus,
    frames: u64,
}

impl Viewer {
    fn new(properties: &str) -> Self {
        let (harness, element, bus) = element(properties);
        Self {
            harness,
            element,
            bus,
            frames: 0,
        }
    }

    fn send(&mut self, event: NavigationEvent) {
        self.harness.push_upstream_event(event.build());
    }

    fn click(&mut self, button: i32, x: f64, y: f64) {
        self.send(NavigationEvent::new_mouse_button_press(button, x, y));
        self.send(NavigationEvent::new_mouse_button_release(button, x, y));
    }

    /// Clicks a few pixels beside the plane's corners.
    fn mark(&mut self) {
        let beside = [[4.0, -3.0], [-5.0, 4.0], [3.0, 6.0], [-6.0, 2.0]];
        for ([x, y], [dx, dy]) in CORNERS.0.into_iter().zip(beside) {
            self.click(1, x + dx, y + dy);
            self.see();
        }
    }

    /// The next frame, as it is shown.
    fn see(&mut self) -> Vec<u8> {
        let got = self.harness.push_and_pull(frame(self.frames)).unwrap();
        self.frames += 1;
        samples(&got, &info()).remove(0)
    }

    fn points(&self) -> Option<Quad> {
        let text = self.element.property::<Option<String>>("points");
        text.map(|text| text.parse().unwrap())
    }

    fn state(&self) -> String {
        let stats = self.element.property::<gst::Structure>("stats");
        stats.get::<String>("state").unwrap()
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.element.set_bus(None);
    }
}

fn plain() -> Vec<u8> {
    samples(&frame(0), &info()).remove(0)
}

#[test]
fn four_clicks_and_enter_arm_the_corners_that_were_meant() {
    let mut viewer = Viewer::new("interactive=true");
    assert_eq!(viewer.see(), plain(), "no marks yet");
    viewer.mark();
    let marked = viewer.see();
    let drawn = marked
        .iter()
        .zip(plain())
        .filter(|(a, b)| **a != *b)
        .count();
    assert!(drawn > 500, "{drawn} pixels of handles");
    assert_eq!(viewer.points(), None, "not armed yet");
    viewer.send(NavigationEvent::new_key_press("Return"));
    viewer.see();
    assert_eq!(viewer.see(), plain(), "handles are gone");
    viewer.see();
    let far = distance(&viewer.points().unwrap(), &CORNERS);
    assert!(far < 0.6, "{far} px from the corners");
    assert_eq!(viewer.state(), "tracking");
    // Right click: not any more.
    viewer.click(3, 10.0, 10.0);
    viewer.see();
    viewer.see();
    assert_eq!((viewer.points(), viewer.state().as_str()), (None, "idle"));
}

#[test]
fn a_double_click_arms_as_well() {
    let mut viewer = Viewer::new("interactive=true");
    viewer.mark();
    viewer.click(1, 160.0, 110.0);
    viewer.click(1, 160.0, 111.0);
    (0..3).for_each(|_| drop(viewer.see()));
    assert_eq!(viewer.state(), "tracking");
}

#[test]
fn alt_keeps_a_corner_where_it_was_clicked() {
    let mut viewer = Viewer::new("interactive=true");
    let mut clicked = CORNERS.0.map(|[x, y]| [x + 5.0, y - 4.0]);
    let held = NavigationModifierType::MOD1_MASK;
    for (index, [x, y]) in clicked.into_iter().enumerate() {
        if index < 2 {
            viewer.send(NavigationEvent::MouseButtonPress {
                button: 1,
                x,
                y,
                modifier_state: held,
            });
            viewer.send(NavigationEvent::MouseButtonRelease {
                button: 1,
                x,
                y,
                modifier_state: held,
            });
        } else {
            // Windows that tell keys, but not with clicks.
            viewer.send(NavigationEvent::new_key_press("Alt_L"));
            viewer.click(1, x, y);
            viewer.send(NavigationEvent::new_key_release("Alt_L"));
        }
        viewer.see();
    }
    // The last one is dragged, and then snaps. Taken where it is no double click.
    let [x, y] = clicked[3];
    let x = x + 6.0;
    viewer.send(NavigationEvent::new_mouse_button_press(1, x, y));
    viewer.send(NavigationEvent::new_mouse_move(x - 9.0, y + 2.0));
    viewer.see();
    viewer.send(NavigationEvent::new_mouse_button_release(
        1,
        x - 9.0,
        y + 2.0,
    ));
    viewer.see();
    viewer.send(NavigationEvent::new_key_press("KP_Enter"));
    (0..3).for_each(|_| drop(viewer.see()));
    clicked[3] = CORNERS.0[3];
    let far = distance(&viewer.points().unwrap(), &Quad(clicked));
    assert!(far < 0.6, "{far} px off");
}

#[test]
fn escape_forgets_the_marks() {
    let mut viewer = Viewer::new("interactive=true");
    viewer.mark();
    viewer.send(NavigationEvent::new_key_press("Escape"));
    assert_eq!(viewer.see(), plain());
    viewer.send(NavigationEvent::new_key_press("Return"));
    (0..2).for_each(|_| drop(viewer.see()));
    assert_eq!((viewer.points(), viewer.state().as_str()), (None, "idle"));
}

#[test]
fn corners_that_are_no_quad_are_refused_and_stay_marked() {
    let mut viewer = Viewer::new("interactive=true");
    for [x, y] in [[20.0, 20.0], [22.0, 60.0], [23.0, 100.0], [24.0, 140.0]] {
        viewer.send(NavigationEvent::new_key_press("Alt_L"));
        viewer.click(1, x, y);
    }
    viewer.send(NavigationEvent::new_key_press("Return"));
    (0..2).for_each(|_| drop(viewer.see()));
    let warnings = messages(&viewer.bus, gst::MessageType::Warning);
    assert_eq!(warnings.len(), 1);
    let gst::MessageView::Warning(warning) = warnings[0].view() else {
        unreachable!()
    };
    assert!(
        warning.error().message().contains("marked corners"),
        "{warning:?}"
    );
    assert_ne!(viewer.see(), plain(), "still marked");
    assert_eq!(viewer.state(), "idle");
}

#[test]
fn without_the_property_clicks_are_for_others() {
    let mut viewer = Viewer::new("");
    viewer.mark();
    viewer.send(NavigationEvent::new_key_press("Return"));
    assert_eq!(viewer.see(), plain());
    assert_eq!(states(&viewer.bus), []);
    assert_eq!(stat(&viewer.element, "downloads"), 0, "frames passed");
    let mut told = 0;
    while viewer
        .harness
        .try_pull_upstream_event()
        .is_some_and(|event| {
            told += usize::from(event.type_() == gst::EventType::Navigation);
            true
        })
    {}
    assert_eq!(told, 9);
    run(&mut viewer.harness, 20..21);
}
