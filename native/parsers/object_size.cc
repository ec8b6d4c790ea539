// Which NvDsInferObjectDetectionInfo this library was compiled for: 24 bytes, or 28 from DeepStream 9.0.
#include "detections.h"

VEDETTE_EXPORT unsigned vedette_parsers_object_size() { return sizeof(NvDsInferObjectDetectionInfo); }
