/**
 * Which DeepStream release is made for what. Sources: NVIDIA's release notes and installation guide of each release, the
 * READMEs of the SDKs and of github.com/NVIDIA/DeepStream, read in November 2026. A Jetson is matched by its L4T number:
 * JetPack's names and the documents disagree in places. Null: not published when this was written.
 */
import { compareVersions, majorMinor } from './dotted.ts'

export type SocFamily = 'Nano' | 'TX2' | 'Xavier' | 'Orin' | 'Thor'

export interface Release {
  version: string
  /** How its metadata is laid out: design/abi.md. */
  abi: 'A' | 'B' | 'C' | 'D'
  /** The agent needs Ubuntu 20.04's libraries, which DeepStream has since 6.1. */
  runsAgent: boolean
  server: { ubuntu: string; cuda: string | null; tensorrt: string | null; driver: string | null } | null
  jetson: { jetpack: string; l4t: readonly [low: string, high: string]; socs: readonly SocFamily[] } | null
}

const OLD: readonly SocFamily[] = ['Nano', 'TX2', 'Xavier']
const MIDDLE: readonly SocFamily[] = ['Xavier', 'Orin']

const RELEASES: readonly Release[] = [
  release('5.0', 'A', ['18.04', '10.2', '7.0', null], ['4.4', '32.4.3', '32.4.4', OLD]),
  release('5.1', 'A', ['18.04', '11.1', '7.2', '460.32'], ['4.5.1', '32.5.1', '32.5.2', OLD]),
  release('6.0', 'B', ['18.04', '11.4', '8.0', '470.63'], ['4.6', '32.6.1', '32.6.1', OLD]),
  release('6.0.1', 'B', ['18.04', '11.4', '8.0', '470.63'], ['4.6.1', '32.7.1', '32.7', OLD]),
  release('6.1', 'B', ['20.04', '11.6', '8.2', '510.47'], ['5.0.1', '34.1', '34.1', MIDDLE]),
  release('6.1.1', 'B', ['20.04', '11.7', '8.4', '515.65'], ['5.0.2', '35.1', '35.1', MIDDLE]),
  release('6.2', 'B', ['20.04', '11.8', '8.5', '525.85'], ['5.1', '35.2.1', '35.5', MIDDLE]),
  release('6.3', 'B', ['20.04', '12.1', '8.5', '525.125'], ['5.1.2', '35.4.1', '35.6', MIDDLE]),
  release('6.4', 'B', ['22.04', '12.2', '8.6', '535.104'], ['6.0 DP', '36.2', '36.2', ['Orin']]),
  release('7.0', 'B', ['22.04', '12.2', '8.6', '535.161'], ['6.0', '36.3', '36.3', ['Orin']]),
  release('7.1', 'B', ['22.04', '12.6', '10.3', '535.183'], ['6.1', '36.4', '36', ['Orin']]),
  release('8.0', 'C', ['24.04', '12.8', '10.9', null], ['7.0', '38.2', '38.2', ['Thor']]),
  release('9.0', 'D', ['24.04', '13.1', '10.14', '590'], ['7.1', '38.4', '38', ['Thor']]),
  release('9.1', 'D', ['24.04', '13.2', '10.16', '595.58'], ['7.2', '39.2', '39', ['Orin', 'Thor']]),
  { version: '9.2', abi: 'D', runsAgent: true, server: null, jetson: null }
]

/** The table's row for a version such as 7.1.0; 6.0.1 and 6.1.1 are rows of their own. */
export function releaseOf(version: string): Release | null {
  const [exact] = RELEASES.filter((row) => row.version.split('.').length === 3 && version.startsWith(row.version))
  return exact ?? RELEASES.find((row) => row.version === majorMinor(version)) ?? null
}

/** All that run on a Jetson with this L4T, oldest first. */
export function releasesForJetson(l4t: string, soc: SocFamily | null): Release[] {
  return RELEASES.filter(({ jetson }) => {
    if (jetson === null || (soc !== null && !jetson.socs.includes(soc))) return false
    const [low, high] = jetson.l4t
    return compareVersions(l4t, low) >= 0 && (compareVersions(l4t, high) <= 0 || l4t.startsWith(`${high}.`))
  })
}

/** The next newer release that this chip will run once it is flashed anew. */
export function releaseAfter(version: string, soc: SocFamily | null): Release | null {
  return (
    RELEASES.find((row) => {
      return (
        compareVersions(row.version, version) > 0 &&
        row.jetson !== null &&
        soc !== null &&
        row.jetson.socs.includes(soc)
      )
    }) ?? null
  )
}

function release(
  version: string,
  abi: Release['abi'],
  [ubuntu, cuda, tensorrt, driver]: [string, string, string, string | null],
  [jetpack, low, high, socs]: [string, string, string, readonly SocFamily[]]
): Release {
  return {
    version,
    abi,
    runsAgent: compareVersions(version, '6.1') >= 0,
    server: { ubuntu, cuda, tensorrt, driver },
    jetson: { jetpack, l4t: [low, high], socs }
  }
}
