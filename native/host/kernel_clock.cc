// What the kernel was told of its clock: adjtimex(2) in read-only mode, which needs no privilege. Whoever keeps the
// clock right (timesyncd, chrony, ntpd, PTP) tells it there.
#include <napi.h>
#include <sys/timex.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace {

// {isSynchronised, maxErrorUs}: the bound that was told last, grown by 500 us a second since (RFC 5905's PHI is 15; the
// kernel is more careful).
Napi::Value read(const Napi::CallbackInfo& info) {
  timex told{};
  int state = adjtimex(&told);
  if (state < 0) throw Napi::Error::New(info.Env(), std::string("adjtimex: ") + std::strerror(errno));
  Napi::Object clock = Napi::Object::New(info.Env());
  clock.Set("isSynchronised", Napi::Boolean::New(info.Env(), state != TIME_ERROR && (told.status & STA_UNSYNC) == 0));
  clock.Set("maxErrorUs", Napi::Number::New(info.Env(), static_cast<double>(told.maxerror)));
  return clock;
}

Napi::Object start(Napi::Env env, Napi::Object exports) {
  exports.Set("read", Napi::Function::New(env, read, "read"));
  return exports;
}

}  // namespace

NODE_API_MODULE(kernel_clock, start)
