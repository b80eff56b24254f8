"""A filter as an effect of GStreamer Editing Services, on one clip of a timeline."""
import pathlib
import gi
gi.require_version("Gst", "1.0")
gi.require_version("GES", "1.0")
from gi.repository import GES, Gst

Gst.init(None)
GES.init()
timeline = GES.Timeline.new()
timeline.add_track(GES.VideoTrack.new())
layer = timeline.append_layer()
clip = GES.UriClip.new(pathlib.Path("in.mp4").absolute().as_uri())
layer.add_clip(clip)
effect = GES.Effect.new("wgpudenoise strength=0.7")
clip.add(effect)

pipeline = GES.Pipeline()
pipeline.set_timeline(timeline)
pipeline.set_property("video-sink", Gst.ElementFactory.make("autovideosink"))
pipeline.set_state(Gst.State.PLAYING)
message = pipeline.get_bus().timed_pop_filtered(
    Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
found, strength = effect.get_child_property("strength")
print(message.type.first_value_nick, "strength", strength)
pipeline.set_state(Gst.State.NULL)
