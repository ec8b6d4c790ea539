// With a certificate both MQTT listeners speak TLS, and nothing else.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { startBox } from '../world/box.ts'
import { makeCertificate } from '../world/certificate.ts'
import { startConsole } from '../world/console.ts'
import { Operator } from '../world/operator.ts'
import { eventually } from '../world/wait.ts'

async function startHere() {
  const dir = mkdtempSync(join(tmpdir(), 'vedette-tls-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const tls = makeCertificate(dir)
  const server = await startConsole({ dataDir: join(dir, 'console'), tls })
  onTestFinished(() => server.stop())
  const operator = new Operator(server.url)
  await operator.welcome(server.signIn ?? '', 'tester', 'a long test password')
  return { dir, tls, server, operator }
}

test('a box and a reader that know the authority are served', async () => {
  const { dir, tls, server, operator } = await startHere()
  const { password } = await operator.addReader('monitor')
  const { id, secret } = await operator.addBox('Gate')
  const mqtt = `mqtts://127.0.0.1:${server.mqttPort}`
  const box = await startBox({
    ...{ dir: join(dir, 'box'), id },
    settings: { console: { url: server.url, mqtt, secret, ca: tls.cert } }
  })
  onTestFinished(() => box.stop())

  const options = { username: 'monitor', password, ca: readFileSync(tls.cert), reconnectPeriod: 0 }
  const reader = await connectAsync(`mqtts://127.0.0.1:${server.readOnlyPort}`, options)
  onTestFinished(() => void reader.end(true))
  const heard = new Set<string>()
  reader.on('message', (topic) => heard.add(topic))
  await reader.subscribeAsync(`vedette/v1/${id}/up/#`)
  await eventually('health of the box at the reader', 60_000, () => heard.has(`vedette/v1/${id}/up/health`))
  expect(heard).toContain(`vedette/v1/${id}/up/presence`)
})

test('a connection without TLS, and one that does not know the authority, get nowhere', async () => {
  const { tls, server } = await startHere()
  const options = { username: 'x', password: 'x', reconnectPeriod: 0, connectTimeout: 5000 }
  for (const port of [server.mqttPort, server.readOnlyPort]) {
    await expect(connectAsync(`mqtt://127.0.0.1:${port}`, options, false)).rejects.toThrow()
    await expect(connectAsync(`mqtts://127.0.0.1:${port}`, options, false)).rejects.toThrow(/self-signed/)
    const known = { ...options, ca: readFileSync(tls.cert) }
    await expect(connectAsync(`mqtts://127.0.0.1:${port}`, known, false)).rejects.toThrow(/Not authorized/)
  }
})
