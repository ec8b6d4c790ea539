#include "jpeg_decoder.h"

#include "family.h"

namespace vedette {
namespace {

// Without a template a pad takes no other caps than it has.
GstStaticPadTemplate any_in = GST_STATIC_PAD_TEMPLATE("in", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
GstStaticPadTemplate any_out = GST_STATIC_PAD_TEMPLATE("out", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

PadPtr ours(GstStaticPadTemplate& like) {
  return PadPtr(GST_PAD(gst_object_ref_sink(gst_pad_new_from_static_template(&like, like.name_template))));
}

PadPtr theirs(const ElementPtr& element, const char* name) {
  return PadPtr(gst_element_get_static_pad(element.get(), name));
}

}  // namespace

JpegDecoder::JpegDecoder()
    : decoder_(GST_ELEMENT(gst_object_ref_sink(make("jpegdec", "")))), in_(ours(any_in)), out_(ours(any_out)) {
  gst_pad_set_element_private(out_.get(), this);
  gst_pad_set_chain_function(out_.get(), [](GstPad* pad, GstObject*, GstBuffer* frame) -> GstFlowReturn {
    static_cast<JpegDecoder*>(gst_pad_get_element_private(pad))->frame_.reset(frame);
    return GST_FLOW_OK;
  });
  gst_pad_set_event_function(out_.get(), [](GstPad* pad, GstObject* parent, GstEvent* event) -> gboolean {
    GstCaps* caps = nullptr;
    if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) gst_event_parse_caps(event, &caps);
    if (caps != nullptr) static_cast<JpegDecoder*>(gst_pad_get_element_private(pad))->caps_.reset(gst_caps_ref(caps));
    return gst_pad_event_default(pad, parent, event);
  });
  gst_pad_link(in_.get(), theirs(decoder_, "sink").get());
  gst_pad_link(theirs(decoder_, "src").get(), out_.get());
  gst_pad_set_active(out_.get(), TRUE);
  gst_element_set_state(decoder_.get(), GST_STATE_PLAYING);
  gst_pad_set_active(in_.get(), TRUE);
  gst_pad_push_event(in_.get(), gst_event_new_stream_start("picture"));
  // Each buffer is a whole picture: it is decoded when it comes, not when the next one begins.
  CapsPtr caps(
      gst_caps_new_simple("image/jpeg", "parsed", G_TYPE_BOOLEAN, TRUE, "framerate", GST_TYPE_FRACTION, 1, 1, nullptr));
  gst_pad_push_event(in_.get(), gst_event_new_caps(caps.get()));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_pad_push_event(in_.get(), gst_event_new_segment(&segment));
}

JpegDecoder::~JpegDecoder() {
  gst_pad_set_active(in_.get(), FALSE);
  gst_element_set_state(decoder_.get(), GST_STATE_NULL);
  gst_pad_set_active(out_.get(), FALSE);
}

SamplePtr JpegDecoder::decode(const uint8_t* jpeg, size_t bytes) {
  frame_.reset();
  GstBuffer* picture = gst_buffer_new_allocate(nullptr, bytes, nullptr);
  gst_buffer_fill(picture, 0, jpeg, bytes);
  if (gst_pad_push(in_.get(), picture) != GST_FLOW_OK || frame_ == nullptr || caps_ == nullptr) return nullptr;
  const BufferPtr frame = std::move(frame_);
  return SamplePtr(gst_sample_new(frame.get(), caps_.get(), nullptr, nullptr));
}

}  // namespace vedette
