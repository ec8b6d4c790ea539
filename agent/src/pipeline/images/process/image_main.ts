/**
 * Entry of the process that looks at pictures. Whatever somebody sends is decoded here, not in the agent: a picture that
 * brings down its decoder costs a restart of this process. Descriptors as in engine_main.ts.
 */
import { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { NativeAddon } from '@vedette/native'
import { Channel, CONTROL } from '../../channel/channel.ts'
import { startHeart } from '../../process/heart.ts'
import { type FromImages, IMAGE, type ImageRequest, packImage, type ToImages, unpackImage } from '../messages.ts'
import { ImageDesk } from './image_desk.ts'

const HEARTBEAT_MS = 1_000
const ORPHAN_LIMIT_MS = 800
const STOP_LIMIT_MS = 3_500

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { addon: { type: 'string' } } })
  await startHeart()
  const addon = (
    values.addon === undefined ? await import('@vedette/native') : await import(pathToFileURL(values.addon).href)
  ) as NativeAddon
  let isEnding = false
  const channel = new Channel(new Socket({ fd: 3, readable: true, writable: true }), {
    message: (kind, payload) => {
      if (kind === CONTROL) obey(JSON.parse(payload.toString()) as ToImages)
      else if (kind === IMAGE) {
        const { head, bytes } = unpackImage<ImageRequest>(payload)
        void desk.serve(head, bytes)
      }
    },
    closed: () => void quit(0, ORPHAN_LIMIT_MS)
  })
  const tell = (message: FromImages) => channel.control(message)
  const desk = new ImageDesk({
    addon,
    tell,
    answer: (answer, jpeg) => channel.sure(IMAGE, ...packImage(answer, jpeg)),
    fatal: (message) => {
      if (isEnding) return
      isEnding = true
      tell({ say: 'unable', message })
      void quit(1, STOP_LIMIT_MS)
    }
  })

  function obey(message: ToImages): void {
    switch (message.say) {
      case 'configure':
        desk.configure(message.models, message.limits)
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
    await desk.stop()
    process.exit(code)
  }

  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => void quit(0, STOP_LIMIT_MS))
  channel.start()
  tell({ say: 'heartbeat' })
  setInterval(() => tell({ say: 'heartbeat' }), HEARTBEAT_MS)
}

await main()
