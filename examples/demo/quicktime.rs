//! Whether an .mp4 or .mov file still has its index.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Size and kind of a box stand before what is in it.
const HEADER: u64 = 8;

/// True for a file of this kind whose boxes hold no index, as when recording it was cut off.
pub fn lost_index(path: &Path) -> bool {
    File::open(path).is_ok_and(|mut file| kinds(&mut file).is_some_and(|found| !found))
}

/// Whether an index is among the boxes; nothing for files of other kinds.
fn kinds(file: &mut File) -> Option<bool> {
    let length = file.metadata().ok()?.len();
    let (mut at, mut quicktime) = (0, false);
    while at + HEADER <= length {
        file.seek(SeekFrom::Start(at)).ok()?;
        let mut header = [0; 16];
        file.read_exact(&mut header[..8]).ok()?;
        let (size, kind) = header.split_at(4);
        let size = u64::from(u32::from_be_bytes(size.try_into().ok()?));
        match &kind[..4] {
            // Fragments have an index each.
            b"moov" | b"moof" => return Some(true),
            b"ftyp" => quicktime = true,
            _ if at == 0 => return None,
            _ => {}
        }
        at += match size {
            // To the end of the file.
            0 => length,
            1 => {
                file.read_exact(&mut header[8..]).ok()?;
                u64::from_be_bytes(header[8..].try_into().ok()?)
            }
            size => size,
        }
        .max(HEADER);
    }
    quicktime.then_some(false)
}
