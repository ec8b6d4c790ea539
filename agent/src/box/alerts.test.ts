// What a rule event of the box becomes, through its own spool, to a receiver that is there.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventBody } from '@vedette/protocol'
import sharp from 'sharp'
import { expect, onTestFinished, test, vi } from 'vitest'
import { BoxKey, seal } from '../desired/credential.ts'
import { createLog } from '../log.ts'
import { parseSettings } from '../settings.ts'
import { Spool } from '../uplink/spool.ts'
import { BoxAlerts } from './alerts.ts'

const crossing: EventBody = {
  ...{ kind: 'rule', camera: 'door', rule: 'gate', name: 'Gate', what: 'line-crossed', phase: 'happened' },
  ...{ seenAt: '2026-11-21T12:00:00.000Z', track: 3, label: 'person', confidence: 0.9, box: [0.2, 0.2, 0.4, 0.4] },
  ...{ direction: 'in', count: 17 }
}

async function startBox() {
  const dataDir = mkdtempSync(join(tmpdir(), 'box-alerts-'))
  const bodies: Record<string, unknown>[] = []
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(JSON.parse(String(Buffer.concat(chunks))))
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/h00k/of/the/house`
  const settings = parseSettings(
    `box: { id: box-1, name: Box }\ndataDir: ${dataDir}\nalerts: { handlers: [console, { kind: webhook, url: '${url}' }] }`,
    '/box.yaml'
  )
  const lines: string[] = []
  const log = createLog({ level: 'info', write: (line) => lines.push(line) })
  const picture = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer()
  const key = await BoxKey.load(dataDir)
  const alerts = new BoxAlerts({
    ...{ settings, key, log, cameraName: () => 'Front door', commitSoon: () => spool.commitSoon() },
    snapshot: async () => ({ jpeg: picture }),
    emit: (event, severity) => emit(event, severity)
  })
  const spool: Spool = new Spool({
    file: join(dataDir, 'spool.db'),
    maxBytes: 1e9,
    maxAgeMs: 1e12,
    tenant: alerts.book
  })
  const emit = (event: EventBody, severity: 'warning' | Parameters<Spool['add']>[1]) => {
    spool.add(event, severity)
    alerts.emitted(event, severity)
  }
  spool.start()
  await alerts.start()
  onTestFinished(async () => {
    await alerts.stop()
    spool.stop()
    receiver.closeAllConnections()
    receiver.close()
    rmSync(dataDir, { recursive: true })
  })
  return { alerts, bodies, emit, key, lines, spool, url }
}

const until = (what: () => void) => vi.waitFor(what, { timeout: 20_000, interval: 10 })

test('a crossing is in the log, at the webhook with its picture, and told to the console', async () => {
  const { alerts, bodies, emit, lines, spool } = await startBox()
  emit(crossing, 'warning')
  await until(() => expect(bodies).toHaveLength(1))
  expect(bodies[0]).toMatchObject({
    message: 'Front door: person crossed “Gate” (in), 17 so far',
    picture: { contentType: 'image/jpeg' }
  })
  await until(() =>
    expect(alerts.counts.handlers).toMatchObject({ console: { delivered: 1 }, webhook: { delivered: 1 } })
  )
  expect(lines.join('')).toContain('alert: Front door: person crossed')
  await until(() =>
    expect(spool.unreceipted(9)).toMatchObject([{ kind: 'rule' }, { kind: 'alert.sent', severity: 'warning' }])
  )
})

test('what the console wants goes over the settings, until it wants nothing any more', async () => {
  const { alerts, bodies, emit } = await startBox()
  alerts.want({ suspendUntil: new Date(Date.now() + 3_600_000).toISOString() })
  emit(crossing, 'error')
  expect(alerts.counts).toMatchObject({ raised: 1, sent: 0, held: { suspended: 1 } })
  alerts.want(null)
  emit(crossing, 'error')
  await until(() => expect(bodies).toHaveLength(1))
  expect(bodies[0]).toMatchObject({ heldBack: { suspended: 1 } })
})

test('the webhook of the console may not be this box itself, and neither its secret nor its path is in the log', async () => {
  const { alerts, emit, key, lines, url } = await startBox()
  const credential = { revision: 1, sealed: seal(key.publicKey, { user: '', password: 'a-secret-that-signs' }) }
  alerts.want({ webhook: { url, credential } })
  emit(crossing, 'warning')
  const name = 'webhook of the console'
  await until(() => expect(alerts.counts.handlers[name]).toMatchObject({ failed: 1, waiting: 0 }))
  expect(alerts.counts.handlers[name]?.trouble).toContain('is this box itself, which the console may not name')
  await until(() => expect(alerts.counts.handlers.webhook).toMatchObject({ delivered: 1 }))
  expect(lines.join('')).not.toMatch(/a-secret-that-signs|h00k/)
  alerts.want(null)
  await until(() => expect(Object.keys(alerts.counts.handlers)).toEqual(['console', 'webhook']))
})

test('the webhook of the console gets what is grave enough for it, and a change of that alone is a change', async () => {
  const { alerts, emit, url } = await startBox()
  const name = 'webhook of the console'
  alerts.want({ throttleS: 0, webhook: { url, minSeverity: 'error' } })
  emit(crossing, 'warning')
  await until(() => expect(alerts.counts.handlers.webhook).toMatchObject({ delivered: 1 }))
  expect(alerts.counts.handlers[name]).toMatchObject({ failed: 0, waiting: 0, trouble: '' })
  alerts.want({ throttleS: 0, webhook: { url } })
  emit(crossing, 'warning')
  // It is this box itself, so what goes there is given up.
  await until(() => expect(alerts.counts.handlers[name]).toMatchObject({ failed: 1, waiting: 0 }))
})

test('a secret that this box cannot open refuses the document', async () => {
  const { alerts } = await startBox()
  const webhook = { url: 'https://example.com/', credential: { revision: 1, sealed: 'AAAA' } }
  expect(() => alerts.want({ webhook })).toThrow(/sealed to this box/)
})
