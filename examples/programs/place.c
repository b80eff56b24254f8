/* Pins a picture to a plane, and prints each change of the track's state. */
#include <gst/gst.h>

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer loop)
{
  const GstStructure *s = gst_message_get_structure (message);

  if (gst_message_has_name (message, "wgputrackoverlay-state"))
    g_print ("frame %" G_GUINT64_FORMAT ": %s\n",
        (guint64) g_value_get_uint (gst_structure_get_value (s, "frame")),
        gst_structure_get_string (s, "state"));
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
      "wgputrackoverlay name=t location=advert.png ! videoconvert ! autovideosink", NULL);
  GstElement *overlay = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  GstBus *bus = gst_element_get_bus (pipeline);
  gboolean accepted;

  gst_bus_add_watch (bus, on_message, loop);
  g_signal_emit_by_name (overlay, "arm", "412,180 868,204 860,520 405,488", &accepted);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (overlay);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  g_main_loop_unref (loop);
  return accepted ? 0 : 1;
}
