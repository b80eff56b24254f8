//! Pictures from image files.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::jpeg;

/// Formats that [`Picture::open`] reads.
pub const ACCEPTED: &str = "PNG, JPEG and WebP";

/// Most pixels of a picture: 8192 by 8192, which take 256 MiB. Larger ones are refused before they are decoded.
pub const MAX_PIXELS: u64 = 1 << 26;
/// Most bytes that a decoder may take: a picture of [`MAX_PIXELS`] with 16 bits in each of four components, and
/// the same once more.
const MAX_BYTES: u64 = 16 * MAX_PIXELS;

/// A picture file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("picture \"{}\" {fault}; accepted are {ACCEPTED}", .file.display())]
pub struct PictureError {
    /// The file.
    pub file: PathBuf,
    /// The reason.
    pub fault: PictureFault,
}

/// Why a picture file cannot be used.
#[derive(Debug)]
pub enum PictureFault {
    /// It cannot be read.
    Unreadable(std::io::Error),
    /// Its format is unknown or not supported.
    Format,
    /// It is damaged.
    Decode(image::ImageError),
    /// Its end is missing.
    Cut,
    /// It has more than [`MAX_PIXELS`]: its width and height.
    TooLarge(u32, u32),
}

impl fmt::Display for PictureFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(reason) => write!(f, "cannot be read: {reason}"),
            Self::Format => write!(f, "is in no known format"),
            Self::Decode(reason) => write!(f, "cannot be decoded: {reason}"),
            Self::Cut => write!(f, "is cut off: its end is missing"),
            Self::TooLarge(width, height) => write!(
                f,
                "has {width}x{height} pixels, and no more than {} million are decoded; scale it down",
                MAX_PIXELS / 1_000_000
            ),
        }
    }
}

/// A decoded picture: R'G'B' and straight alpha, one byte each, rows without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels, at least 1.
    pub width: u32,
    /// Height in pixels, at least 1.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({}x{})", self.width, self.height)
    }
}

impl Picture {
    /// Decodes a file, by its content and not its name, and rotates it as its EXIF data says. Colours are
    /// used as they are coded; colour profiles are not applied.
    ///
    /// # Errors
    /// [`PictureError`] with the file and the reason.
    pub fn open(file: &Path) -> Result<Self, PictureError> {
        read(file).map_err(|fault| PictureError {
            file: file.into(),
            fault,
        })
    }

    /// The picture without detail that a frame of a size cannot show: halved as long as it stays as large as
    /// the frame in both directions.
    #[must_use]
    pub fn for_frame(self, (width, height): (u32, u32)) -> Self {
        let mut picture = self;
        while picture.width / 2 >= width.max(1) && picture.height / 2 >= height.max(1) {
            picture = picture.halved();
        }
        picture
    }

    /// The picture at half width and height: means of four pixels, weighted by alpha.
    #[must_use]
    pub fn halved(&self) -> Self {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
        for y in 0..height {
            for x in 0..width {
                rgba.extend(self.mean(2 * x, 2 * y));
            }
        }
        Self {
            width,
            height,
            rgba,
        }
    }

    /// Alpha-weighted mean of 2x2 pixels.
    fn mean(&self, x: u32, y: u32) -> [u8; 4] {
        let mut sums = [0u32; 4];
        for (x, y) in [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)] {
            let (x, y) = (x.min(self.width - 1), y.min(self.height - 1));
            let at = (y as usize * self.width as usize + x as usize) * 4;
            if let Some([red, green, blue, alpha]) = self.rgba.get(at..at + 4) {
                let alpha = u32::from(*alpha);
                let colour = [red, green, blue].map(|c| u32::from(*c) * alpha);
                sums = [
                    sums[0] + colour[0],
                    sums[1] + colour[1],
                    sums[2] + colour[2],
                    sums[3] + alpha,
                ];
            }
        }
        let [red, green, blue, alpha] = sums;
        let colour = |sum: u32| ((sum + alpha / 2) / alpha.max(1)) as u8;
        [
            colour(red),
            colour(green),
            colour(blue),
            ((alpha + 2) / 4) as u8,
        ]
    }
}

fn read(file: &Path) -> Result<Picture, PictureFault> {
    let opened = File::open(file).map_err(PictureFault::Unreadable)?;
    let reader = ImageReader::new(BufReader::new(opened))
        .with_guessed_format()
        .map_err(PictureFault::Unreadable)?;
    match reader.format() {
        None => Err(PictureFault::Format),
        Some(ImageFormat::Jpeg) => {
            let mut opened = reader.into_inner();
            let mut bytes = Vec::new();
            opened
                .rewind()
                .and_then(|()| opened.read_to_end(&mut bytes))
                .map_err(PictureFault::Unreadable)?;
            if !jpeg::is_whole(&bytes) {
                return Err(PictureFault::Cut);
            }
            decode(ImageReader::with_format(
                Cursor::new(bytes),
                ImageFormat::Jpeg,
            ))
        }
        Some(_) => decode(reader),
    }
}

fn decode<R: BufRead + Seek>(mut reader: ImageReader<R>) -> Result<Picture, PictureFault> {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(known)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureFault::TooLarge(width, height));
    }
    let upright = decoder.orientation().map_err(PictureFault::Decode)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(PictureFault::Decode)?;
    picture.apply_orientation(upright);
    let rgba = picture.into_rgba8();
    Ok(Picture {
        width: rgba.width(),
        height: rgba.height(),
        rgba: rgba.into_raw(),
    })
}

/// Maps formats that are recognised but not built in to [`PictureFault::Format`] instead of a decoding
/// error.
fn known(error: image::ImageError) -> PictureFault {
    match error {
        image::ImageError::Unsupported(_) => PictureFault::Format,
        other => PictureFault::Decode(other),
    }
}
