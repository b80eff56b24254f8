//! Frames that become appearances, and their lines.

use gstwgpu::report::lines::line;
use gstwgpu::trackoverlay::exposure::ledger::{Appearance, Ledger};
use gstwgpu::trackoverlay::exposure::lines::{appearance, total};
use gstwgpu::trackoverlay::exposure::meter::Occasion;
use gstwgpu::trackoverlay::exposure::view::View;
use gstwgpu::trackoverlay::trail::journal::Seen;
use gstwgpu::trackoverlay::trail::json::Json;

const FRAME: u64 = 40_000_000;

fn occasion(time: u64, placement: &str) -> Occasion {
    Occasion {
        seen: Seen {
            running_time: Some(time),
            ..Seen::default()
        },
        duration: Some(FRAME),
        timecodes: Some([time, time + FRAME].map(|at| format!("@{at}"))),
        placement: Some(placement.to_owned()),
    }
}

fn view(area: f64, hidden: f64) -> View {
    View {
        area,
        hidden,
        opacity: 1.0,
        confidence: 0.9,
        tilt: Some(10.0),
        lumas: (hidden < 1.0).then_some([0.6, 0.4]),
    }
}

/// Takes frames; `None` shows nothing.
fn account(frames: &[(u64, &str, Option<View>)]) -> (Vec<Appearance>, Ledger) {
    let mut ledger = Ledger::default();
    let mut ended = Vec::new();
    for (time, placement, view) in frames {
        ended.extend(ledger.take(occasion(*time, placement), view.as_ref(), FRAME));
    }
    ended.extend(ledger.end());
    (ended, ledger)
}

fn spans(ended: &[Appearance]) -> Vec<[u64; 2]> {
    ended
        .iter()
        .map(|one| one.span.unwrap().map(|at| at / FRAME))
        .collect()
}

#[test]
fn an_appearance_ends_where_the_placement_does() {
    let shows = Some(view(0.1, 0.0));
    let at = |frame: u64| frame * FRAME;
    let gone = [
        (at(0), "a", shows),
        (at(1), "a", shows),
        (at(2), "a", None),
        (at(3), "a", shows),
    ];
    assert_eq!(spans(&account(&gone).0), [[0, 2], [3, 4]]);
    let changed = [(at(0), "a", shows), (at(1), "b", shows)];
    assert_eq!(spans(&account(&changed).0), [[0, 1], [1, 2]]);
    let back = [(at(9), "a", shows), (at(3), "a", shows)];
    assert_eq!(spans(&account(&back).0), [[9, 10], [3, 4]]);
    // Frames that were dropped do not end it, a stream that stood still does.
    let missing = [
        (at(0), "a", shows),
        (at(20), "a", shows),
        (at(60), "a", shows),
    ];
    assert_eq!(spans(&account(&missing).0), [[0, 21], [60, 61]]);
}

#[test]
fn sums_are_weighted_by_time() {
    let frames = [
        (0, "a", Some(view(0.1, 0.0))),
        (FRAME, "a", Some(view(0.3, 0.5))),
        (2 * FRAME, "a", Some(view(0.2, 1.0))),
    ];
    let (ended, ledger) = account(&frames);
    let sums = &ended[0].sums;
    // All hidden is not seen, but counts among what was hidden.
    assert_eq!(sums.frames, 2);
    let close = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-9, "{found}");
    close(sums.seconds, 0.08);
    close(sums.area().unwrap(), 0.2);
    close(sums.peak, 0.3);
    close(sums.hidden().unwrap(), 0.5);
    close(sums.tilt().unwrap(), 10.0);
    close(sums.lumas().unwrap()[0], 0.6);
    assert_eq!(ledger.total().appearances, 1);
    assert_eq!(ledger.total().sums, *sums);
}

#[test]
fn lines_are_json() {
    let (ended, ledger) = account(&[(0, "a \"b\"\\é", Some(view(0.1, 0.25)))]);
    let one = Json::parse(&line(&appearance(&ended[0]))).unwrap();
    let text = |name: &str| one.get(name).and_then(Json::text).unwrap();
    let number = |line: &Json, name: &str| line.get(name).and_then(Json::number).unwrap();
    assert_eq!(text("type"), "appearance");
    assert_eq!(text("placement"), "a \"b\"\\é");
    assert_eq!(number(&one, "start"), 0.0);
    assert_eq!(number(&one, "end"), FRAME as f64);
    assert_eq!(text("start-timecode"), "@0");
    assert_eq!(text("end-timecode"), "@40000000");
    assert_eq!(number(&one, "seconds"), 0.04);
    assert_eq!(number(&one, "brightness"), 1.5);
    let all = Json::parse(&line(&total(ledger.total()))).unwrap();
    assert_eq!(all.get("type").and_then(Json::text), Some("total"));
    assert_eq!(number(&all, "appearances"), 1.0);
    assert_eq!(number(&all, "hidden"), 0.25);
    // A stream without any placement has a total, of nothing.
    let nothing = Json::parse(&line(&total(Ledger::default().total()))).unwrap();
    assert_eq!(number(&nothing, "seconds"), 0.0);
    assert_eq!(nothing.get("start"), Some(&Json::Null));
    assert_eq!(nothing.get("hidden"), Some(&Json::Null));
    let odd = account(&[(0, "a\u{1}b", Some(view(0.1, 0.0)))]).0;
    assert!(line(&appearance(&odd[0])).contains(r#""a\u0001b""#));
}
