// vdstreammux with real sources: batches, timeouts, pads that come, go, end and die.
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "elements/gst_ptr.h"
#include "elements/source_frames.h"
#include "elements/streammux.h"
#include "meta/check.h"
#include "meta/reader.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

struct Seen {
  guint pad;
  guint64 pts;
  gint number;
  gint64 at_us;
};

// A pipeline of a mux and a sink that notes every frame and event which passes.
class Bench {
 public:
  explicit Bench(const char* properties) {
    const std::string text =
        std::string("vdstreammux name=mux ") + properties + " ! fakesink name=sink sync=false async=false";
    pipeline_.reset(gst_parse_launch(text.c_str(), nullptr));
    mux_.reset(gst_bin_get_by_name(GST_BIN(pipeline_.get()), "mux"));
    const ElementPtr sink(gst_bin_get_by_name(GST_BIN(pipeline_.get()), "sink"));
    const PadPtr pad(gst_element_get_static_pad(sink.get(), "sink"));
    const auto what = static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM);
    gst_pad_add_probe(pad.get(), what, on_probe, this, nullptr);
  }
  ~Bench() { gst_element_set_state(pipeline_.get(), GST_STATE_NULL); }

  // A source as in gst-launch, its last element linked to the pad of this number.
  GstElement* add(guint pad, const std::string& source) {
    GstElement* bin = gst_parse_bin_from_description(source.c_str(), TRUE, nullptr);
    gst_bin_add(GST_BIN(pipeline_.get()), bin);
    const std::string name = "sink_" + std::to_string(pad);
    const PadPtr sink(gst_element_request_pad(mux_.get(), pad_template(), name.c_str(), nullptr));
    const PadPtr src(gst_element_get_static_pad(bin, "src"));
    CHECK_EQUAL(gst_pad_link(src.get(), sink.get()), GST_PAD_LINK_OK);
    gst_element_sync_state_with_parent(bin);
    return bin;
  }
  void remove(guint pad, GstElement* source) {
    gst_element_set_state(source, GST_STATE_NULL);
    const PadPtr sink(gst_element_get_static_pad(mux_.get(), ("sink_" + std::to_string(pad)).c_str()));
    gst_element_release_request_pad(mux_.get(), sink.get());
    gst_bin_remove(GST_BIN(pipeline_.get()), source);
  }
  void play() { gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING); }
  GstElement* mux() { return mux_.get(); }
  PadPtr pad(guint index) {
    return PadPtr(gst_element_get_static_pad(mux_.get(), ("sink_" + std::to_string(index)).c_str()));
  }
  guint64 counter(guint index, const char* name) {
    guint64 value = 0;
    g_object_get(pad(index).get(), name, &value, nullptr);
    return value;
  }

  // Waits until it holds; false after ten seconds.
  bool until(const std::function<bool()>& holds) {
    std::unique_lock<std::mutex> lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(10), holds);
  }
  size_t frames_of(guint pad) const {
    size_t count = 0;
    for (const Seen& one : seen) count += one.pad == pad ? 1 : 0;
    return count;
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Seen> seen;
  std::vector<size_t> batches;
  std::vector<std::string> events;  // "name pad"
  std::map<guint, size_t> seen_at_delete;
  bool eos = false;
  GstClockTime last_pts = 0;
  bool pts_rises = true;

 private:
  void note(GstBuffer* buffer) {
    void* raw = meta::find_batch(buffer);
    const meta::Batch batch(raw, *meta::recognise_batch(raw));
    const std::vector<SourceFrame>* frames = source_frames(buffer);
    batches.push_back(batch.frame_count());
    if (!frames || frames->size() != batch.frame_count()) events.emplace_back("frames missing");
    for (const meta::Frame frame : batch.frames()) {
      seen.push_back({frame.pad_index(), frame.pts_ns(), frame.number(), g_get_monotonic_time()});
    }
    pts_rises = pts_rises && GST_BUFFER_PTS(buffer) >= last_pts;
    last_pts = GST_BUFFER_PTS(buffer);
  }
  void note(GstEvent* event) {
    if (GST_EVENT_TYPE(event) == GST_EVENT_EOS) eos = true;
    if (GST_EVENT_TYPE(event) != GST_EVENT_CUSTOM_DOWNSTREAM) return;
    const GstStructure* what = gst_event_get_structure(event);
    guint pad = 0;
    gst_structure_get_uint(what, "pad-id", &pad);
    events.push_back(std::string(gst_structure_get_name(what)) + " " + std::to_string(pad));
    if (gst_structure_has_name(what, kPadDeletedEvent)) seen_at_delete[pad] = frames_of(pad);
  }
  static GstPadProbeReturn on_probe(GstPad*, GstPadProbeInfo* info, gpointer self) {
    auto* bench = static_cast<Bench*>(self);
    const std::lock_guard<std::mutex> lock(bench->mutex);
    if (info->type & GST_PAD_PROBE_TYPE_BUFFER) bench->note(GST_PAD_PROBE_INFO_BUFFER(info));
    if (info->type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) bench->note(GST_PAD_PROBE_INFO_EVENT(info));
    bench->changed.notify_all();
    return GST_PAD_PROBE_OK;
  }

  GstPadTemplate* pad_template() {
    return gst_element_class_get_pad_template(GST_ELEMENT_GET_CLASS(mux_.get()), "sink_%u");
  }

  ElementPtr pipeline_, mux_;
};

