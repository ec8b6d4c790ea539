// The built console over HTTP, as browsers, boxes and supervisors meet it.
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startConsole } from '../world/console.ts'

interface Sent {
  method?: string
  headers?: Record<string, string>
  body?: string
}

/** fetch does not let one choose the Host header; a browser on a LAN sends the address it was given. */
function send(url: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const sent = request(url, { method, headers: { ...length, ...headers } }, async (answer) => {
      let text = ''
      for await (const chunk of answer) text += chunk
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function startHere() {
  const dataDir = mkdtempSync(join(tmpdir(), 'vedette-http-'))
  const running = await startConsole({ dataDir })
  onTestFinished(async () => {
    await running.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return running
}

const lan = { host: '192.168.1.20:3000', 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }

test('a form posted over plain http to an address on the LAN is taken, one of another origin is not', async () => {
  const console = await startHere()
  const token = new URL(console.signIn ?? '').searchParams.get('token') ?? ''
  const form = { name: 'Ada', password: 'correct horse', again: 'correct horse', repeat: 'correct horse', token }
  const body = new URLSearchParams(form).toString()
  const url = `${console.url}/welcome?token=${token}`
  const strange = await send(url, { method: 'POST', headers: { ...lan, origin: 'http://evil.example' }, body })
  expect(strange.status).toBe(403)
  const own = await send(url, { method: 'POST', headers: { ...lan, origin: 'http://192.168.1.20:3000' }, body })
  expect(own.status).toBe(303)
  const cookie = String(own.headers['set-cookie'])
  expect(cookie).toMatch(/vedette_session=.*HttpOnly.*SameSite=Lax/i)
  expect(cookie).not.toMatch(/Secure/i)
  const signedIn = { ...lan, cookie: cookie.split(';')[0] ?? '', accept: 'text/html' }
  expect((await send(`${console.url}/`, { headers: signedIn })).status).toBe(200)
})

test('nothing is shown without signing in, and large bodies are refused', async () => {
  const console = await startHere()
  const page = await send(`${console.url}/models`, { headers: { accept: 'text/html' } })
  expect([page.status, page.headers.location]).toEqual([303, '/sign-in?to=%2Fmodels'])
  expect((await send(`${console.url}/live?fleet=1`)).status).toBe(401)
  const archive = { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: 'x' }
  expect((await send(`${console.url}/models/upload?file=x.tar`, archive)).status).toBe(401)
  expect((await send(`${console.url}/packages/${'0'.repeat(64)}`)).status).toBe(401)
  const large = {
    method: 'POST',
    headers: { ...lan, origin: 'http://192.168.1.20:3000' },
    body: 'x'.repeat(600 * 1024)
  }
  expect((await send(`${console.url}/sign-in`, large)).status).toBe(413)
})

test('SIGTERM ends the console within two seconds', async () => {
  const console = await startHere()
  const startMs = performance.now()
  await console.stop()
  expect(performance.now() - startMs).toBeLessThan(2000)
})
