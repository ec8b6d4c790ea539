#include "stand_in_bin.h"

#include <cstdio>
#include <cstring>
#include <string>

#include "relabel.h"

namespace vedette::testing {
namespace {

GstElement* child_with(GstBin* bin, const char* property) {
  for (GList* at = GST_BIN_CHILDREN(bin); at != nullptr; at = at->next)
    if (g_object_class_find_property(G_OBJECT_GET_CLASS(at->data), property) != nullptr) return GST_ELEMENT(at->data);
  return nullptr;
}

// "nvstreammux gpu-id 1", a line for each property that is set, at the end of the file that a test names.
void note(GObject* object, const GParamSpec* spec, const gchar* value) {
  const gchar* path = g_getenv("VEDETTE_STAND_IN_NOTES");
  FILE* file = path == nullptr ? nullptr : std::fopen(path, "a");
  if (file == nullptr) return;
  const GstElementFactory* factory = gst_element_get_factory(GST_ELEMENT(object));
  std::fprintf(file, "%s %s %s\n", factory == nullptr ? "" : GST_OBJECT_NAME(factory), spec->name, value);
  std::fclose(file);
}

void set_property(GObject* object, guint, const GValue* value, GParamSpec* spec) {
  gchar* text = gst_value_serialize(value);
  note(object, spec, text);
  GstElement* child = child_with(GST_BIN(object), spec->name);
  // As text: our mux counts in other types here and there.
  if (child != nullptr) gst_util_set_object_arg(G_OBJECT(child), spec->name, text);
  g_free(text);
}

void get_property(GObject* object, guint, GValue* value, GParamSpec* spec) {
  GstElement* child = child_with(GST_BIN(object), spec->name);
  if (child != nullptr) g_object_get_property(G_OBJECT(child), spec->name, value);
}

GParamSpec* spec_of(const Property& property) {
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  switch (property.kind) {
    case Kind::boolean:
      return g_param_spec_boolean(property.name, property.name, property.name, FALSE, flags);
    case Kind::integer:
      return g_param_spec_int(property.name, property.name, property.name, -1, G_MAXINT, -1, flags);
    case Kind::natural:
      break;
  }
  return g_param_spec_uint(property.name, property.name, property.name, 0, G_MAXUINT, 0, flags);
}

void add_ghost(GstBin* bin, GstElement* element, const char* name) {
  GstPad* target = gst_element_get_static_pad(element, name);
  gst_element_add_pad(GST_ELEMENT(bin), gst_ghost_pad_new(name, target));
  gst_object_unref(target);
}

}  // namespace

bool is_jetson() { return g_strcmp0(g_getenv("VEDETTE_STAND_IN_PLATFORM"), "jetson") == 0; }

void install(GObjectClass* type, const std::vector<Property>& properties) {
  type->set_property = set_property;
  type->get_property = get_property;
  guint id = 0;
  for (const Property& one : properties) g_object_class_install_property(type, ++id, spec_of(one));
}

GstElement* make_child(GstBin* bin, const char* factory_or_caps) {
  GstElement* child = nullptr;
  if (std::strcmp(factory_or_caps, "relabel") == 0) {
    child = GST_ELEMENT(g_object_new(relabel_get_type(), nullptr));
  } else if (std::strchr(factory_or_caps, '/') != nullptr) {
    child = gst_element_factory_make("capsfilter", nullptr);
    gst_util_set_object_arg(G_OBJECT(child), "caps", factory_or_caps);
  } else {
    child = gst_element_factory_make(factory_or_caps, nullptr);
  }
  gst_bin_add(bin, child);
  return child;
}

void fill(GstBin* bin, std::initializer_list<const char*> row) {
  GstElement *first = nullptr, *last = nullptr;
  for (const char* one : row) {
    GstElement* child = make_child(bin, one);
    if (last != nullptr) gst_element_link(last, child);
    if (first == nullptr) first = child;
    last = child;
  }
  add_ghost(bin, first, "sink");
  add_ghost(bin, last, "src");
}

}  // namespace vedette::testing
