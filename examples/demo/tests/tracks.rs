//! Sound, subtitles and chapters.

use super::{Folder, VIDEO, X264, ends, of, picture, read};
use crate::options::Options;
use gst::prelude::*;
use std::path::PathBuf;

/// Two languages of sound, text and chapters.
fn rich(folder: &Folder) -> PathBuf {
    let path = folder.file("rich.mkv");
    let line = format!(
        "{VIDEO} ! {X264} ! matroskamux name=m ! filesink location={} \
         audiotestsrc num-buffers=40 ! audio/x-raw,channels=2,rate=44100 ! avenc_aac ! aacparse ! \
         taginject tags=\"language-code=de\" ! queue ! m. \
         audiotestsrc num-buffers=40 freq=880 ! audio/x-raw,channels=1,rate=44100 ! vorbisenc ! \
         taginject tags=\"language-code=fr\" ! queue ! m. \
         appsrc name=text caps=text/x-raw,format=utf8 format=time ! queue ! m.subtitle_0",
        path.display()
    );
    let pipeline = gst::parse::launch(&line).unwrap();
    let pipeline = pipeline.downcast::<gst::Pipeline>().unwrap();
    let muxer = pipeline.by_name("m").unwrap();
    muxer
        .dynamic_cast_ref::<gst::TocSetter>()
        .unwrap()
        .set_toc(Some(&chapters()));
    let text = pipeline.by_name("text").unwrap();
    let text = text.downcast::<gst_app::AppSrc>().unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let mut buffer = gst::Buffer::from_slice(b"<i>Fish</i> & chips");
    let time = gst::ClockTime::from_mseconds;
    buffer.get_mut().unwrap().set_pts(time(200));
    buffer.get_mut().unwrap().set_duration(time(500));
    text.push_buffer(buffer).unwrap();
    text.end_of_stream().unwrap();
    ends(pipeline.upcast_ref(), &line);
    path
}

fn chapters() -> gst::Toc {
    let mut toc = gst::Toc::new(gst::TocScope::Global);
    let mut edition = gst::TocEntry::new(gst::TocEntryType::Edition, "edition");
    for (number, name) in ["one", "two"].iter().enumerate() {
        let mut entry = gst::TocEntry::new(gst::TocEntryType::Chapter, name);
        let start = 400_000_000 * number as i64;
        entry
            .get_mut()
            .unwrap()
            .set_start_stop_times(start, start + 400_000_000);
        edition.get_mut().unwrap().append_sub_entry(entry);
    }
    let ends = edition.get_mut().unwrap();
    ends.set_start_stop_times(0, 800_000_000);
    toc.get_mut().unwrap().append_entry(edition);
    toc
}

#[test]
fn all_tracks_are_copied() {
    let folder = Folder::new("tracks");
    let before = read(&rich(&folder));
    let after = read(&folder.run(&folder.file("rich.mkv"), "out.mkv", &[]));
    assert_eq!(before.len(), 4);
    for name in ["audio/mpeg", "audio/x-vorbis", "text/x-raw"] {
        let (before, after) = (of(&before, name)[0], of(&after, name)[0]);
        assert!(!before.bytes.is_empty());
        // Of Vorbis the headers come again, which muxers write anew.
        let same = before.bytes == after.bytes || name == "audio/x-vorbis";
        assert!(same, "{name}: {:?}", String::from_utf8_lossy(&after.bytes));
        assert_eq!(before.language, after.language, "{name}");
    }
    assert_eq!(picture(&before).chapters, 2);
    assert_eq!(picture(&after).chapters, 2);
}

#[test]
fn what_an_mp4_cannot_hold_is_encoded_or_said() {
    let folder = Folder::new("mp4");
    let input = rich(&folder);
    let options = Options::parse(&[
        input.display().to_string(),
        folder.file("out.mp4").display().to_string(),
        "--elements=identity".to_owned(),
    ]);
    let done = crate::pipeline::run(&options.unwrap()).unwrap();
    let kept = done.tracks.kept().unwrap();
    assert!(
        kept.starts_with("1 sound copied, 1 sound encoded anew, 1 subtitles copied"),
        "{kept}"
    );
    assert!(kept.contains("no 2 chapters"), "{kept}");
    let after = read(&folder.file("out.mp4"));
    assert_eq!(of(&after, "audio/mpeg").len(), 2);
    let text = String::from_utf8_lossy(&of(&after, "text/x-raw")[0].bytes).into_owned();
    assert!(text.contains("Fish") && text.contains('&'), "{text}");
}
