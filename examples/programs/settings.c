/* Changes a setting while the video plays, and reads what the element measures. */
#include <gst/gst.h>

static GstElement *denoise;

static gboolean
on_second (gpointer unused)
{
  GstStructure *stats;
  guint64 frames = 0;
  gdouble sigma = 0;

  g_object_get (denoise, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "frames", &frames);
  gst_structure_get_double (stats, "sigma-y", &sigma);
  g_print ("%" G_GUINT64_FORMAT " frames, noise of %.2f, on %s\n", frames, sigma,
      gst_structure_get_string (stats, "adapter"));
  gst_structure_free (stats);
  /* From the next frame on. No state change, no gap. */
  g_object_set (denoise, "strength", 0.5, NULL);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer loop)
{
  const GstStructure *s = gst_message_get_structure (message);

  if (gst_message_has_name (message, "wgpu-load") || gst_message_has_name (message, "wgpu-device"))
    g_print ("%s: %s\n", gst_structure_get_name (s), gst_structure_get_string (s, "state"));
  if (GST_MESSAGE_TYPE (message) & (GST_MESSAGE_EOS | GST_MESSAGE_ERROR))
    g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  GstElement *pipeline = gst_parse_launch ("filesrc location=in.mp4 ! decodebin ! videoconvert ! "
      "wgpudenoise name=d ! videoconvert ! autovideosink", NULL);
  GstBus *bus = gst_element_get_bus (pipeline);

  denoise = gst_bin_get_by_name (GST_BIN (pipeline), "d");
  gst_bus_add_watch (bus, on_message, loop);
  g_timeout_add (1000, on_second, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (loop);
  on_second (NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (denoise);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  g_main_loop_unref (loop);
  return 0;
}
