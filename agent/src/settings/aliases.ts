/**
 * Names of the configuration files of DeepStream applications, accepted beside ours (design/settings.md says what each
 * becomes). They stand here in the order of those files.
 */
import type { Alias } from './alias.ts'

export const ALIASES: readonly Alias[] = [
  { name: 'pipeline.batch_size', key: 'pipeline.batchSize' },
  // The space in which objects are told; pictures are decoded at the camera's own size whatever stands here.
  { name: 'pipeline.processing_width', key: 'pipeline.width', wins: true },
  { name: 'pipeline.processing_height', key: 'pipeline.height', wins: true },
  { name: 'pipeline.fps', key: 'pipeline.maxFps' },
  { name: 'pipeline.buffer_pool_size', key: 'pipeline.bufferPoolSize' },
  { name: 'pipeline.gpu_id', key: 'pipeline.gpu' },
  { name: 'pipeline.memory_type', key: 'pipeline.memory' },
  {
    name: 'pipeline.enable_gpu_inference',
    key: 'pipeline.family',
    read: (value) => (value === true ? undefined : value === false ? 'cpu' : value),
    agrees: (value, family) => value === (family !== 'cpu')
  },
  { name: 'pipeline.batch_timeout_ms', key: 'pipeline.batchTimeoutMs' },
  { name: 'pipeline.num_decode_surfaces', key: 'pipeline.extraSurfaces' },
  { name: 'detection.confidence_threshold', key: 'detection.confidence' },
  { name: 'detection.nms_threshold', key: 'detection.nmsIou' },
  { name: 'detection.max_objects', key: 'detection.maxObjects' },
  { name: 'detection.tensor_rt_precision', key: 'detection.precision' },
  { name: 'detection.max_batch_size', key: 'detection.maxBatch' },
  { name: 'alerts.throttle_seconds', key: 'alerts.throttleS' },
  { name: 'alerts.burst_threshold', key: 'alerts.burstThreshold' },
  { name: 'alerts.max_alerts_per_minute', key: 'alerts.maxPerMinute' },
  { name: 'detection.strategies.*.model_path', key: 'detection.strategies.*.modelPath' },
  { name: 'detection.strategies.*.labels_path', key: 'detection.strategies.*.labelsPath' },
  { name: 'monitoring.metrics_enabled', key: 'http.metrics' },
  { name: 'monitoring.health_check_interval', key: 'healthIntervalS' },
  {
    name: 'monitoring.profiling_enabled',
    why: 'a box that runs is not profiled; vedette benchmark --profile tells which threads the time goes to'
  },
  { name: 'monitoring.cpu_affinity', key: 'pipeline.cpuAffinity' },
  { name: 'monitoring.thread_pool_size', key: 'pipeline.inferThreads' },
  { name: 'monitoring.prometheus.enabled', key: 'http.metrics' },
  { name: 'monitoring.prometheus.port', key: 'http.port' },
  { name: 'monitoring.prometheus.path', key: 'http.metricsPath' }
]
