/**
 * The engine program's other mode, `--examine ITEM…`: asks GStreamer and tries drivers and libraries in a process that may
 * die of it. One line an item, as soon as it is known, so that whoever started it sees which one was fatal.
 */
import type { NativeAddon } from '@vedette/native'

/** Other lines are what libraries print. */
export const MARK = 'vedette-examined '

/** `capabilities`, `element:FACTORY` or `library:PATH`. */
export function examine(addon: NativeAddon, items: readonly string[], print: (line: string) => void): void {
  for (const item of items) {
    // A library may have left its own line unfinished.
    print(`\n${MARK}${JSON.stringify({ item, found: examined(addon, item) })}\n`)
  }
}

function examined(addon: NativeAddon, item: string): unknown {
  if (item === 'capabilities') return addon.capabilities()
  const [kind, name] = [item.slice(0, item.indexOf(':')), item.slice(item.indexOf(':') + 1)]
  if (kind === 'element') return { error: addon.tryElement(name), version: null }
  if (kind === 'library') return addon.tryLibrary(name)
  throw new Error(`expected capabilities, element:FACTORY or library:PATH to examine, received ${item}`)
}
