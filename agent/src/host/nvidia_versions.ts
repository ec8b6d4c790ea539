/** Versions of NVIDIA's driver and libraries, from files: nothing of theirs is loaded. Null: not there, or not said. */
import type { Tree } from './tree.ts'

export interface NvidiaVersions {
  driver: string | null
  cuda: string | null
  tensorrt: string | null
}

export async function readNvidiaVersions(tree: Tree, arch: string): Promise<NvidiaVersions> {
  const triplet = arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu'
  const [driver, json, text, cuda, system] = await Promise.all([
    tree.text('/proc/driver/nvidia/version'),
    tree.text('/usr/local/cuda/version.json'),
    tree.text('/usr/local/cuda/version.txt'),
    tree.list('/usr/local/cuda/lib64'),
    tree.list(`/usr/lib/${triplet}`)
  ])
  return {
    driver: parseDriver(driver),
    // version.txt up to CUDA 11.0, version.json since.
    cuda:
      /"cuda"\s*:\s*\{[^}]*"version"\s*:\s*"([\d.]+)"/.exec(json)?.[1] ??
      /CUDA Version ([\d.]+)/.exec(text)?.[1] ??
      ofLibrary('libcudart', [...cuda, ...system]),
    tensorrt: ofLibrary('libnvinfer', system)
  }
}

/** `… NVIDIA UNIX x86_64 Kernel Module  535.183.06 …`, or `… Open Kernel Module for x86_64  590.48 …`. */
export function parseDriver(text: string): string | null {
  return /Kernel Module(?: for \S+)?\s+(\d[\d.]*)/.exec(text)?.[1] ?? null
}

/** The longest version that a library's file name carries. */
function ofLibrary(name: string, files: readonly string[]): string | null {
  const versions = files.flatMap((file) => new RegExp(`^${name}\\.so\\.([\\d.]+)$`).exec(file)?.[1] ?? [])
  return versions.toSorted((a, b) => b.length - a.length)[0] ?? null
}
