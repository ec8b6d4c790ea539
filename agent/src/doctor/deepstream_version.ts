/** Which DeepStream this is, asked in every way there is, and whether the answers agree. Pure. */
import { majorMinor } from './dotted.ts'

export interface VersionAnswers {
  /** /opt/nvidia/deepstream/deepstream/version */
  file: string | null
  /** Where the link /opt/nvidia/deepstream/deepstream leads. */
  link: string | null
  /** nvds_version() of libnvds_utils.so. */
  library: string | null
  /** The GStreamer plugin that has nvstreammux. */
  plugin: string | null
}

export interface KnownVersion {
  /** The most exact answer of the most trusted that answers. */
  version: string | null
  /** Those that say something else, as `library says 6.4`. */
  disagreeing: string[]
}

// The file has all three numbers; the others, which tell only two, check it.
const TRUST = ['file', 'library', 'plugin', 'link'] as const

export function deepStreamVersion(answers: VersionAnswers): KnownVersion {
  const given = TRUST.flatMap((who) => {
    const version = answers[who]
    return version === null ? [] : [{ who, version }]
  })
  const version = given[0]?.version ?? null
  return {
    version,
    disagreeing: given
      .filter((answer) => version !== null && majorMinor(answer.version) !== majorMinor(version))
      .map(({ who, version: other }) => `${who} says ${other}`)
  }
}
