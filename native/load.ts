/**
 * Finds the built addon: in the folder that VEDETTE_NATIVE names, else beside the file that runs (a bundle), else where
 * CMake puts it in the checkout.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NativeAddon } from './index.ts'

const fileName = 'vedette.node'

export function loadAddon(environment: NodeJS.ProcessEnv = process.env): NativeAddon {
  const here = dirname(fileURLToPath(import.meta.url))
  const folders = environment.VEDETTE_NATIVE ? [environment.VEDETTE_NATIVE] : [here, join(here, 'build')]
  const path = folders.map((folder) => join(folder, fileName)).find((candidate) => existsSync(candidate))
  if (!path) {
    throw new Error(
      `expected ${fileName} in ${folders.join(' or ')}, found none: build it with ` +
        '`cmake -S native -B native/build -G Ninja && cmake --build native/build`'
    )
  }
  return createRequire(import.meta.url)(path) as NativeAddon
}
