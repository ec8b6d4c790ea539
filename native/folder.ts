/** Where the addon lies, and with it our plugin and parser libraries; loads nothing. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const addonName = 'vedette.node'

/** In the folder that VEDETTE_NATIVE names, else beside the file that runs (a bundle), else where CMake puts it. */
export function addonFolders(environment: NodeJS.ProcessEnv = process.env): string[] {
  const here = dirname(fileURLToPath(import.meta.url))
  return environment.VEDETTE_NATIVE ? [environment.VEDETTE_NATIVE] : [here, join(here, 'build')]
}

/** Null when it was not built. */
export function addonFolder(environment: NodeJS.ProcessEnv = process.env): string | null {
  return addonFolders(environment).find((folder) => existsSync(join(folder, addonName))) ?? null
}
