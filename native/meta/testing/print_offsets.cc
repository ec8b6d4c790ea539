// Prints every offset and size that the reader and the writer use, under DeepStream's own names, as JSON:
// class → structure → field → offset. What is absent in a class is left out. offsets.test.ts compares it.
#include <cstdio>
#include <string>

#include "meta/offsets.h"

using namespace vedette::meta;  // NOLINT(google-build-using-namespace)

namespace {

struct Field {
  const char* structure;
  const char* name;
  int at;
};

// Equal in every class.
constexpr Field kFixed[] = {
    {"NvDsBaseMeta", "batch_meta", at::kBaseBatch},
    {"NvDsBaseMeta", "meta_type", at::kBaseType},
    {"NvDsBaseMeta", "uContext", at::kBaseContext},
    {"NvDsBaseMeta", "copy_func", at::kBaseCopy},
    {"NvDsBaseMeta", "release_func", at::kBaseRelease},
    {"NvDsBaseMeta", "sizeof", at::kBaseSize},
    {"NvDsMetaPool", "meta_type", at::kPoolType},
    {"NvDsMetaPool", "max_elements_in_pool", at::kPoolMax},
    {"NvDsMetaPool", "element_size", at::kPoolElementSize},
    {"NvDsMetaPool", "num_empty_elements", at::kPoolEmptyCount},
    {"NvDsMetaPool", "num_full_elements", at::kPoolFullCount},
    {"NvDsMetaPool", "empty_list", at::kPoolEmpty},
    {"NvDsMetaPool", "full_list", at::kPoolFull},
    {"NvDsMetaPool", "copy_func", at::kPoolCopy},
    {"NvDsMetaPool", "release_func", at::kPoolRelease},
    {"NvDsMetaPool", "sizeof", at::kPoolSize},
    {"NvDsBatchMeta", "max_frames_in_batch", at::kBatchMaxFrames},
    {"NvDsBatchMeta", "num_frames_in_batch", at::kBatchFrames},
    {"NvDsBatchMeta", "frame_meta_pool", at::kBatchFramePool},
    {"NvDsBatchMeta", "obj_meta_pool", at::kBatchObjectPool},
    {"NvDsBatchMeta", "classifier_meta_pool", at::kBatchClassifierPool},
    {"NvDsBatchMeta", "display_meta_pool", at::kBatchDisplayPool},
    {"NvDsBatchMeta", "user_meta_pool", at::kBatchUserPool},
    {"NvDsBatchMeta", "label_info_meta_pool", at::kBatchLabelPool},
    {"NvDsBatchMeta", "frame_meta_list", at::kBatchFrameList},
    {"NvDsBatchMeta", "batch_user_meta_list", at::kBatchUserList},
    {"NvDsBatchMeta", "meta_mutex", at::kBatchMutex},
    {"NvDsBatchMeta", "sizeof", at::kBatchSize},
    {"NvDsFrameMeta", "pad_index", at::kFramePad},
    {"NvDsFrameMeta", "batch_id", at::kFrameBatchId},
    {"NvDsFrameMeta", "frame_num", at::kFrameNumber},
    {"NvDsFrameMeta", "buf_pts", at::kFramePts},
    {"NvDsFrameMeta", "ntp_timestamp", at::kFrameNtp},
    {"NvDsFrameMeta", "source_id", at::kFrameSource},
    {"NvDsFrameMeta", "num_surfaces_per_frame", at::kFrameSurfaces},
    {"NvDsFrameMeta", "source_frame_width", at::kFrameSourceWidth},
    {"NvDsFrameMeta", "source_frame_height", at::kFrameSourceHeight},
    {"NvDsFrameMeta", "num_obj_meta", at::kFrameObjects},
    {"NvDsFrameMeta", "bInferDone", at::kFrameInferDone},
    {"NvDsFrameMeta", "obj_meta_list", at::kFrameObjectList},
    {"NvDsFrameMeta", "display_meta_list", at::kFrameDisplayList},
    {"NvDsFrameMeta", "frame_user_meta_list", at::kFrameUserList},
    {"NvDsObjectMeta", "parent", at::kObjectParent},
    {"NvDsObjectMeta", "unique_component_id", at::kObjectComponent},
    {"NvDsObjectMeta", "class_id", at::kObjectClass},
    {"NvDsObjectMeta", "object_id", at::kObjectId},
    {"NvDsObjectMeta", "obj_label[]", at::kLabelLength},
    {"NvOSD_RectParams", "left", at::kRectLeft},
    {"NvOSD_RectParams", "top", at::kRectTop},
    {"NvOSD_RectParams", "width", at::kRectWidth},
    {"NvOSD_RectParams", "height", at::kRectHeight},
    {"NvOSD_RectParams", "border_width", at::kRectBorder},
    {"NvOSD_RectParams", "border_color", at::kRectBorderColor},
    {"NvOSD_ColorParams", "red", at::kColorRed},
    {"NvOSD_ColorParams", "alpha", at::kColorAlpha},
    {"NvOSD_TextParams", "display_text", at::kTextDisplay},
    {"NvOSD_MaskParams", "data", at::kMaskData},
    {"NvOSD_MaskParams", "size", at::kMaskSize},
    {"NvOSD_MaskParams", "threshold", at::kMaskThreshold},
    {"NvOSD_MaskParams", "width", at::kMaskWidth},
    {"NvOSD_MaskParams", "height", at::kMaskHeight},
    {"NvDsClassifierMeta", "num_labels", at::kClassifierLabels},
    {"NvDsClassifierMeta", "unique_component_id", at::kClassifierComponent},
    {"NvDsClassifierMeta", "label_info_list", at::kClassifierList},
    {"NvDsLabelInfo", "num_classes", at::kLabelClasses},
    {"NvDsLabelInfo", "result_label", at::kLabelText},
    {"NvDsLabelInfo", "result_label[]", at::kLabelLength},
    {"NvDsLabelInfo", "pResult_label", at::kLabelTextLong},
    {"NvDsLabelInfo", "result_class_id", at::kLabelClass},
    {"NvDsLabelInfo", "label_id", at::kLabelId},
    {"NvDsLabelInfo", "result_prob", at::kLabelProbability},
    {"NvDsUserMeta", "user_meta_data", at::kUserData},
    {"NvDsMeta", "meta_data", at::kMetaData},
    {"NvDsMeta", "user_data", at::kMetaUserData},
    {"NvDsMeta", "meta_type", at::kMetaType},
    {"NvDsMeta", "copyfunc", at::kMetaCopy},
    {"NvDsMeta", "freefunc", at::kMetaFree},
    {"NvDsMeta", "gst_to_nvds_meta_transform_func", at::kMetaTransform},
    {"NvDsMeta", "gst_to_nvds_meta_release_func", at::kMetaRelease},
    {"NvDsMeta", "sizeof", at::kMetaSize},
};

std::string entry(const Field& field) {
  if (field.at == kAbsent) return {};
  return std::string("{\"structure\":\"") + field.structure + "\",\"field\":\"" + field.name +
         "\",\"at\":" + std::to_string(field.at) + "}";
}

std::string table_of(const Offsets& abi) {
  const Field changing[] = {
      {"NvDsFrameMeta", "sizeof", abi.size.frame},
      {"NvDsObjectMeta", "sizeof", abi.size.object},
      {"NvDsClassifierMeta", "sizeof", abi.size.classifier},
      {"NvDsLabelInfo", "sizeof", abi.size.label_info},
      {"NvDsUserMeta", "sizeof", abi.size.user},
      {"NvDsDisplayMeta", "sizeof", abi.size.display},
      {"NvOSD_RectParams", "sizeof", abi.size.rect},
      {"NvDsFrameMeta", "pipeline_width", abi.frame.pipeline_width},
      {"NvDsFrameMeta", "pipeline_height", abi.frame.pipeline_height},
      {"NvDsFrameMeta", "sensorInfo_meta", abi.frame.sensor_info},
      {"NvDsSensorInfo_meta", "sizeof", abi.frame.sensor_info == kAbsent ? kAbsent : at::kSensorInfoSize},
      {"NvDsObjectMeta", "detector_bbox_info", abi.object.detector_bbox},
      {"NvDsObjectMeta", "tracker_bbox_info", abi.object.tracker_bbox},
      {"NvDsObjectMeta", "confidence", abi.object.confidence},
      {"NvDsObjectMeta", "tracker_confidence", abi.object.tracker_confidence},
      {"NvDsObjectMeta", "rect_params", abi.object.rect},
      {"NvDsObjectMeta", "mask_params", abi.object.mask},
      {"NvDsObjectMeta", "text_params", abi.object.text},
      {"NvDsObjectMeta", "obj_label", abi.object.label},
      {"NvDsObjectMeta", "classifier_meta_list", abi.object.classifier_list},
      {"NvDsObjectMeta", "obj_user_meta_list", abi.object.user_list},
      {"NvOSD_RectParams", "rotation_angle", abi.rotation_angle},
      {"NvDsInferObjectDetectionInfo", "sizeof", abi.detection_info_size},
  };
  std::string text;
  const auto add = [&](const Field& field) {
    const std::string one = entry(field);
    if (!one.empty()) text += (text.empty() ? "\n  " : ",\n  ") + one;
  };
  for (const Field& field : kFixed) add(field);
  for (const Field& field : changing) add(field);
  return text;
}

}  // namespace

int main() {
  std::string text = "{";
  for (int i = 0; i < kAbiClasses; i++) {
    const Offsets& abi = offsets_of(static_cast<AbiClass>(i));
    text += std::string(i ? ",\n" : "\n") + "\"" + abi.name + "\": [" + table_of(abi) + "\n]";
  }
  std::printf("%s\n}\n", text.c_str());
}
