"""A filter in playbin, and so in most players that are built on it."""
import pathlib
import gi
gi.require_version("Gst", "1.0")
from gi.repository import Gst

Gst.init(None)
player = Gst.ElementFactory.make("playbin")
player.set_property("uri", pathlib.Path("in.mp4").absolute().as_uri())
denoise = Gst.ElementFactory.make("wgpudenoise")
player.set_property("video-filter", denoise)
player.set_property("video-sink", Gst.ElementFactory.make("autovideosink"))
player.set_state(Gst.State.PLAYING)
message = player.get_bus().timed_pop_filtered(
    Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
print(message.type.first_value_nick, denoise.get_property("stats").get_value("frames"), "frames")
player.set_state(Gst.State.NULL)
