/** A figure with a limit (`cpu`, `gpu 0 memory`, `camera door`) as people call it. */
const words: Record<string, string> = { cpu: 'Processor', memory: 'Memory', disk: 'Disk', temperature: 'Temperature' }

/** `names`: of cameras, by id. */
export function figureWord(figure: string, names: ReadonlyMap<string, string>): string {
  const camera = /^camera (.+)$/.exec(figure)?.[1]
  if (camera !== undefined) return `Frames thrown away, ${names.get(camera) ?? camera}`
  const [, index, of] = /^gpu (\d+) (memory|temperature)$/.exec(figure) ?? []
  if (of !== undefined) return `GPU${index === '0' ? '' : ` ${index}`} ${of}`
  return words[figure] ?? figure
}
