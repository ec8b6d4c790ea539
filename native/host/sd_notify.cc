// One datagram to the socket that the service manager listens on: the whole protocol of sd_notify(3). Node has no
// AF_UNIX datagrams, and systemd-notify(1) would speak as another process. Runs on the JavaScript thread; never waits.
#include <napi.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

namespace {

// A path, or a name that begins with @: the kernel's abstract namespace, where the first byte is zero.
Napi::Value notify(const Napi::CallbackInfo& info) {
  std::string name = info[0].As<Napi::String>();
  std::string state = info[1].As<Napi::String>();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  bool is_known = !name.empty() && (name[0] == '/' || name[0] == '@');
  if (!is_known || name.size() >= sizeof address.sun_path) {
    throw Napi::Error::New(info.Env(), "expected the socket's absolute path, or its name after @, received " + name);
  }
  std::memcpy(address.sun_path, name.data(), name.size());
  if (name[0] == '@') address.sun_path[0] = '\0';
  auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());

  int socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ssize_t sent = -1;
  if (socket_fd >= 0) {
    sent = sendto(socket_fd, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                  reinterpret_cast<const sockaddr*>(&address), length);
  }
  int failure = errno;
  if (socket_fd >= 0) close(socket_fd);
  if (sent < 0) throw Napi::Error::New(info.Env(), std::string(std::strerror(failure)) + " at " + name);
  return info.Env().Undefined();
}

Napi::Object start(Napi::Env env, Napi::Object exports) {
  exports.Set("notify", Napi::Function::New(env, notify, "notify"));
  return exports;
}

}  // namespace

NODE_API_MODULE(sd_notify, start)
