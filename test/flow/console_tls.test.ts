// With a certificate both MQTT listeners speak TLS, and nothing else; the pages are behind a proxy that does the same.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { connectAsync } from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { startBox } from '../world/box.ts'
import { type Certificate, makeCertificate } from '../world/certificate.ts'
import { startConsole } from '../world/console.ts'
import { Operator } from '../world/operator.ts'
import { SSD } from '../world/site.ts'
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

test('a model comes over https from a console whose authority the settings name, and without it the box says what to do', {
  timeout: 180_000
}, async () => {
  const { dir, tls, server, operator } = await startHere()
  const { sha256 } = await operator.uploadModel(SSD)
  const url = await startProxy(tls, Number(new URL(server.url).port))
  const mqtt = `mqtts://127.0.0.1:${server.mqttPort}`
  const { id, secret } = await operator.addBox('Gate')
  await operator.assignModel(id, sha256)
  const console = { url, mqtt, secret }
  const page = async () => (await operator.get('/models')).text()

  const known = await startBox({ dir: join(dir, id), id, settings: { console: { ...console, ca: tls.cert } } })
  await eventually('the model running', 120_000, async () => /data-state="running"/.test(await page()))
  await known.stop()

  // What should run is on its disk, and nothing else.
  rmSync(join(dir, id, 'data/models'), { recursive: true })
  const strange = await startBox({ dir: join(dir, id), id, settings: { console } })
  onTestFinished(() => strange.stop())
  const said = await strange.process.line(/could not download/, 60_000)
  expect(said).toMatch(
    /certificate of 127\.0\.0\.1:\d+ is not of an authority that this box trusts .*Put the authority's certificate into console\.ca/
  )
  expect(said).not.toContain(secret)
})

/** What stands before a console's pages in a network of its own: takes TLS off, and knows nothing of HTTP. */
async function startProxy({ cert, key }: Certificate, to: number): Promise<string> {
  const proxy = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (socket) => {
    const inner = connect(to, '127.0.0.1')
    for (const end of [socket, inner]) end.on('error', () => [socket, inner].map((one) => one.destroy()))
    socket.pipe(inner).pipe(socket)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => void proxy.close())
  return `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}
