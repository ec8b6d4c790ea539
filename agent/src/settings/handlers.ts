/**
 * Alert handlers in one form, an object with `kind`: written by their kind alone (`console`), or as the source documents
 * have them (`{ name: webhook, enabled: true, config: { url: …, timeout: 30 } }`). Pure.
 */
import { isObject } from './schema_shape.ts'

export function withHandlers(value: Record<string, unknown>): Record<string, unknown> {
  if (!isObject(value.alerts) || !Array.isArray(value.alerts.handlers)) return value
  return { ...value, alerts: { ...value.alerts, handlers: value.alerts.handlers.map(handlerOf) } }
}

function handlerOf(given: unknown): unknown {
  if (typeof given === 'string') return { kind: given }
  if (!isObject(given) || 'kind' in given || !('name' in given)) return given
  const { name: kind, config, ...rest } = given
  return { kind, ...rest, ...(isObject(config) ? Object.fromEntries(Object.entries(config).map(renamed)) : {}) }
}

function renamed([key, value]: [string, unknown]): [string, unknown] {
  switch (key) {
    case 'log_file':
      return ['file', value]
    case 'max_size_mb':
      return ['maxBytes', typeof value === 'number' ? Math.round(value * 1024 * 1024) : value]
    case 'timeout':
      return ['timeoutS', value]
    default:
      return [key, value]
  }
}
