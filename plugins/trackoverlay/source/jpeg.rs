//! Whether a JPEG file is all there: decoders fill what was cut off with grey, without a word.
//!
//! Markers as in ITU-T T.81, B.1: a segment tells its length; entropy-coded data follows the header of a
//! scan, and goes on to the next marker that is neither a stuffed zero nor a restart.

const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: u8 = 0xd9;

/// Whether the end of the image comes before the end of the bytes, which begin with a JPEG image.
pub fn is_whole(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let Some((marker, after)) = next_marker(rest) {
        match marker {
            END_OF_IMAGE => return true,
            _ => match skip_segment(after) {
                Some(after) if marker == START_OF_SCAN => rest = skip_data(after),
                Some(after) => rest = after,
                None => return false,
            },
        }
    }
    false
}

/// The marker that the bytes begin with, perhaps filled up with 0xff, and what follows it.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let at = bytes.iter().position(|byte| *byte != 0xff)?;
    let marker = *bytes.get(at)?;
    (at > 0).then_some((marker, bytes.get(at + 1..)?))
}

fn skip_segment(bytes: &[u8]) -> Option<&[u8]> {
    let length = u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]);
    bytes.get(usize::from(length.max(2))..)
}

/// What follows entropy-coded data, from its marker on.
fn skip_data(bytes: &[u8]) -> &[u8] {
    let is_end =
        |pair: &[u8]| matches!(pair, [0xff, marker] if !matches!(marker, 0 | 0xff | 0xd0..=0xd7));
    let end = bytes.windows(2).position(is_end);
    end.and_then(|end| bytes.get(end..)).unwrap_or_default()
}
