//! The before/after picture: the whole frame before and after, and below the same detail of both, enlarged.

use crate::capture::Pair;
use crate::font;
use std::path::Path;

/// Red, green and blue, one byte each.
struct Rgb {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

/// Writes the picture as PNG.
pub fn write(pair: &Pair, path: &Path) -> Result<(), String> {
    let refuse = |why: &dyn std::fmt::Display| {
        format!("cannot write the picture '{}': {why}", path.display())
    };
    let before = rgb(&pair.before).map_err(|error| refuse(&error))?;
    let after = rgb(&pair.after).map_err(|error| refuse(&error))?;
    let png = png(compose(&before, &after)).map_err(|error| refuse(&error))?;
    std::fs::write(path, png).map_err(|error| refuse(&error))
}

fn convert(sample: &gst::Sample, caps: &gst::Caps) -> Result<gst::Sample, String> {
    let limit = gst::ClockTime::from_seconds(20);
    gst_video::convert_sample(sample, caps, Some(limit)).map_err(|error| error.to_string())
}

fn rgb(sample: &gst::Sample) -> Result<Rgb, String> {
    let wanted = gst_video::VideoCapsBuilder::new()
        .format(gst_video::VideoFormat::Rgb)
        .build();
    let sample = convert(sample, &wanted)?;
    let (Some(buffer), Some(caps)) = (sample.buffer(), sample.caps()) else {
        return Err("the frame is empty".to_owned());
    };
    let info = gst_video::VideoInfo::from_caps(caps).map_err(|error| error.to_string())?;
    let frame = gst_video::VideoFrameRef::from_buffer_ref_readable(buffer, &info)
        .map_err(|error| error.to_string())?;
    let (width, height) = (info.width() as usize, info.height() as usize);
    let data = frame.plane_data(0).map_err(|error| error.to_string())?;
    let rows = data.chunks(info.stride()[0] as usize).take(height);
    Ok(Rgb {
        width,
        height,
        bytes: rows.flat_map(|row| &row[..width * 3]).copied().collect(),
    })
}

fn png(picture: Rgb) -> Result<Vec<u8>, String> {
    // GStreamer wants rows of whole words.
    let stride = (picture.width * 3).next_multiple_of(4);
    let mut bytes = Vec::with_capacity(stride * picture.height);
    for row in picture.bytes.chunks(picture.width * 3) {
        bytes.extend_from_slice(row);
        bytes.resize(bytes.len().next_multiple_of(stride), 0);
    }
    let caps = gst_video::VideoCapsBuilder::new()
        .format(gst_video::VideoFormat::Rgb)
        .width(picture.width as i32)
        .height(picture.height as i32)
        .framerate(gst::Fraction::new(1, 1))
        .build();
    let sample = gst::Sample::builder()
        .buffer(&gst::Buffer::from_slice(bytes))
        .caps(&caps)
        .build();
    let encoded = convert(&sample, &gst::Caps::new_empty_simple("image/png"))?;
    let buffer = encoded.buffer().ok_or("the picture is empty")?;
    let map = buffer.map_readable().map_err(|error| error.to_string())?;
    Ok(map.to_vec())
}

/// A frame wider than this is shown smaller.
const WIDEST: usize = 1280;

/// Above: the frame before, and after. Below: the same detail before and after, enlarged.
fn compose(before: &Rgb, after: &Rgb) -> Rgb {
    let shrink = after.width.div_ceil(WIDEST);
    let (width, height) = ((after.width / shrink) & !1, (after.height / shrink) & !1);
    if width < 8 || height < 8 || before.width != after.width || before.height != after.height {
        return compose_tiny(before, after);
    }
    let mut picture = Rgb::black(2 * width, 2 * height);
    let detail = meeting_place(after, width / 2, height / 2);
    for (from, left) in [(before, 0), (after, width)] {
        for y in 0..height {
            for x in 0..width {
                picture.set(left + x, y, from.mean(x * shrink, y * shrink, shrink));
                let near = from.at(detail.0 + x / 2, detail.1 + y / 2);
                picture.set(left + x, height + y, near);
            }
        }
    }
    picture.draw_divider(height);
    let scale = (width / 320).max(1);
    picture.label("BEFORE", 2 * scale, 2 * scale, scale);
    picture.label("AFTER", width + 3 * scale, 2 * scale, scale);
    picture
}

/// For frames too small to be cut: one above the other.
fn compose_tiny(before: &Rgb, after: &Rgb) -> Rgb {
    let mut picture = Rgb::black(before.width.max(after.width), before.height + after.height);
    for (from, top) in [(before, 0), (after, before.height)] {
        for y in 0..from.height {
            for x in 0..from.width {
                picture.set(x, top + y, from.at(x, y));
            }
        }
    }
    picture
}

/// The corner of the part where flat and detailed places meet in equal shares: a weak filter
/// leaves noise on the flat ones, and one that is too strong smears the others.
fn meeting_place(picture: &Rgb, width: usize, height: usize) -> (usize, usize) {
    let (right, below) = (picture.width - width, picture.height - height);
    let places = (0..=8).flat_map(|j| (0..=8).map(move |i| (right * i / 8, below * j / 8)));
    let score = |corner: &(usize, usize)| mixture(picture, *corner, width, height);
    places.max_by_key(score).unwrap_or((0, 0))
}

/// Detailed places times flat places.
fn mixture(picture: &Rgb, corner: (usize, usize), width: usize, height: usize) -> usize {
    const EDGE: u32 = 12;
    let step = (width / 40).max(2);
    let green = |x: usize, y: usize| u32::from(picture.at(x, y)[1]);
    let columns = (corner.0..corner.0 + width - step).step_by(step);
    let rows = || (corner.1..corner.1 + height.saturating_sub(step)).step_by(step);
    let places = columns.flat_map(|x| rows().map(move |y| (x, y)));
    let (mut detailed, mut flat) = (0, 0);
    for (x, y) in places {
        let across = green(x, y).abs_diff(green(x + step, y));
        let down = green(x, y).abs_diff(green(x, y + step));
        *(if across + down > EDGE {
            &mut detailed
        } else {
            &mut flat
        }) += 1;
    }
    detailed * flat
}

impl Rgb {
    fn black(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            bytes: vec![0; width * height * 3],
        }
    }

    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let start = (y * self.width + x) * 3;
        [0, 1, 2].map(|i| self.bytes[start + i])
    }

    /// The mean of a square of pixels.
    fn mean(&self, left: usize, top: usize, side: usize) -> [u8; 3] {
        let mut sums = [0usize; 3];
        for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (left + x, top + y))) {
            for (sum, value) in sums.iter_mut().zip(self.at(x, y)) {
                *sum += usize::from(value);
            }
        }
        sums.map(|sum| (sum / (side * side)) as u8)
    }

    fn set(&mut self, x: usize, y: usize, pixel: [u8; 3]) {
        let start = (y * self.width + x) * 3;
        self.bytes[start..start + 3].copy_from_slice(&pixel);
    }

    fn draw_divider(&mut self, frame_height: usize) {
        let middle = self.width / 2;
        for y in 0..self.height {
            self.set(middle, y, [255; 3]);
        }
        for x in 0..self.width {
            self.set(x, frame_height, [255; 3]);
        }
    }

    /// White on a dark box, so that it reads on any picture.
    fn label(&mut self, word: &str, left: usize, top: usize, scale: usize) {
        let (width, height) = (word.len() * font::STEP + 1, font::ROWS + 2);
        for y in 0..height * scale {
            for x in 0..width * scale {
                let (dot_x, dot_y) = ((x / scale).wrapping_sub(1), (y / scale).wrapping_sub(1));
                let inside = dot_x < width && dot_y < font::ROWS;
                let white = inside && font::dot(word, dot_x, dot_y);
                if left + x < self.width && top + y < self.height {
                    self.set(left + x, top + y, [if white { 255 } else { 24 }; 3]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(width: usize, height: usize, value: u8) -> Rgb {
        Rgb {
            width,
            height,
            bytes: vec![value; width * height * 3],
        }
    }

    /// Every pixel has a colour of its own.
    fn numbered(width: usize, height: usize, blue: u8) -> Rgb {
        let mut picture = plain(width, height, blue);
        for (x, y) in (0..width).flat_map(|x| (0..height).map(move |y| (x, y))) {
            picture.set(x, y, [x as u8, y as u8, blue]);
        }
        picture
    }

    #[test]
    fn the_same_regions_are_shown_before_and_after() {
        let picture = compose(&numbered(64, 32, 10), &numbered(64, 32, 200));
        assert_eq!((picture.width, picture.height), (128, 64));
        for (x, y) in [(20, 20), (50, 9), (30, 40), (60, 63)] {
            let ([r, g, b], after) = (picture.at(x, y), picture.at(64 + x, y));
            assert_eq!((after, b), ([r, g, 200], 10), "at {x},{y}");
        }
    }

    #[test]
    fn wide_frames_are_shown_smaller() {
        let picture = compose(&plain(2000, 100, 10), &plain(2000, 100, 200));
        assert_eq!((picture.width, picture.height), (2000, 100));
        assert_eq!(
            (picture.at(500, 40), picture.at(1500, 40)),
            ([10; 3], [200; 3])
        );
    }

    #[test]
    fn the_detail_lies_where_flat_and_rough_meet() {
        let mut picture = plain(80, 40, 100);
        for (x, y) in (40..80).flat_map(|x| (0..40).map(move |y| (x, y))) {
            picture.set(x, y, [if (x / 2 + y / 2) % 2 == 0 { 80 } else { 120 }; 3]);
        }
        assert_eq!(meeting_place(&picture, 20, 10).0, 30);
    }

    #[test]
    fn tiny_frames_still_give_a_picture() {
        let picture = compose(&plain(1, 1, 10), &plain(1, 1, 200));
        assert_eq!((picture.width, picture.height), (1, 2));
    }
}