std::string pattern(int frames, int fps, bool live) {
  return "videotestsrc num-buffers=" + std::to_string(frames) + (live ? " is-live=true" : "") +
         " pattern=black ! capsfilter caps=video/x-raw,format=I420,width=64,height=48,framerate=" +
         std::to_string(fps) + "/1";
}

// Whether the pts of that pad follow each other by one frame duration.
bool continuous(const std::vector<Seen>& seen, guint pad, int fps) {
  const auto duration = static_cast<double>(GST_SECOND) / fps;
  const Seen* last = nullptr;
  for (const Seen& one : seen) {
    if (one.pad != pad) continue;
    if (last && std::abs(static_cast<double>(one.pts - last->pts) - duration) > duration / 2) return false;
    if (last && one.number != last->number + 1) return false;
    last = &one;
  }
  return last != nullptr;
}

void every_frame() {
  Bench bench("batch-size=4 width=1920 height=1080");
  for (guint i = 0; i < 3; i++) bench.add(i, pattern(50, 25, false));
  bench.play();
  CHECK(bench.until([&] { return bench.eos; }));
  for (guint i = 0; i < 3; i++) {
    CHECK_EQUAL(bench.frames_of(i), 50U);
    CHECK(continuous(bench.seen, i, 25));
    CHECK_EQUAL(bench.counter(i, "frames-in"), 50U);
    CHECK_EQUAL(bench.counter(i, "frames-out"), 50U);
    CHECK_EQUAL(bench.counter(i, "dropped"), 0U);
  }
  CHECK(bench.pts_rises);
}

void one_end_is_not_all() {
  Bench bench("batch-size=2");
  bench.add(0, pattern(5, 25, false));
  bench.add(1, pattern(60, 25, false));
  bench.play();
  CHECK(bench.until([&] { return bench.eos; }));
  CHECK_EQUAL(bench.frames_of(0), 5U);
  CHECK_EQUAL(bench.frames_of(1), 60U);
  CHECK(std::count(bench.events.begin(), bench.events.end(), "vedette-stream-eos 0") == 1);
}

void keeps_running_after_all_ended() {
  Bench bench("batch-size=2 drop-pipeline-eos=true");
  bench.add(0, pattern(5, 25, false));
  bench.play();
  CHECK(bench.until([&] { return bench.frames_of(0) == 5; }));
  bench.add(1, pattern(7, 25, false));
  CHECK(bench.until([&] { return bench.frames_of(1) == 7; }));
  CHECK(!bench.eos);
}

void dead_pad() {
  Bench bench("batch-size=2 batched-push-timeout=20000");
  bench.add(0, pattern(100, 50, true));
  // A camera that never sends anything.
  bench.add(1, "appsrc is-live=true caps=video/x-raw,format=I420,width=64,height=48,framerate=25/1");
  bench.play();
  CHECK(bench.until([&] { return bench.frames_of(0) >= 60; }));
  gint64 longest = 0;
  for (size_t i = 1; i < bench.seen.size(); i++)
    longest = std::max(longest, bench.seen[i].at_us - bench.seen[i - 1].at_us);
  // A frame every 20 ms, none held longer than 20 ms more, and a machine that is busy.
  CHECK(longest < 150000);
  CHECK_EQUAL(bench.counter(0, "dropped"), 0U);
}

void pads_under_load() {
  Bench bench("batch-size=8");
  bench.add(0, pattern(400, 100, true));
  bench.play();
  CHECK(bench.until([&] { return bench.frames_of(0) > 20; }));
  for (int round = 0; round < 10; round++) {
    GstElement* other = bench.add(3, pattern(-1, 50, true));
    const size_t before = bench.frames_of(3);
    CHECK(bench.until([&] { return bench.frames_of(3) > before + 2; }));
    bench.remove(3, other);
    const std::string deleted = "vedette-pad-deleted 3";
    CHECK(bench.until([&] { return std::count(bench.events.begin(), bench.events.end(), deleted) == round + 1; }));
    const std::lock_guard<std::mutex> lock(bench.mutex);
    CHECK_EQUAL(bench.frames_of(3), bench.seen_at_delete[3]);  // nothing of it comes after
  }
  CHECK(bench.until([&] { return bench.frames_of(0) == 400; }));
  CHECK(continuous(bench.seen, 0, 100));
  CHECK_EQUAL(std::count(bench.events.begin(), bench.events.end(), "vedette-pad-added 3"), 10);
}

