//! Lines of track files, written and read back.

use gstwgpu::trackoverlay::lines::Lines;
use gstwgpu::trackoverlay::pose::{Pose, TrackState};
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::trail::file::{TrackWriter, line};
use gstwgpu::trackoverlay::trail::import::{Track, TrackError};
use gstwgpu::trackoverlay::trail::journal::{Entry, Seen};
use gstwgpu::trackoverlay::trail::json::Json;

const QUAD: Quad = Quad([
    [104.5, 71.0],
    [311.25, -0.00001],
    [290.0, 222.0],
    [95.0, 190.5],
]);

fn entry(frame: u32, pts: Option<u64>, quad: Option<Quad>) -> Entry {
    Entry {
        seen: Seen {
            frame,
            pts,
            ..Seen::default()
        },
        state: quad.map_or(TrackState::Lost, |_| TrackState::Tracking),
        confidence: quad.map_or(0.0, |_| 0.98765),
        quad,
    }
}

#[test]
fn a_line_is_as_documented() {
    assert_eq!(
        line(&entry(7, Some(280_000_000), Some(QUAD)), None),
        r#"{"frame":7,"pts":280000000,"state":"tracking","confidence":0.9877,"quad":[[104.5,71],[311.25,0],[290,222],[95,190.5]]}"#
    );
    assert_eq!(
        line(&entry(8, None, None), Some("a\"b")),
        r#"{"frame":8,"pts":null,"state":"lost","confidence":0,"quad":null,"placement":"a\"b"}"#
    );
    let idle = Entry::new(Seen::default(), &Pose::nothing(TrackState::Idle, 0));
    assert!(line(&idle, None).contains(r#""state":"lost""#));
}

#[test]
fn a_quad_that_no_plane_can_have_is_lost() {
    let mut pose = Pose::known(&QUAD, 3, (640, 360));
    pose.to_frame[0] = [0.0; 4];
    let entry = Entry::new(Seen::default(), &pose);
    assert_eq!((entry.state, entry.quad), (TrackState::Lost, None));
    pose.to_frame[0] = [f32::NAN; 4];
    pose.confidence = f32::NAN;
    let entry = Entry::new(Seen::default(), &pose);
    assert_eq!((entry.state, entry.confidence), (TrackState::Lost, 0.0));
}

#[test]
fn a_file_is_read_back_as_it_was_written() {
    let path = std::env::temp_dir().join(format!("gstwgpu-track-{}.jsonl", std::process::id()));
    let mut writer = TrackWriter::create(&path).unwrap();
    let quad = |frame: u32| (frame % 5 != 3).then_some(QUAD);
    for frame in 0..20 {
        let pts = u64::from(frame) * 33_333_333 + 1_000_000_000;
        writer
            .write(&entry(frame, Some(pts), quad(frame)), None)
            .unwrap();
    }
    writer.flush().unwrap();
    let track = Track::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(track.len(), 20);
    for frame in 0..20 {
        let pts = u64::from(frame) * 33_333_333 + 1_000_000_000;
        // A container may round times.
        for pts in [pts, pts + 900_000, pts - 900_000] {
            let point = track.at(frame + 100, Some(pts)).unwrap();
            assert_eq!(point.frame, frame);
            assert_eq!(point.quad.is_some(), quad(frame).is_some());
            assert_eq!(point.sure, quad(frame).is_some());
        }
        assert_eq!(track.at(frame, None).unwrap().frame, frame);
    }
    assert_eq!(track.at(0, Some(500_000_000)), None);
    assert_eq!(track.at(0, Some(1_700_000_000)), None);
    assert_eq!(track.at(20, None), None);
}

#[test]
fn a_state_reaches_the_file_at_once() {
    let path = std::env::temp_dir().join(format!("gstwgpu-state-{}.jsonl", std::process::id()));
    let mut writer = TrackWriter::create(&path).unwrap();
    let lines = || std::fs::read_to_string(&path).unwrap().lines().count();
    for (frame, quad, expected) in [(0, Some(QUAD), 1), (1, Some(QUAD), 1), (2, None, 3)] {
        writer.write(&entry(frame, None, quad), None).unwrap();
        assert_eq!(lines(), expected);
    }
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn lines_of_named_placements_are_another_plane() {
    let own = line(&entry(0, None, Some(QUAD)), None);
    let other = line(&entry(0, None, None), Some("board"));
    let track = Track::parse(&format!("{own}\n{other}\n")).unwrap();
    assert_eq!(track.len(), 1);
    assert!(track.at(0, None).unwrap().quad.is_some());
    assert!(Track::parse(&other).is_err());
}

#[test]
fn what_is_no_track_is_refused_with_its_line() {
    let good = line(&entry(0, Some(0), Some(QUAD)), None);
    for (text, part) in [
        ("hello", "no JSON"),
        ("{}", "`state` is missing"),
        (r#"{"state":"lost"}"#, "`quad` is missing"),
        (r#"{"state":"lost","quad":null}"#, "`frame` is missing"),
        (
            r#"{"frame":0,"state":"gone","quad":null}"#,
            "`state` is none",
        ),
        (
            r#"{"frame":0,"state":"tracking","quad":null}"#,
            "exactly when",
        ),
        (
            r#"{"frame":0,"state":"tracking","quad":[[0,0],[1,1]]}"#,
            "four corners",
        ),
        (
            r#"{"frame":0,"state":"tracking","quad":[[0,0],[9,9],[9,0],[0,9]]}"#,
            "convex",
        ),
    ] {
        let error = Track::parse(&format!("{good}\n\n{text}\n")).unwrap_err();
        let told = error.to_string();
        assert!(told.contains(part) && told.contains("line 3"), "{told}");
        assert!(told.contains("track-location"), "{told}");
    }
    assert!(matches!(Track::parse(" \n"), Err(TrackError::Empty)));
}

#[test]
fn json_is_read_as_it_is_written_elsewhere() {
    let text = r#" { "a" : [ 1 , -2.5e1 , [ ] , { } ] , "b\"\n" : true , "c" : null } "#;
    let json = Json::parse(text).unwrap();
    let numbers = [Json::Number(1.0), Json::Number(-25.0)];
    assert_eq!(json.get("a").unwrap().array().unwrap()[..2], numbers);
    assert_eq!(json.get("b\"\n"), Some(&Json::Bool(true)));
    assert_eq!(json.get("c"), Some(&Json::Null));
    for wrong in [
        "", "{", "[1,]", "[1 2]", "{\"a\"}", "nul", "1 2", "\"a", "{a:1}", "é",
    ] {
        assert_eq!(Json::parse(wrong), None, "{wrong:?}");
    }
    // Deep nesting ends in a refusal, not in a crash.
    assert_eq!(Json::parse(&"[".repeat(100_000)), None);
}

#[test]
fn fields_are_half_as_high() {
    for (lines, y) in [(Lines::All, 11.0), (Lines::Even, 5.5), (Lines::Odd, 5.0)] {
        let quad = Quad::rectangle(3.0, 11.0, 30.0, 41.0);
        let there = lines.from_picture(&quad);
        assert_eq!(there.0[0], [3.0, y]);
        assert_eq!(lines.to_picture(&there), quad);
    }
}
