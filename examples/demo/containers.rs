//! Which encoders and which muxer write a file of a given kind.

use std::path::Path;

/// Video encoders whose pictures may have any size; others want even ones.
const ANY_SIZE: [&str; 3] = ["vp8enc", "vp9enc", "avenc_mpeg4"];
/// What stands for the bit rate that is not to be exceeded, in kbit/s and in bit/s.
const KILOBITS: &str = "{kbit}";
const BITS: &str = "{bit}";

/// A kind of file and what can fill it, best first.
pub struct Container {
    /// Names of the file after its dot.
    extensions: &'static [&'static str],
    /// The muxer, as `gst-launch-1.0` takes it.
    pub muxer: &'static str,
    video: &'static [&'static str],
    audio: &'static [&'static str],
}

// High quality throughout, as far as the bit rate allows: noise that the encoder blurs would flatter or hide our work.
const X264: &str = "x264enc speed-preset=veryfast pass=qual quantizer=18 vbv-buf-capacity=1000 bitrate={kbit} ! h264parse";
const OPENH264: &str = "openh264enc bitrate={bit} complexity=high ! h264parse";
const VIDEOTOOLBOX: &str = "vtenc_h264 quality=0.8 bitrate={kbit} ! h264parse";
const MPEG4: &str = "avenc_mpeg4 bitrate={bit} ! mpeg4videoparse";
const VP9: &str = "vp9enc deadline=1 cpu-used=8 end-usage=cq cq-level=18 target-bitrate={bit}";
const VP8: &str = "vp8enc deadline=1 cpu-used=8 end-usage=cq cq-level=10 target-bitrate={bit}";
const AAC: [&str; 3] = [
    "avenc_aac ! aacparse",
    "fdkaacenc ! aacparse",
    "voaacenc ! aacparse",
];

const CONTAINERS: [Container; 3] = [
    Container {
        extensions: &["mp4", "mov", "m4v"],
        muxer: "mp4mux",
        video: &[X264, OPENH264, VIDEOTOOLBOX, MPEG4],
        audio: &AAC,
    },
    Container {
        extensions: &["mkv"],
        muxer: "matroskamux",
        video: &[X264, OPENH264, VIDEOTOOLBOX, VP9, VP8],
        audio: &["opusenc", "vorbisenc", AAC[0], AAC[1], AAC[2]],
    },
    Container {
        extensions: &["webm"],
        muxer: "webmmux",
        video: &[VP9, VP8],
        audio: &["opusenc", "vorbisenc"],
    },
];

/// The kind of file that the name asks for.
pub fn of(path: &Path) -> Result<&'static Container, String> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let extension = extension.to_lowercase();
    let fits = |container: &&Container| container.extensions.contains(&extension.as_str());
    CONTAINERS.iter().find(fits).ok_or_else(|| {
        format!(
            "OUTPUT '{}' must end in .mp4, .mov, .mkv or .webm",
            path.display()
        )
    })
}

/// A video encoder.
pub struct Encoder {
    /// As `gst-launch-1.0` takes it.
    pub line: String,
    /// Whether width and height may be odd.
    pub any_size: bool,
}

impl Container {
    /// The best video encoder that this machine has, at a bit rate that it is not to exceed.
    pub fn video_encoder(&self, bits_per_second: u64) -> Result<Encoder, String> {
        let line = available(self.video).ok_or_else(|| {
            let names: Vec<&str> = self.video.iter().map(|line| first(line)).collect();
            format!(
                "no video encoder for this OUTPUT; install one of {}, or give OUTPUT another extension",
                names.join(", ")
            )
        })?;
        let kilobits = (bits_per_second / 1000).max(1);
        Ok(Encoder {
            any_size: ANY_SIZE.contains(&first(line)),
            line: line
                .replace(KILOBITS, &kilobits.to_string())
                .replace(BITS, &bits_per_second.to_string()),
        })
    }

    /// The best audio encoder that this machine has.
    pub fn audio_encoder(&self) -> Option<&'static str> {
        available(self.audio)
    }
}

fn available(lines: &[&'static str]) -> Option<&'static str> {
    let exists = |line: &&str| {
        let mut names = line.split(" ! ").map(first);
        names.all(|name| gst::ElementFactory::find(name).is_some())
    };
    lines.iter().copied().find(exists)
}

fn first(line: &str) -> &str {
    line.split(' ').next().unwrap_or(line)
}
