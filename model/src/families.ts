/** The families of detectors whose outputs a bounding-box parser of ours can read, as one table. */

/** How a frame becomes the network's input, in nvinfer's terms: y = (x - offset[channel]) * scale. */
export interface Preprocessing {
  /** Order of the input's channels; offsets are in this order too. */
  color: 'RGB' | 'BGR'
  scale: number
  offsets: [number, number, number]
  /** Keep the picture's shape and fill the rest; the picture lies left and above, or in the middle when symmetric. */
  aspect: 'stretch' | 'letterbox' | 'letterbox-symmetric'
}

export interface Thresholds {
  preCluster: number
  nmsIou: number
  /** 2: non-maximum suppression. 4: none, where the network has done it. */
  clusterMode: 2 | 4
}

export interface Family {
  /** The function that `parse-bbox-func-name` names, or `parse-bbox-instance-mask-func-name` where it finds masks. */
  parser: string
  /** It says which part of its box belongs to an object: instance segmentation. */
  findsMasks?: true
  /** What the outputs look like, for people. N: boxes, C: classes, M: mask coefficients. */
  outputs: string
  preprocessing: Preprocessing
  thresholds: Thresholds
}

const imagenet: Preprocessing = { color: 'RGB', scale: 1 / 58, offsets: [123.675, 116.28, 103.53], aspect: 'stretch' }
const zeroToOne: Preprocessing = { color: 'RGB', scale: 1 / 255, offsets: [0, 0, 0], aspect: 'letterbox-symmetric' }
const raw: Preprocessing = { color: 'RGB', scale: 1, offsets: [0, 0, 0], aspect: 'stretch' }
const nms: Thresholds = { preCluster: 0.4, nmsIou: 0.5, clusterMode: 2 }
const none: Thresholds = { ...nms, clusterMode: 4 }

const table = {
  'ssd-anchors': {
    parser: 'NvDsInferParseCustomSsdAnchors',
    outputs: 'box encodings [N,4] and class logits [N,C] or [N,C+1], N the anchors of the input size (300: 1917)',
    preprocessing: { color: 'RGB', scale: 1 / 127.5, offsets: [127.5, 127.5, 127.5], aspect: 'stretch' },
    thresholds: nms
  },
  'ssd-nms': {
    parser: 'NvDsInferParseCustomSsdNms',
    outputs: 'four layers: boxes [N,4] (top, left, bottom, right; 0…1), classes [N], scores [N], count [1]',
    preprocessing: raw,
    thresholds: none
  },
  nanodet: {
    parser: 'NvDsInferParseCustomNanoDet',
    outputs: 'per stride scores [n,C] and distances [n,4×bins], or one layer [N,C+4×bins] of all strides',
    preprocessing: { color: 'BGR', scale: 1 / 57.375, offsets: [103.53, 116.28, 123.675], aspect: 'stretch' },
    thresholds: nms
  },
  yolox: {
    parser: 'NvDsInferParseCustomYoloX',
    outputs: 'one layer [N,5+C], N the cells of strides 8, 16 and 32 (416: 3549, 640: 8400)',
    preprocessing: { color: 'BGR', scale: 1, offsets: [0, 0, 0], aspect: 'letterbox' },
    thresholds: nms
  },
  yolov8: {
    parser: 'NvDsInferParseCustomYoloV8',
    outputs: 'one layer: [N,5+C] (YOLOv5) or [4+C,N] (YOLOv8, YOLO11), in pixels of the input',
    preprocessing: zeroToOne,
    thresholds: nms
  },
  'yolov8-seg': {
    parser: 'NvDsInferParseCustomYoloV8Seg',
    findsMasks: true,
    outputs: 'two layers: [4+C+M,N] in pixels of the input (YOLOv8-seg, YOLO11-seg), and prototypes of masks [M,H,W]',
    preprocessing: zeroToOne,
    thresholds: nms
  },
  detr: {
    parser: 'NvDsInferParseCustomDetr',
    outputs: 'class logits [N,C] or [N,C+1] and boxes [N,4] (centre, size; 0…1)',
    preprocessing: imagenet,
    thresholds: none
  },
  centernet: {
    parser: 'NvDsInferParseCustomCenterNet',
    outputs: 'heat map [C,H,W] or [H,W,C], sizes [2 or 4,H,W] or [H,W,2 or 4], and perhaps offsets [2,H,W]',
    preprocessing: raw,
    thresholds: nms
  }
} satisfies Record<string, Family>

export type FamilyName = keyof typeof table

export const families: Readonly<Record<FamilyName, Family>> = table

export const familyNames = Object.keys(table) as FamilyName[]
