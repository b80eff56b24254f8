"""Pins a picture to a plane: arms it after two seconds, moves its corners a little, lets it go."""
import gi
gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst

Gst.init(None)
pipeline = Gst.parse_launch(
    "filesrc location=in.mp4 ! decodebin ! videoconvert ! "
    "wgputrackoverlay name=t location=advert.png ! videoconvert ! autovideosink")
overlay = pipeline.get_by_name("t")
loop = GLib.MainLoop()

def on_message(bus, message):
    s = message.get_structure()
    if message.type == Gst.MessageType.ELEMENT and s.get_name() == "wgputrackoverlay-state":
        print(s.get_value("previous"), "->", s.get_value("state"), s.get_value("quad"))
        if s.get_value("previous") == "idle":
            # The operator sees that the top-left corner is two pixels off: no jump in the picture.
            print("corrected:", overlay.emit("correct", "414,180 868,204 860,520 405,488"))
            GLib.timeout_add(500, lambda: print("released:", overlay.emit("release")))
    elif message.type in (Gst.MessageType.EOS, Gst.MessageType.ERROR):
        loop.quit()

pipeline.get_bus().add_signal_watch()
pipeline.get_bus().connect("message", on_message)
# In the first frame after two seconds. overlay.emit("arm", points) takes the next one.
overlay.emit("arm-at", 2 * Gst.SECOND, "412,180 868,204 860,520 405,488")
pipeline.set_state(Gst.State.PLAYING)
loop.run()
pipeline.set_state(Gst.State.NULL)
