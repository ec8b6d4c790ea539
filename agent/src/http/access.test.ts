import { request } from 'node:http'
import { expect, test } from 'vitest'
import { get, startApi, type TestApi } from './testing/api.ts'

const TOKEN = 'a-token-of-some-length'
const guarded = { token: { reveal: () => TOKEN } }
const with_ = (headers: Record<string, string>) => ({ headers })

/** `fetch` lets nobody choose the Host. */
function statusAs(api: TestApi, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${api.url}/stats`, { headers: { host } }, (answer) => resolve(answer.resume().statusCode))
    asked.on('error', reject).end()
  })
}

test('with a token, only who brings it is answered', async () => {
  const api = await startApi({}, guarded)
  for (const path of ['/health', '/metrics', '/stats', '/openapi.json']) {
    const none = await fetch(api.url + path)
    expect([path, none.status, none.headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer'])
    expect((await get(api, path, with_({ authorization: 'Bearer wrong' })))[0]).toBe(401)
    expect((await get(api, path, with_({ authorization: `bearer ${TOKEN}` })))[0]).toBe(200)
  }
  expect((await get(api, '/docs'))[0]).toBe(200)
})

test('a browser gets a cookie for the token, which scripts cannot read', async () => {
  const api = await startApi({}, guarded)
  const sign = (token: string) =>
    fetch(`${api.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token })
    })
  expect((await sign('wrong')).status).toBe(401)
  const opened = await sign(TOKEN)
  const [cookie = ''] = opened.headers.getSetCookie()
  expect([opened.status, cookie]).toEqual([204, expect.stringMatching(/HttpOnly; SameSite=Strict/)])
  expect(cookie).not.toContain(TOKEN)
  expect((await get(api, '/stats', with_({ cookie: cookie.split(';')[0]! })))[0]).toBe(200)
  expect((await get(api, '/stats', with_({ cookie: 'vedette_box_session=guess' })))[0]).toBe(401)
})

test('a page from elsewhere is refused, unless its origin is in the settings', async () => {
  const api = await startApi({}, { cors: ['https://intranet.example'] })
  const withToken = await startApi({}, { ...guarded, cors: ['https://intranet.example'] })
  const status = async (origin: string) => (await get(api, '/stats', with_({ origin })))[0]
  expect(await status('https://elsewhere.example')).toBe(403)
  expect(await status('null')).toBe(403)
  expect(await status(api.url)).toBe(200)
  const allowed = await fetch(`${api.url}/stats`, { headers: { origin: 'https://intranet.example' } })
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://intranet.example')
  const asked = await fetch(`${withToken.url}/v1/session`, {
    method: 'OPTIONS',
    headers: { origin: 'https://intranet.example', 'access-control-request-method': 'POST' }
  })
  expect([asked.status, asked.headers.get('access-control-allow-methods')]).toEqual([
    204,
    expect.stringContaining('POST')
  ])
})

test('CORS is off unless told', async () => {
  const api = await startApi()
  const answer = await fetch(`${api.url}/stats`)
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
})

test('without a token, a name that somebody else points at this machine is refused', async () => {
  const api = await startApi({}, { names: ['box.lan'] })
  expect(await statusAs(api, 'rebound.example')).toBe(403)
  expect(await statusAs(api, 'localhost:1')).toBe(200)
  expect(await statusAs(api, '[::1]:8000')).toBe(200)
  expect(await statusAs(api, 'box.lan:8000')).toBe(200)
  expect(await statusAs(api, '127.0.0.1.evil.example')).toBe(403)
})
