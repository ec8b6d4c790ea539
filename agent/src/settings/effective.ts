/** Every setting as the box uses it, and where it was said. Secrets are only said to be there. Pure. */
import type { Origins } from './layer.ts'
import { isObject, type Path } from './schema_shape.ts'
import { isSecretKey, Secret } from './secret.ts'

export interface EffectiveSetting {
  key: string
  value: unknown
  /** box.yaml:12, VEDETTE_HTTP_PORT, --port, or default. */
  from: string
}

const HIDDEN = '[redacted]'

/** `settings` as the agent sees them, with cameras as the file has them. */
export function effectiveSettings(settings: Record<string, unknown>, origins: Origins): EffectiveSetting[] {
  return leaves(settings, []).map(({ path, value }) => ({
    key: path.join('.'),
    value,
    from: origins.get(path.join('.')) ?? 'default'
  }))
}

function leaves(value: unknown, path: Path): { path: Path; value: unknown }[] {
  const isHidden = value instanceof Secret || (isSecretKey(path.at(-1) ?? '') && value !== null)
  if (isHidden) return [{ path, value: HIDDEN }]
  const isNested = isObject(value) || (Array.isArray(value) && value.some(isObject))
  if (!isNested || Object.keys(value).length === 0) return [{ path, value }]
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]))
}

export function effectiveText(settings: readonly EffectiveSetting[]): string {
  const told = settings.map(({ key, value, from }) => ({ line: `${key}: ${JSON.stringify(value)}`, from }))
  const width = Math.min(60, Math.max(...told.map(({ line }) => line.length)))
  return told.map(({ line, from }) => `${line.padEnd(width)}  # ${from}`).join('\n')
}
