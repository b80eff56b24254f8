//! Files of `track-import`.

use gstwgpu::trackoverlay::trail::import::Track;
use gstwgpu::trackoverlay::trail::json::Json;
use proptest::prelude::*;

use super::damaged;

const GOOD: &str = r#"{"frame":7,"pts":280000000,"state":"tracking","confidence":0.9877,"quad":[[104.5,71],[311.25,0],[290,222],[95,190.5]]}
{"frame":8,"pts":320000000,"state":"degraded","confidence":0.4,"quad":[[104.5,71],[311.25,0],[290,222],[95,190.5]]}
{"frame":9,"pts":null,"state":"lost","confidence":0,"quad":null}
"#;

/// A track that is taken has answers for all frames, and all of them can be used.
fn check(text: &str) -> Result<(), TestCaseError> {
    let Ok(track) = Track::parse(text) else {
        return Ok(());
    };
    prop_assert!(!track.is_empty());
    for frame in [0, 7, u32::MAX] {
        for pts in [None, Some(0), Some(280_000_001), Some(u64::MAX)] {
            if let Some(point) = track.at(frame, pts) {
                prop_assert!((0.0..=1.0).contains(&point.confidence), "{:?}", point);
                if let Some(quad) = point.quad {
                    prop_assert!(quad.is_sound(), "{:?}", point);
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_a_track_or_refused(text in ".{0,200}") {
        check(&text)?;
    }

    #[test]
    fn a_damaged_track_is_taken_or_refused(bytes in damaged(GOOD.as_bytes().to_vec())) {
        check(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn json_of_any_depth_is_read_or_refused(depth in 0..20_000usize, close in any::<bool>()) {
        let text = "[".repeat(depth) + &"]".repeat(if close { depth } else { 0 });
        let _ = Json::parse(&text);
    }

    #[test]
    fn json_of_any_text_is_read_or_refused(text in r#"[\[\]{}",:0-9.eE+\\untrfals-]{0,60}"#) {
        let _ = Json::parse(&text);
    }
}

/// A corner that no frame comes near would let numbers overflow on the way to the GPU.
#[test]
fn corners_out_of_all_range_are_refused() {
    let far = GOOD.replace("311.25", "3.11e27");
    let error = Track::parse(&far).unwrap_err().to_string();
    assert!(error.contains("line 1"), "{error}");
}

#[test]
fn the_good_one_is_good() {
    assert_eq!(Track::parse(GOOD).unwrap().len(), 3);
}
