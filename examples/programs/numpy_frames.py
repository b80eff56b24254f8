"""NumPy arrays in, cleaned NumPy arrays out."""
import gi
import numpy
gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
from gi.repository import Gst, GstApp

WIDTH, HEIGHT, FRAMES = 320, 240, 12

Gst.init(None)
pipeline = Gst.parse_launch(
    f"appsrc name=in format=time caps=video/x-raw,format=GRAY8,width={WIDTH},height={HEIGHT},framerate=25/1 ! "
    "wgpudenoise preset=balanced ! appsink name=out sync=false")
source, sink = pipeline.get_by_name("in"), pipeline.get_by_name("out")
pipeline.set_state(Gst.State.PLAYING)

chance = numpy.random.default_rng(1)
ramp = numpy.linspace(60, 180, WIDTH)[None, :].repeat(HEIGHT, axis=0)
for number in range(FRAMES):
    noisy = (ramp + chance.normal(0, 10, ramp.shape)).clip(0, 255).astype(numpy.uint8)
    buffer = Gst.Buffer.new_wrapped(noisy.tobytes())
    buffer.pts = number * Gst.SECOND // 25
    buffer.duration = Gst.SECOND // 25
    source.emit("push-buffer", buffer)
source.emit("end-of-stream")

while True:
    sample = sink.emit("pull-sample")
    if sample is None:
        break
    buffer = sample.get_buffer()
    cleaned = numpy.frombuffer(buffer.extract_dup(0, buffer.get_size()), numpy.uint8).reshape(HEIGHT, WIDTH)
pipeline.set_state(Gst.State.NULL)

error = lambda picture: numpy.sqrt(((picture - ramp) ** 2).mean())
print(f"error {error(noisy.astype(float)):.2f} before, {error(cleaned.astype(float)):.2f} after")
