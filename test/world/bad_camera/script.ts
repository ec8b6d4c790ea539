/** What a bad camera does wrong, as data. */
import type { FilmName } from './film.ts'

export interface Script {
  film: FilmName
  /** How far a conversation gets before the camera falls silent: not a word, or no further than DESCRIBE. */
  answersUntil?: 'accept' | 'DESCRIBE'
  /** Refuses every password. */
  isLocked?: true
  /** Sends its answers and pictures byte by byte, this many a second. */
  bytesASecond?: number
  /** Whoever joins sees no keyframe before the next one is due. */
  joinsLate?: true
  /** The RTP time of the first picture. */
  firstTick?: number
  /** Share of packets that never arrive. */
  loss?: number
  /** Pictures come up to so much late. */
  jitterMs?: number
  /** Late pictures are overtaken by those behind them, as on a network of several ways. */
  isOvertaken?: true
  /** RTP times are off by up to this, differently for each picture. */
  clockNoiseS?: number
  /** What happens to a stream some seconds after it began. */
  after?: { seconds: number; change: Change }
}

export type Change =
  /** Sends nothing more, the connection stays. */
  | { do: 'stop' }
  | { do: 'close' }
  /** RTCP BYE: the stream is at its end. */
  | { do: 'bye' }
  | { do: 'jump'; seconds: number }
  | { do: 'ssrc' }
  /** The same stream goes on with other pictures, as after a change of the camera's settings. */
  | { do: 'film'; film: FilmName }

const after = (change: Change) => ({ film: 'plain' as const, after: { seconds: 3, change } })

export const SCRIPTS = {
  good: { film: 'plain' },
  silent: { film: 'plain', answersUntil: 'accept' },
  'mute-after-describe': { film: 'plain', answersUntil: 'DESCRIBE' },
  locked: { film: 'plain', isLocked: true },
  trickle: { film: 'plain', bytesASecond: 60 },
  stops: after({ do: 'stop' }),
  closes: after({ do: 'close' }),
  ends: after({ do: 'bye' }),
  lossy: { film: 'plain', loss: 0.05 },
  jittery: { film: 'plain', jitterMs: 400, loss: 0.01 },
  overtaken: { film: 'plain', jitterMs: 900, isOvertaken: true },
  'clock-noise': { film: 'plain', clockNoiseS: 2 },
  'clock-wrap': { film: 'plain', firstTick: 2 ** 32 - 3 * 90_000 },
  'clock-forward': after({ do: 'jump', seconds: 3600 }),
  'clock-back': after({ do: 'jump', seconds: -3600 }),
  'new-ssrc': after({ do: 'ssrc' }),
  'new-size': after({ do: 'film', film: 'larger' }),
  'new-codec': after({ do: 'film', film: 'h265' }),
  'rare-keyframes': { film: 'sparse', joinsLate: true },
  'b-frames': { film: 'b-frames' },
  h265: { film: 'h265' }
} as const satisfies Record<string, Script>

export type ScriptName = keyof typeof SCRIPTS
