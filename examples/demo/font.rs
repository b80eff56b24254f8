//! The few letters that the before/after picture needs.

/// Height of a letter in dots.
pub const ROWS: usize = 7;
/// Width of a letter in dots, with the gap after it.
pub const STEP: usize = 6;

/// Whether the dot of a word at this place is set; `x` runs over the whole word.
pub fn dot(word: &str, x: usize, y: usize) -> bool {
    let letter = word.chars().nth(x / STEP).and_then(rows);
    letter.is_some_and(|rows| x % STEP < 5 && rows[y] >> (4 - x % STEP) & 1 == 1)
}

fn rows(letter: char) -> Option<[u8; ROWS]> {
    Some(match letter {
        'A' => [0x0e, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11],
        'B' => [0x1e, 0x11, 0x11, 0x1e, 0x11, 0x11, 0x1e],
        'E' => [0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x1f],
        'F' => [0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x10],
        'O' => [0x0e, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e],
        'R' => [0x1e, 0x11, 0x11, 0x1e, 0x14, 0x12, 0x11],
        'T' => [0x1f, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04],
        _ => return None,
    })
}
