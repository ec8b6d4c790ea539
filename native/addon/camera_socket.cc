#include "camera_socket.h"

namespace vedette {
namespace {

// A camera that is well says goodbye in less.
constexpr auto kPatience = std::chrono::milliseconds(600);
constexpr auto kAgain = std::chrono::milliseconds(100);

thread_local SocketPtr newest;

// Of GSocketClient::event: the client, the event, where to, the connection.
gboolean on_client_event(GSignalInvocationHint*, guint count, const GValue* values, gpointer) {
  if (count < 4 || g_value_get_enum(&values[1]) != G_SOCKET_CLIENT_CONNECTED) return TRUE;
  auto* connection = static_cast<GObject*>(g_value_get_object(&values[3]));
  if (connection != nullptr && G_IS_SOCKET_CONNECTION(connection))
    newest.reset(G_SOCKET(g_object_ref(g_socket_connection_get_socket(G_SOCKET_CONNECTION(connection)))));
  return TRUE;
}

}  // namespace

void CameraSocket::watch() {
  static std::once_flag once;
  std::call_once(once, [] {
    g_type_class_ref(G_TYPE_SOCKET_CLIENT);  // its signals are there only with it
    g_signal_add_emission_hook(g_signal_lookup("event", G_TYPE_SOCKET_CLIENT), 0, &on_client_event, nullptr, nullptr);
  });
}

void CameraSocket::adopt() {
  if (newest == nullptr) return;
  std::lock_guard lock(mutex_);
  socket_ = std::move(newest);
}

void CameraSocket::cut() {
  std::lock_guard lock(mutex_);
  if (socket_ != nullptr) g_socket_shutdown(socket_.get(), TRUE, TRUE, nullptr);
}

Scissors::Scissors(CameraSocket& socket)
    : thread_([this, &socket] {
        std::unique_lock lock(mutex_);
        auto patience = kPatience;
        while (!over_.wait_for(lock, patience, [this] { return is_over_; })) {
          socket.cut();
          patience = kAgain;
        }
      }) {}

Scissors::~Scissors() {
  {
    std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  over_.notify_all();
  thread_.join();
}

}  // namespace vedette
