#include "family.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "report.h"

namespace vedette {
namespace {

constexpr FamilyElements kCpu = {"vdstreammux", "vdinfer", nullptr, "vdtracker",           "videoconvert",
                                 nullptr,       nullptr,   nullptr, "vedette-pad-deleted", true};

constexpr FamilyElements kDeepStream = {"nvstreammux",
                                        "nvinfer",
                                        "nvinferserver",
                                        "nvtracker",
                                        "nvvideoconvert",
                                        "video/x-raw(memory:NVMM),format=NV12",
                                        "nvv4l2decoder",
                                        "nvvideoconvert",
                                        "GST_NVEVENT_PAD_DELETED",
                                        false};

bool is_disabled(const std::string& factory) {
  const char* listed = std::getenv("VEDETTE_DISABLE_DECODERS");
  if (listed == nullptr) return false;
  return ("," + std::string(listed) + ",").find("," + factory + ",") != std::string::npos;
}

struct FactoryList {
  explicit FactoryList(GList* head) : list(head) {}
  ~FactoryList() { gst_plugin_feature_list_free(list); }
  FactoryList(const FactoryList&) = delete;
  FactoryList& operator=(const FactoryList&) = delete;
  GList* list;
};

}  // namespace

const FamilyElements& elements_of(Family family) { return family == Family::cpu ? kCpu : kDeepStream; }

std::vector<std::string> decoders_for(Family family, const GstCaps* caps) {
  FactoryList all(gst_element_factory_list_get_elements(
      GST_ELEMENT_FACTORY_TYPE_DECODER | GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO | GST_ELEMENT_FACTORY_TYPE_MEDIA_IMAGE,
      GST_RANK_MARGINAL));
  FactoryList able(gst_element_factory_list_filter(all.list, caps, GST_PAD_SINK, FALSE));
  able.list = g_list_sort(able.list, gst_plugin_feature_rank_compare_func);
  const char* preferred = elements_of(family).decoder;
  std::vector<std::string> names;
  for (GList* at = able.list; at != nullptr; at = at->next) {
    auto* factory = GST_ELEMENT_FACTORY(at->data);
    std::string name = gst_plugin_feature_get_name(GST_PLUGIN_FEATURE(factory));
    const gchar* metadata = gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_KLASS);
    std::string klass = metadata == nullptr ? "" : metadata;
    bool is_preferred = preferred != nullptr && name == preferred;
    // Another maker's hardware decoder gives memory that neither family's mux can read.
    if (is_disabled(name) || (klass.find("Hardware") != std::string::npos && !is_preferred)) continue;
    // Bins for streams with an alpha plane take the plain stream too, at twice the work.
    if (name.find("alphadecodebin") != std::string::npos) continue;
    names.insert(is_preferred ? names.begin() : names.end(), name);
  }
  return names;
}

std::vector<std::string> encoders_for(const GstCaps* caps) {
  FactoryList all(gst_element_factory_list_get_elements(
      GST_ELEMENT_FACTORY_TYPE_ENCODER | GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO | GST_ELEMENT_FACTORY_TYPE_MEDIA_IMAGE,
      GST_RANK_NONE));
  FactoryList able(gst_element_factory_list_filter(all.list, caps, GST_PAD_SRC, FALSE));
  able.list = g_list_sort(able.list, gst_plugin_feature_rank_compare_func);
  std::vector<std::string> names;
  for (GList* at = able.list; at != nullptr; at = at->next)
    names.emplace_back(gst_plugin_feature_get_name(GST_PLUGIN_FEATURE(at->data)));
  return names;
}

GstElement* make_decoder(const Device& device, const GstCaps* caps) {
  const char* preferred = elements_of(device.family).decoder;
  for (const std::string& name : decoders_for(device.family, caps)) {
    GstElement* decoder = make(name, "");
    if (preferred == nullptr || name != preferred) return decoder;
    set(decoder, "num-extra-surfaces", std::to_string(device.extra_surfaces));
    set(decoder, "enable-max-performance", "true");
    use(device, decoder);
    // A driver that is not there, or has no session left, shows only now; outside a pipeline it complains to nobody.
    bool is_open = gst_element_set_state(decoder, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE;
    gst_element_set_state(decoder, GST_STATE_NULL);
    if (is_open) return decoder;
    gst_object_unref(gst_object_ref_sink(decoder));
  }
  return nullptr;
}

void use(const Device& device, GstElement* element) {
  if (device.gpu > 0) set(element, "gpu-id", std::to_string(device.gpu));
  if (device.memory == Memory::standard) return;
  set(element, "nvbuf-memory-type", std::to_string(static_cast<int>(device.memory)));
  // nvv4l2decoder counts otherwise, and only where it decodes for a GPU of its own (deepstream 3.1).
  set(element, "cudadec-memtype", device.memory == Memory::device ? "0" : device.memory == Memory::pinned ? "1" : "2");
}

bool can_make(const char* factory) {
  std::unique_ptr<GstElementFactory, Releaser<&gst_object_unref>> found(gst_element_factory_find(factory));
  return found != nullptr;
}

GstElement* make(const std::string& factory, const std::string& name) {
  GstElement* element = gst_element_factory_make(factory.c_str(), name.empty() ? nullptr : name.c_str());
  if (element == nullptr)
    throw NativeError{"plugin", "expected a GStreamer element '" + factory +
                                    "', found none: install the plugin that has it, and look at `gst-inspect-1.0 " +
                                    factory + "`"};
  return element;
}

std::string factory_of(GstElement* element) {
  GstElementFactory* factory = gst_element_get_factory(element);
  return factory == nullptr ? "" : gst_plugin_feature_get_name(GST_PLUGIN_FEATURE(factory));
}

bool has_property(GstElement* element, const char* name) {
  return g_object_class_find_property(G_OBJECT_GET_CLASS(element), name) != nullptr;
}

void set(GstElement* element, const char* name, const std::string& value) {
  if (has_property(element, name)) gst_util_set_object_arg(G_OBJECT(element), name, value.c_str());
}

}  // namespace vedette
