"""x264's bit rate, chosen while it runs by what wgpudenoise finds in the picture."""
import collections
import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstVideo", "1.0")
from gi.repository import Gst, GstVideo

BITS = 0.12  # for a pixel and a code value that motion does not explain: about crf 27 with ultrafast
STILL = 0.3  # what a still picture takes, as if it were so complex
LEAST, MOST = 64, 20000  # kbit/s
latest = collections.deque(maxlen=8)  # complexities of frames
chosen = collections.Counter()


def choose(pad, info):
    buffer = info.get_buffer()
    elements = buffer.get_custom_meta("GstWgpuStatsMeta").get_structure()
    figures = elements.get_value("denoise")
    complexity = figures.get_value("complexity")
    if complexity >= 0:
        latest.append(complexity)
        video = GstVideo.VideoInfo.new_from_caps(pad.get_current_caps())
        pixels = video.width * video.height * video.fps_n / max(video.fps_d, 1)
        wanted = BITS * (STILL + sum(latest) / len(latest)) * pixels / 1000
        now = encoder.get_property("bitrate")
        if not 0.8 < wanted / now < 1.25:
            encoder.set_property("bitrate", int(min(max(wanted, LEAST), MOST)))
    chosen[encoder.get_property("bitrate")] += 1
    return Gst.PadProbeReturn.OK


Gst.init(None)
pipeline = Gst.parse_launch(
    "filesrc location=in.mp4 ! decodebin ! videoconvert ! wgpudenoise name=denoise stats-meta=true ! "
    "x264enc name=encoder tune=zerolatency speed-preset=ultrafast ! h264parse ! mp4mux ! filesink location=out.mp4")
encoder = pipeline.get_by_name("encoder")
encoder.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, choose)
pipeline.set_state(Gst.State.PLAYING)
message = pipeline.get_bus().timed_pop_filtered(
    Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
pipeline.set_state(Gst.State.NULL)
frames = sum(chosen.values())
mean = sum(rate * count for rate, count in chosen.items()) / max(frames, 1)
print(f"{message.type.first_value_nick} {frames} frames at {min(chosen)} to {max(chosen)} kbit/s, {mean:.0f} on average")
