/**
 * Loads the built addon (where it is: folder.ts). Tells it where ONNX Runtime is, unless the environment (VEDETTE_ONNXRUNTIME)
 * says so, and ONNX Runtime to report to nobody.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addonFolder, addonFolders, addonName } from './folder.ts'
import type { NativeAddon } from './index.ts'

export function loadAddon(environment: NodeJS.ProcessEnv = process.env): NativeAddon {
  const here = dirname(fileURLToPath(import.meta.url))
  const folder = addonFolder(environment)
  if (folder === null) {
    throw new Error(
      `expected ${addonName} in ${addonFolders(environment).join(' or ')}, found none: build it with ` +
        '`cmake -S native -B native/build -G Ninja && cmake --build native/build`'
    )
  }
  const runtime = environment.VEDETTE_ONNXRUNTIME ?? onnxRuntimePath([here, folder])
  // The addon reads its process's own environment, when a pipeline or the capabilities are asked for.
  if (runtime !== undefined) process.env.VEDETTE_ONNXRUNTIME = runtime
  // Since 1.30 its Linux builds send models' figures to Microsoft and keep an identifier of the machine unless this says no
  // before they are loaded (microsoft/onnxruntime, pull request 27379): nothing of a box leaves it unasked.
  process.env.ORT_DISABLE_TELEMETRY = '1'
  return createRequire(import.meta.url)(join(folder, addonName)) as NativeAddon
}

/** Beside what ships, else in the npm package (the checkout), else wherever the system's loader finds one. */
function onnxRuntimePath(folders: string[]): string | undefined {
  const name = 'libonnxruntime.so.1'
  const shipped = folders.map((folder) => join(folder, name))
  return [...shipped, ...packaged(name)].find((candidate) => existsSync(candidate))
}

function packaged(name: string): string[] {
  try {
    const main = createRequire(import.meta.url).resolve('onnxruntime-node')
    return [join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch, name)]
  } catch {
    // What ships has no packages.
    return []
  }
}
