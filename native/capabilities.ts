/** What the machine can run; asked of GStreamer and the file system, nothing is linked. */
export interface Capabilities {
  family: 'cpu' | 'deepstream'
  gstreamerVersion: string
  /** Factory names of decoders that can be made, by codec, best first. */
  decoders: { h264: string[]; h265: string[]; mjpeg: string[]; vp8: string[]; vp9: string[]; av1: string[] }
  /** Factory names of encoders that can be made, by codec, best first. Whether one opens, only `tryElement` tells. */
  encoders: { h264: string[]; h265: string[]; mjpeg: string[] }
  /** Version of the ONNX Runtime that `vdinfer` would load, or null with the reason. */
  onnxRuntimeVersion: string | null
  onnxRuntimeError: string | null
  /** DeepStream version, when its libraries are there (`/opt/nvidia/deepstream/deepstream/version`), else null. */
  deepstreamVersion: string | null
  /** What the plugin says that has `nvstreammux`; null where there is none. */
  deepstreamPluginVersion: string | null
  /** File of the plugin that has `rtpjitterbuffer`: DeepStream wants a patched one. */
  rtpmanagerFile: string | null
  /** Plugin files that crashed or failed when they were scanned: GStreamer's registry leaves them out from then on. */
  blacklistedPlugins: string[]
  /** Elements the pipeline needs and cannot make, by name. Empty on a machine that is ready. */
  missingElements: string[]
}
