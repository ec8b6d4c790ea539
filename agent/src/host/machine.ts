/** Everything about this machine that lies in files, and what its GPU's own program says. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type DeepStreamFiles, readDeepStreamFiles } from './deepstream_files.ts'
import { type GpuDetails, readGpuDetails } from './gpu_details.ts'
import { type NvidiaVersions, readNvidiaVersions } from './nvidia_versions.ts'
import { type Platform, readPlatform } from './platform.ts'
import { type Power, readPower } from './power.ts'
import { parseOsName } from './proc.ts'
import type { Tree } from './tree.ts'

export interface Machine {
  arch: string
  os: {
    name: string | null
    /** `ubuntu`, `debian`. */
    id: string | null
    /** `22.04` */
    version: string | null
  }
  isContainer: boolean
  platform: Platform
  nvidia: NvidiaVersions
  gpus: GpuDetails[]
  power: Power | null
  deepstream: DeepStreamFiles
  /** GStreamer's memory of its plugins. */
  registryFolder: string
}

export async function readMachine(tree: Tree, arch: string, signal: AbortSignal): Promise<Machine> {
  const [osRelease, docker, podman, platform, nvidia, power, deepstream] = await Promise.all([
    tree.text('/etc/os-release'),
    tree.exists('/.dockerenv'),
    tree.exists('/run/.containerenv'),
    readPlatform(tree, arch),
    readNvidiaVersions(tree, arch),
    readPower(tree),
    readDeepStreamFiles(tree)
  ])
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]+)"?$`, 'm').exec(osRelease)?.[1] ?? null
  return {
    arch,
    os: { name: parseOsName(osRelease), id: field('ID'), version: field('VERSION_ID') },
    isContainer: docker || podman,
    platform,
    nvidia,
    gpus: platform.kind === 'none' ? [] : await readGpuDetails(platform, signal),
    power,
    deepstream,
    registryFolder: join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'gstreamer-1.0')
  }
}
