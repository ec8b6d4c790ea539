/** Entry of the engine process (agents_child.ts). With `--examine ITEM…` it has no agent, answers and ends. */
import { parseArgs } from 'node:util'
import { FRAMES, PICTURE } from '../channel/channel.ts'
import type { FromEngine, ToEngine } from '../channel/messages.ts'
import { packFrames, packPicture } from '../channel/packed_frames.ts'
import { probeTcp } from '../sources/probe.ts'
import { AgentsChild, loadAddon } from './agents_child.ts'
import { EngineCore } from './engine_core.ts'
import { examine } from './examine.ts'
import { startHeart } from './heart.ts'

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { addon: { type: 'string' }, examine: { type: 'boolean', default: false } },
    allowPositionals: true
  })
  if (!values.examine) await startHeart()
  const addon = await loadAddon(values.addon)
  // A write to a pipe is synchronous on Linux: what is printed is out before the next item kills this process.
  if (values.examine) return examine(addon, positionals, (line) => void process.stdout.write(line))

  let turn: Promise<void> = Promise.resolve()
  const child: AgentsChild<ToEngine, FromEngine> = new AgentsChild({ obey, stop: () => core.stop() })
  const core = new EngineCore({
    addon,
    tell: (message) => child.tell(message),
    frames: (frames) => child.channel.raw(FRAMES, ...packFrames(frames)),
    picture: (purpose, id, picture) => child.channel.raw(PICTURE, ...packPicture(purpose, id, picture)),
    // The bus and the failed start both tell of one fault.
    fatal: (error) => child.fail({ say: 'error', error }),
    probe: probeTcp,
    channelDropped: () => child.channel.dropped
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
        child.end()
        break
      default:
        message satisfies never
    }
  }

  child.start({ say: 'ready', capabilities: addon.capabilities() })
}

await main()
