/**
 * Where ONNX Runtime's library is, unless the environment says so: beside the file that runs (what ships), else in the npm
 * package that the native part brings along (the checkout), else wherever the system's loader finds one.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NAME = 'libonnxruntime.so.1'

export function onnxRuntimePath(): string | undefined {
  const shipped = join(dirname(fileURLToPath(import.meta.url)), NAME)
  return [shipped, ...packaged()].find((path) => existsSync(path))
}

function packaged(): string[] {
  try {
    const native = createRequire(import.meta.resolve('@vedette/native'))
    const main = native.resolve('onnxruntime-node')
    return [join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch, NAME)]
  } catch {
    // What ships has no packages.
    return []
  }
}
