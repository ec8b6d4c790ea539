/** What kind of machine this is, as NVIDIA's own installer tells them apart (NVIDIA/DeepStream scripts/install_artifacts.sh). */
import type { Tree } from './tree.ts'

export type PlatformKind =
  | 'jetson'
  /** ARM server or desktop with an NVIDIA GPU: Grace, DGX Spark. */
  | 'sbsa'
  /** x86 with an NVIDIA GPU. */
  | 'dgpu'
  /** No NVIDIA GPU. */
  | 'none'

export interface Platform {
  kind: PlatformKind
  /** `Jetson Orin NX …`, or what the firmware says of a PC. */
  model: string | null
  /** Jetson only. */
  l4t: L4t | null
  soc: Soc | null
}

/** The release of NVIDIA's Linux for Tegra: R36.4.3 is release 36, revision 4.3. JetPack's names are no key to match on. */
export interface L4t {
  release: number
  revision: string
}

export interface Soc {
  /** As in the device tree. */
  name: string
  family: 'Nano' | 'TX2' | 'Xavier' | 'Orin' | 'Thor'
  computeCapability: string
}

/** Compute capability: NVIDIA's CUDA GPU list; Thor counts as 11.0 from CUDA 13. */
const SOCS: readonly Soc[] = [
  { name: 'tegra210', family: 'Nano', computeCapability: '5.3' },
  { name: 'tegra186', family: 'TX2', computeCapability: '6.2' },
  { name: 'tegra194', family: 'Xavier', computeCapability: '7.2' },
  { name: 'tegra234', family: 'Orin', computeCapability: '8.7' },
  { name: 'tegra264', family: 'Thor', computeCapability: '11.0' }
]

export async function readPlatform(tree: Tree, arch: string): Promise<Platform> {
  const [release, compatible, deviceModel, product, dpkg, driver, device] = await Promise.all([
    tree.text('/etc/nv_tegra_release'),
    tree.text('/proc/device-tree/compatible'),
    tree.text('/proc/device-tree/model'),
    tree.text('/sys/class/dmi/id/product_name'),
    tree.text('/var/lib/dpkg/status'),
    tree.exists('/proc/driver/nvidia/version'),
    tree.exists('/dev/nvidia0')
  ])
  const soc = SOCS.find(({ name }) => compatible.includes(`nvidia,${name}`)) ?? null
  const model = deviceModel.trim() || product.trim() || null
  // A container has the device tree of its host, but often not the release file.
  if (arch === 'arm64' && (release !== '' || compatible.includes('nvidia,tegra')))
    return { kind: 'jetson', model, soc, l4t: parseL4t(release) ?? l4tOfPackages(dpkg) }
  const hasGpu = driver || device
  return { kind: hasGpu ? (arch === 'arm64' ? 'sbsa' : 'dgpu') : 'none', model, soc: null, l4t: null }
}

/** `# R36 (release), REVISION: 4.0, GCID: 37537400, BOARD: generic, EABI: aarch64, DATE: …` */
export function parseL4t(text: string): L4t | null {
  const found = /^# R(\d+) \(release\), REVISION: ([\d.]+)/m.exec(text)
  return found ? { release: Number(found[1]), revision: found[2]! } : null
}

export function l4tText({ release, revision }: L4t): string {
  return `R${release}.${revision}`
}

function l4tOfPackages(status: string): L4t | null {
  const version = /^Package: nvidia-l4t-core\n(?:.+\n)*?Version: (\d+)\.([\d.]+)/m.exec(status)
  return version ? { release: Number(version[1]), revision: version[2]! } : null
}
