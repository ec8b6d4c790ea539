/** `--sources FILE`: the cameras of a box in a file of their own, as a list (`sources:`) or as settings have them (`cameras:`). */
import { camerasOfList } from './cameras.ts'
import { type FileLayer, readFileLayer } from './file_layer.ts'
import type { Layer } from './layer.ts'
import type { Path } from './schema_shape.ts'

export function readSourcesFile(file: string): FileLayer {
  const read = readFileLayer(file)
  if (read.problems.length > 0) return read
  const { value } = read.layer
  const known = ['sources', 'cameras'].filter((key) => Object.hasOwn(value, key))
  const [strange] = Object.keys(value).filter((key) => !known.includes(key))
  const refuse = (path: Path, message: string): FileLayer => ({
    ...read,
    layer: { ...read.layer, value: {} },
    problems: [{ where: read.layer.where(path), message }]
  })
  if (strange !== undefined || known.length !== 1)
    return refuse(
      strange === undefined ? [] : [strange],
      `expected "sources:" with a list of cameras, or "cameras:" as in settings, received ${strange ?? (known.join(' and ') || 'neither')}`
    )
  if (known[0] === 'cameras') return read
  if (!Array.isArray(value.sources)) return refuse(['sources'], 'expected a list under "sources:"')
  try {
    const { cameras, ids } = camerasOfList(value.sources)
    return { ...read, layer: listed(read.layer, cameras, ids) }
  } catch (error) {
    return refuse(['sources'], (error as Error).message)
  }
}

function listed(layer: Layer, cameras: Record<string, unknown>, ids: string[]): Layer {
  const where = ([, id = '', ...rest]: Path) => layer.where(['sources', String(Math.max(0, ids.indexOf(id))), ...rest])
  return { ...layer, value: { cameras }, where }
}
