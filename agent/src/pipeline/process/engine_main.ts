/**
 * Entry of the engine process. Descriptor 3 is the channel to the agent, without which there is nothing to live for;
 * descriptor 4 takes the beats of the process. With `--examine ITEM…` it has neither, answers and ends.
 */
import { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { NativeAddon } from '@vedette/native'
import { Channel, CONTROL, FRAMES, PICTURE } from '../channel/channel.ts'
import type { FromEngine, ToEngine } from '../channel/messages.ts'
import { packFrames, packPicture } from '../channel/packed_frames.ts'
import { probeTcp } from '../sources/probe.ts'
import { EngineCore } from './engine_core.ts'
import { examine } from './examine.ts'
import { startHeart } from './heart.ts'

const HEARTBEAT_MS = 1_000
/** The agent is gone, or waits: whatever the pipeline does, this process ends. */
const ORPHAN_LIMIT_MS = 800
const STOP_LIMIT_MS = 3_500

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { addon: { type: 'string' }, examine: { type: 'boolean', default: false } },
    allowPositionals: true
  })
  if (!values.examine) await startHeart()
  const addon = (
    values.addon === undefined ? await import('@vedette/native') : await import(pathToFileURL(values.addon).href)
  ) as NativeAddon
  // A write to a pipe is synchronous on Linux: what is printed is out before the next item kills this process.
  if (values.examine) return examine(addon, positionals, (line) => void process.stdout.write(line))

  let turn: Promise<void> = Promise.resolve()
  let isEnding = false
  const channel = new Channel(new Socket({ fd: 3, readable: true, writable: true }), {
    message: (kind, payload) => {
      if (kind === CONTROL) obey(JSON.parse(payload.toString()) as ToEngine)
    },
    closed: () => void quit(0, ORPHAN_LIMIT_MS)
  })
  const tell = (message: FromEngine) => channel.control(message)
  const core = new EngineCore({
    addon,
    tell,
    frames: (frames) => channel.raw(FRAMES, ...packFrames(frames)),
    picture: (purpose, id, picture) => channel.raw(PICTURE, ...packPicture(purpose, id, picture)),
    fatal: (error) => {
      // The bus and the failed start both tell of one fault; the first one names the element.
      if (isEnding) return
      isEnding = true
      tell({ say: 'error', error })
      void quit(1, STOP_LIMIT_MS)
    },
    probe: probeTcp,
    channelDropped: () => channel.dropped
  })

  function obey(message: ToEngine): void {
    switch (message.say) {
      case 'configure':
        turn = turn.then(() => core.configure(message.config))
        break
      case 'swap':
        turn = turn.then(() => core.swap(message.config, message.swaps))
        break
      case 'tap':
        turn = turn.then(() => core.openTap(message.tap, message))
        break
      case 'untap':
        turn = turn.then(() => core.closeTap(message.tap))
        break
      case 'snapshot':
        void core.snapshot(message.request, message.camera, message)
        break
      case 'stop':
        void quit(0, STOP_LIMIT_MS)
        break
      default:
        message satisfies never
    }
  }

  async function quit(code: number, limitMs: number): Promise<void> {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), limitMs)
    await channel.flushed()
    await core.stop()
    process.exit(code)
  }

  // Ctrl-C reaches the whole process group: the agent decides when its engine ends.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => void quit(0, STOP_LIMIT_MS))
  channel.start()
  tell({ say: 'ready', capabilities: addon.capabilities() })
  setInterval(() => tell({ say: 'heartbeat' }), HEARTBEAT_MS)
}

await main()
