//! What caps and buffers say of a stream's frames and fields.

use gst_video::prelude::*;
use gst_video::{
    VideoBufferFlags, VideoFieldOrder, VideoInfo, VideoInterlaceMode, VideoMeta,
    VideoTransferFunction,
};

use super::{Fields, StreamInfo};
use crate::gpu::FrameLayout;

/// The stream of these caps, as filters see it.
pub fn stream_info(info: &VideoInfo, layout: FrameLayout) -> StreamInfo {
    let fps = info.fps();
    let known = fps.numer() > 0 && fps.denom() > 0;
    let mode = info.interlace_mode();
    let alternate = mode == VideoInterlaceMode::Alternate;
    StreamInfo {
        layout,
        fps: known.then(|| (fps.numer() as u32, fps.denom() as u32)),
        interlaced: !alternate && mode != VideoInterlaceMode::Progressive,
        alternate,
        hdr: matches!(
            info.colorimetry().transfer(),
            VideoTransferFunction::Smpte2084 | VideoTransferFunction::AribStdB67
        ),
    }
}

/// True for the bottom field of an `alternate` stream. Buffers without a parity flag are taken as the
/// opposite of the one before.
pub fn is_bottom(buffer: &gst::BufferRef, before: bool) -> bool {
    let flags = buffer.video_flags();
    match flags.contains(VideoBufferFlags::ONEFIELD) {
        true => !flags.contains(VideoBufferFlags::TFF),
        false => !before,
    }
}

/// True for a frame whose two fields lie apart in its buffer, each with a meta of its own: no filter reads
/// them so.
pub fn lies_apart(info: &VideoInfo, buffer: &gst::BufferRef) -> bool {
    info.interlace_mode() == VideoInterlaceMode::Fields
        && buffer.iter_meta::<VideoMeta>().count() > 1
}

/// Whether this buffer's lines are of one instant or of two.
pub fn fields(info: &VideoInfo, buffer: &gst::BufferRef) -> Fields {
    let flags = buffer.video_flags();
    let top_first = match info.field_order() {
        VideoFieldOrder::TopFieldFirst => true,
        VideoFieldOrder::BottomFieldFirst => false,
        _ => flags.contains(VideoBufferFlags::TFF),
    };
    let interlaced = match info.interlace_mode() {
        VideoInterlaceMode::Interleaved | VideoInterlaceMode::Fields => true,
        VideoInterlaceMode::Mixed => flags.contains(VideoBufferFlags::INTERLACED),
        _ => false,
    };
    match interlaced {
        true => Fields::Interlaced { top_first },
        false => Fields::Progressive,
    }
}