void leaky_pad() {
  Bench bench("batch-size=1");
  GstElement* source = bench.add(0, pattern(200, 25, false));
  g_object_set(bench.pad(0).get(), "leaky", TRUE, nullptr);
  // Downstream takes ten milliseconds for each, the source is as fast as it can be.
  const PadPtr out(gst_element_get_static_pad(bench.mux(), "src"));
  gst_pad_add_probe(
      out.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo*, gpointer) {
        g_usleep(10000);
        return GST_PAD_PROBE_OK;
      },
      nullptr, nullptr);
  bench.play();
  CHECK(bench.until([&] { return bench.eos; }));
  CHECK_EQUAL(bench.counter(0, "frames-in"), 200U);
  CHECK(bench.counter(0, "dropped") > 0);
  CHECK_EQUAL(bench.counter(0, "dropped") + bench.counter(0, "frames-out"), 200U);
  CHECK(bench.seen.back().pts == 199 * GST_SECOND / 25);  // the newest one is what is kept
  CHECK(source != nullptr);
}

void thinned_pad() {
  Bench bench("batch-size=1");
  bench.add(0, pattern(100, 25, false));
  g_object_set(bench.pad(0).get(), "max-fps", 10.0, nullptr);
  bench.play();
  CHECK(bench.until([&] { return bench.eos; }));
  CHECK_NEAR(static_cast<double>(bench.frames_of(0)), 40, 1);
  CHECK_EQUAL(bench.counter(0, "dropped"), 0U);
  CHECK_EQUAL(bench.counter(0, "skipped") + bench.frames_of(0), 100U);
}

void blocked_downstream() {
  // Releasing a pad and stopping must not wait for a sink that hangs.
  Bench bench("batch-size=1");
  GstElement* source = bench.add(0, pattern(-1, 25, false));
  bench.add(1, pattern(-1, 25, false));
  const PadPtr out(gst_element_get_static_pad(bench.mux(), "src"));
  const gulong id = gst_pad_add_probe(
      out.get(), static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER),
      [](GstPad*, GstPadProbeInfo*, gpointer) { return GST_PAD_PROBE_OK; }, nullptr, nullptr);
  bench.play();
  while (bench.counter(0, "frames-in") < 3 || bench.counter(1, "frames-in") < 3) std::this_thread::yield();
  const gint64 before = g_get_monotonic_time();
  bench.remove(0, source);
  CHECK(g_get_monotonic_time() - before < 1000000);
  gst_pad_remove_probe(out.get(), id);
  CHECK(bench.until([&] { return bench.frames_of(1) > 5; }));
}

void no_source() {
  Bench bench("batch-size=1");
  bench.play();
  CHECK(bench.until([&] { return true; }));
  bench.add(4, pattern(3, 25, false));
  CHECK(bench.until([&] { return bench.frames_of(4) == 3; }));
}

void wall_clock() {
  Bench bench("batch-size=1");
  GstElement* source = bench.add(0, "appsrc format=time caps=video/x-raw,format=RGB,width=4,height=2,framerate=1/1");
  bench.play();
  const ElementPtr app(gst_bin_get_by_interface(GST_BIN(source), GST_TYPE_URI_HANDLER));
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 4 * 3 * 2, nullptr);
  GST_BUFFER_PTS(buffer) = 5 * GST_SECOND;
  const CapsPtr unix_time(gst_caps_new_empty_simple("timestamp/x-unix"));
  gst_buffer_add_reference_timestamp_meta(buffer, unix_time.get(), 1700000000 * GST_SECOND, GST_CLOCK_TIME_NONE);
  guint64 ntp = 0;
  const PadPtr out(gst_element_get_static_pad(bench.mux(), "src"));
  gst_pad_add_probe(
      out.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo* info, gpointer to) {
        void* raw = meta::find_batch(GST_PAD_PROBE_INFO_BUFFER(info));
        const meta::Batch batch(raw, *meta::recognise_batch(raw));
        *static_cast<guint64*>(to) = (*batch.frames().begin()).ntp_ns();
        return GST_PAD_PROBE_OK;
      },
      &ntp, nullptr);
  gst_app_src_push_buffer(GST_APP_SRC(app.get()), buffer);
  CHECK(bench.until([&] { return bench.frames_of(0) == 1; }));
  CHECK(ntp == 1700000000 * GST_SECOND);
  CHECK(bench.seen[0].pts == 5 * GST_SECOND);
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  gst_element_register(nullptr, "vdstreammux", GST_RANK_NONE, streammux_get_type());
  return check::run_all({
      {"every frame of every camera comes out once and in order", every_frame},
      {"the end of one camera does not end the others", one_end_is_not_all},
      {"with drop-pipeline-eos a camera may come after all have ended", keeps_running_after_all_ended},
      {"a camera that sends nothing holds nobody up", dead_pad},
      {"pads come and go under load without a gap for the others", pads_under_load},
      {"a leaky pad keeps the newest frame and counts the others", leaky_pad},
      {"max-fps thins a camera without counting drops", thinned_pad},
      {"releasing a pad does not wait for a blocked sink", blocked_downstream},
      {"the mux plays without a camera", no_source},
      {"the sender's clock reaches the metadata", wall_clock},
  });
}
