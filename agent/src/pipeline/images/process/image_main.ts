/**
 * Entry of the process that looks at pictures (agents_child.ts). Whatever somebody sends is decoded here, not in the
 * agent: a picture that brings down its decoder costs a restart of this process.
 */
import { parseArgs } from 'node:util'
import { AgentsChild, loadAddon } from '../../process/agents_child.ts'
import { startHeart } from '../../process/heart.ts'
import { type FromImages, IMAGE, type ImageRequest, packImage, type ToImages, unpackImage } from '../messages.ts'
import { ImageDesk } from './image_desk.ts'

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { addon: { type: 'string' } } })
  await startHeart()
  const addon = await loadAddon(values.addon)
  const child: AgentsChild<ToImages, FromImages> = new AgentsChild({
    obey,
    received(kind, payload) {
      if (kind !== IMAGE) return
      const { head, bytes } = unpackImage<ImageRequest>(payload)
      void desk.serve(head, bytes)
    },
    stop: () => desk.stop()
  })
  const desk = new ImageDesk({
    addon,
    tell: (message) => child.tell(message),
    answer: (answer, jpeg) => child.channel.sure(IMAGE, ...packImage(answer, jpeg)),
    fatal: (message) => child.fail({ say: 'unable', message })
  })

  function obey(message: ToImages): void {
    switch (message.say) {
      case 'configure':
        desk.configure(message.models, message.limits)
        break
      case 'stop':
        child.end()
        break
      default:
        message satisfies never
    }
  }

  child.start({ say: 'heartbeat' })
}

await main()
