/** Small libraries beside the addon, for what Node cannot do: whoever loads one loads no pipeline. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { addonFolder } from './folder.ts'

/** Throws where it was not built. */
export function hostLibrary(name: string, environment: NodeJS.ProcessEnv): unknown {
  const folder = addonFolder(environment)
  if (folder === null) throw new Error(`expected ${name}.node beside the addon, found none: run ./dev build`)
  return createRequire(import.meta.url)(join(folder, `${name}.node`))
}
