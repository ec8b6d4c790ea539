import { expect, test } from 'vitest'
import { bufferWords, connected, type JitterBuffer, newBuffer, seenLate } from './jitter_buffer.ts'

/** A camera with so many more late packets each second. */
class Camera {
  at = 0
  late = 0
  buffer: JitterBuffer = connected(newBuffer(0))
  readonly words: string[] = []

  run(seconds: number, latePerSecond: number): this {
    for (let s = 0; s < seconds; s++) {
      this.at += 1_000
      this.late += latePerSecond
      const before = this.buffer
      this.buffer = seenLate(before, this.late, this.at)
      const words = bufferWords(before, this.buffer)
      if (words !== '') this.words.push(words)
    }
    return this
  }

  reconnect(): this {
    this.buffer = connected(this.buffer)
    this.late = 0
    return this
  }
}

test('packets that come late again and again give the next connection a longer buffer, one step at a time', () => {
  const camera = new Camera()
  const buffers: number[] = []
  for (let i = 0; i < 5; i++) {
    camera.run(600, 2)
    buffers.push(camera.buffer.nextMs)
    camera.reconnect()
  }
  expect(buffers).toEqual([500, 1000, 2000, 2000, 2000])
  expect(camera.words[0]).toContain('6 since it connected')
  expect(camera.words[0]).toContain('its next connection gets 500 ms in place of 200 ms')
})

test('two bad seconds in a minute are an accident, however many packets they cost', () => {
  const camera = new Camera()
  for (let i = 0; i < 20; i++) camera.run(1, 500).run(40, 0)
  expect(camera.buffer.nextMs).toBe(200)
})

test('a quiet hour on the longer buffer brings it down a step; one late packet begins the hour anew', () => {
  const camera = new Camera().run(10, 1).reconnect()
  camera.run(3_500, 0).run(1, 1).run(3_500, 0)
  expect(camera.buffer.nextMs).toBe(500)
  camera.run(200, 0)
  expect(camera.buffer.nextMs).toBe(200)
  expect(camera.words.at(-1)).toContain('for an hour no packet came too late')
  expect(camera.reconnect().run(7_200, 0).buffer.nextMs).toBe(200)
})

test('a quiet hour of the connection before the longer buffer was tried says nothing of it', () => {
  expect(new Camera().run(10, 1).run(3 * 3_600, 0).buffer.nextMs).toBe(500)
})
