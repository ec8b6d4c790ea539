/** Cameras that are said by their address alone (`source: rtsp://…`), and lists of them (`--sources FILE`). Pure. */
import { parseTarget } from '../camera_address.ts'
import { isObject } from './schema_shape.ts'

/** Throws with what was expected; what may hold a password is not repeated. */
export function cameraOf(address: string, directory: string): Record<string, unknown> {
  if (address === 'test') return { source: { kind: 'test' } }
  const [, device] = /^(?:v4l2:\/\/)?(\/dev\/video\d+)$/.exec(address) ?? []
  if (device !== undefined) return { source: { kind: 'v4l2', device } }
  const { kind, url, user, password } = parseTarget(address, directory)
  const login = { ...(user === undefined ? {} : { user }), ...(password === undefined ? {} : { password }) }
  return { source: kind === 'file' ? { kind, path: url } : { kind, url }, ...login }
}

/** Each camera whose source is an address, in full. `failed` is told the camera's id and why it cannot be read. */
export function withSources(
  value: Record<string, unknown>,
  directory: string,
  failed: (camera: string, message: string) => void
): Record<string, unknown> {
  if (!isObject(value.cameras)) return value
  const cameras = Object.entries(value.cameras).map(([id, camera]) => {
    if (!isObject(camera) || typeof camera.source !== 'string') return [id, camera] as const
    try {
      return [id, { ...cameraOf(camera.source, directory), ...omit(camera, 'source') }] as const
    } catch (error) {
      failed(id, (error as Error).message)
      return [id, { ...camera, source: { kind: 'test' } }] as const
    }
  })
  return { ...value, cameras: Object.fromEntries(cameras) }
}

/**
 * A list of sources as `cameras` of settings: an entry is an address, or a camera with `id` and `source` (also `uri` or
 * `url`). Entry i without an id is `source-<i + 1>`. Also returns where entry i went, for lines.
 */
export function camerasOfList(list: readonly unknown[]): { cameras: Record<string, unknown>; ids: string[] } {
  const ids: string[] = []
  const cameras: Record<string, unknown> = {}
  for (const [i, entry] of list.entries()) {
    const given = isObject(entry) ? entry : { source: entry }
    const id = typeof given.id === 'string' ? given.id : `source-${i + 1}`
    const source = given.source ?? given.uri ?? given.url
    if (Object.hasOwn(cameras, id)) throw new Error(`expected each id once, received ${id} twice`)
    ids.push(id)
    cameras[id] = { ...omit(given, 'id', 'uri', 'url'), ...(source === undefined ? {} : { source }) }
  }
  return { cameras, ids }
}

function omit(value: Record<string, unknown>, ...keys: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)))
}
