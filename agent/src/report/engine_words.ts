/** What the engine says in the words of the protocol. Pure. */
import type { CameraState, Inventory, Severity } from '@vedette/protocol'

/** As the addon's capabilities. */
export interface Capable {
  family: 'cpu' | 'deepstream'
  gstreamerVersion: string
  decoders: Record<string, string[]>
  onnxRuntimeVersion: string | null
  deepstreamVersion: string | null
  missingElements: string[]
}

export function pipelineInventory(capable: Capable): Inventory['pipeline'] {
  return {
    family: capable.family,
    gstreamer: capable.gstreamerVersion,
    onnxRuntime: capable.onnxRuntimeVersion,
    deepstream: capable.deepstreamVersion,
    driver: null,
    decoders: { ...capable.decoders },
    missing: capable.missingElements
  }
}

/** Tried one by one; undefined: the machine could not be examined. */
export function openingEncoders({
  capabilities,
  elements
}: {
  capabilities: { encoders: Record<string, string[]> } | null
  elements: Record<string, { error: string | null }>
}): Inventory['pipeline']['encoders'] {
  if (capabilities === null) return undefined
  return Object.fromEntries(
    Object.entries(capabilities.encoders).map(([codec, names]) => [
      codec,
      names.filter((name) => elements[name]?.error === null)
    ])
  )
}

/** Until the engine has started once, nobody knows: the rest of the inventory need not wait for that. */
export const unknownPipeline: Inventory['pipeline'] = {
  family: 'cpu',
  gstreamer: 'unknown until the engine has started',
  onnxRuntime: null,
  deepstream: null,
  driver: null,
  decoders: {},
  missing: []
}

export function severityOf(state: CameraState): Severity {
  switch (state) {
    case 'auth_failed':
    case 'unsupported':
      return 'error'
    case 'stalled':
    case 'backing_off':
      return 'warning'
    case 'connecting':
      return 'debug'
    case 'idle':
    case 'live':
    case 'disabled':
      return 'info'
  }
}
