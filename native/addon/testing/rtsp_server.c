// A camera for tests: serves what a gst-launch line makes, on 127.0.0.1 and a port of the system's choice, which it
// prints. Ends with its standard input.
//   rtsp-server MOUNT LAUNCH-LINE [USER PASSWORD]
#include <gst/gst.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static gboolean on_input(GIOChannel* channel, GIOCondition condition, gpointer data) {
  (void)channel, (void)condition, (void)data;
  char byte;
  if (read(STDIN_FILENO, &byte, 1) <= 0) exit(0);
  return G_SOURCE_CONTINUE;
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  gst_init(NULL, NULL);
  GstRTSPServer* server = gst_rtsp_server_new();
  gst_rtsp_server_set_address(server, "127.0.0.1");
  gst_rtsp_server_set_service(server, "0");
  GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
  gst_rtsp_media_factory_set_launch(factory, argv[2]);
  gst_rtsp_media_factory_set_shared(factory, TRUE);
  if (argc >= 5) {
    GstRTSPAuth* auth = gst_rtsp_auth_new();
    GstRTSPToken* token = gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, "viewer", NULL);
    gchar* basic = gst_rtsp_auth_make_basic(argv[3], argv[4]);
    gst_rtsp_auth_add_basic(auth, basic, token);
    gst_rtsp_server_set_auth(server, auth);
    gst_rtsp_media_factory_add_role(factory, "viewer", GST_RTSP_PERM_MEDIA_FACTORY_ACCESS, G_TYPE_BOOLEAN, TRUE,
                                    GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, G_TYPE_BOOLEAN, TRUE, NULL);
    g_free(basic);
    gst_rtsp_token_unref(token);
    g_object_unref(auth);
  }
  GstRTSPMountPoints* mounts = gst_rtsp_server_get_mount_points(server);
  gst_rtsp_mount_points_add_factory(mounts, argv[1], factory);
  g_object_unref(mounts);
  if (gst_rtsp_server_attach(server, NULL) == 0) return 1;
  printf("%d\n", gst_rtsp_server_get_bound_port(server));
  fflush(stdout);
  g_io_add_watch(g_io_channel_unix_new(STDIN_FILENO), G_IO_IN | G_IO_HUP, on_input, NULL);
  g_main_loop_run(g_main_loop_new(NULL, FALSE));
  return 0;
}
