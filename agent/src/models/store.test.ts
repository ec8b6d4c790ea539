import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ModelStore } from './store.ts'
import { broken, referenceTo, somePackage, startPackageServer, status, whole } from './testing/package_server.ts'

async function startStore(url: string, directory = folder()) {
  const progress: number[] = []
  const retries: string[] = []
  const store = new ModelStore({
    directory,
    console: { url, box: 'box-1', secret: 's3cret', caFile: null },
    progress: (_, done) => void progress.push(done),
    retrying: (_, message) => void retries.push(message),
    backoffMs: { first: 2, longest: 10 }
  })
  await store.start()
  return { store, directory, progress, retries }
}

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'vedette-models-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

const never = new AbortController().signal

test('downloads a package as this box, unpacks it, and has it after a restart with no network', async () => {
  const { archive, reference } = await somePackage()
  const server = await startPackageServer(whole(archive))
  const { store, directory, progress } = await startStore(server.url)
  const model = await store.fetch(reference, never)
  expect(model).toMatchObject({ name: 'some', version: '1.0.0', labels: ['person', 'car'] })
  expect(readFileSync(join(model.folder, 'nvinfer.txt'), 'utf8')).toBe(model.nvinfer)
  expect(model).toMatchObject({ task: 'detection', nvinfer: expect.stringContaining('[property]') })
  expect(progress.at(-1)).toBe(archive.length)
  expect(server.asked[0]?.authorization).toBe(`Basic ${Buffer.from('box-1:s3cret').toString('base64')}`)
  const again = await startStore('http://127.0.0.1:1', directory)
  expect(await again.store.fetch(reference, never)).toEqual(model)
})

test('goes on where a broken connection left off', async () => {
  const { archive, reference } = await somePackage()
  const server = await startPackageServer(broken(archive, 50_000), broken(archive, 50_000), whole(archive))
  const { store, retries } = await startStore(server.url)
  await store.fetch(reference, never)
  const begins = server.asked.map(({ range }) => Number(range?.match(/\d+/)?.[0] ?? 0))
  expect(begins[0]).toBe(0)
  expect(begins[1]).toBeGreaterThan(0)
  expect(begins[2]).toBeGreaterThan(begins[1]!)
  expect(retries).toHaveLength(2)
})

test('goes on after a restart of the agent', async () => {
  const { archive, reference } = await somePackage()
  const server = await startPackageServer(whole(archive))
  const { store, directory } = await startStore(server.url)
  writeFileSync(join(directory, 'staged', reference.sha256), archive.subarray(0, 120_000))
  expect(await store.arrived(reference.sha256)).toBe(120_000)
  await store.fetch(reference, never)
  expect(server.asked[0]?.range).toBe('bytes=120000-')
})

test('begins anew when the server knows no ranges', async () => {
  const { archive, reference } = await somePackage()
  const noRanges = (_: unknown, response: import('node:http').ServerResponse) => void response.end(archive)
  const server = await startPackageServer(broken(archive, 50_000), noRanges)
  const { store } = await startStore(server.url)
  await expect(store.fetch(reference, never)).resolves.toMatchObject({ name: 'some' })
  expect(server.asked.map(({ range }) => range === undefined)).toEqual([true, false, true])
})

test('refuses and deletes bytes with another hash, without asking again', async () => {
  const { archive, reference } = await somePackage()
  const tampered = archive.slice()
  tampered[5_000]! ^= 1
  const server = await startPackageServer(whole(tampered))
  const { store, directory } = await startStore(server.url)
  await expect(store.fetch(reference, never)).rejects.toThrow(`expected SHA-256 ${reference.sha256}`)
  expect(server.asked).toHaveLength(1)
  expect(readdirSync(join(directory, 'staged'))).toEqual([])
  expect(store.get(reference.sha256)).toBeUndefined()
})

test('refuses what is no package, although its hash is right', async () => {
  const bytes = new Uint8Array(2_000).fill(7)
  const server = await startPackageServer(whole(bytes))
  const { store, directory } = await startStore(server.url)
  await expect(store.fetch(referenceTo(bytes), never)).rejects.toMatchObject({ code: 'package' })
  expect(readdirSync(join(directory, 'packages'))).toEqual([])
})

test('refuses more bytes than were announced', async () => {
  const { archive, reference } = await somePackage()
  const server = await startPackageServer(whole(archive))
  const { store } = await startStore(server.url)
  const short = { ...reference, bytes: reference.bytes - 512 }
  await expect(store.fetch(short, never)).rejects.toMatchObject({ code: 'hash' })
})

test('waits out a console that is down or refuses, saying why', async () => {
  const { archive, reference } = await somePackage()
  const server = await startPackageServer(status(503), status(401), status(404), whole(archive))
  const { store, retries } = await startStore(server.url)
  await store.fetch(reference, never)
  expect(retries[0]).toContain('503')
  expect(retries[1]).toContain("check the box's secret")
  expect(retries[2]).toContain('upload it again')
  expect(retries.join()).not.toContain('s3cret')
})

test('stops in the middle when it is told to', async () => {
  const { archive, reference } = await somePackage()
  const stop = new AbortController()
  const server = await startPackageServer((_, response) => {
    response.write(archive.subarray(0, 1_000), () => stop.abort(new Error('a newer one has arrived')))
  })
  const { store } = await startStore(server.url)
  await expect(store.fetch(reference, stop.signal)).rejects.toThrow('a newer one has arrived')
})

test('tells that the disk is full, and goes on when there is space', async () => {
  const { reference } = await somePackage()
  const { download } = await import('./download.ts')
  const { archive } = await somePackage()
  const server = await startPackageServer(whole(archive))
  const stop = new AbortController()
  const told: string[] = []
  const full = download({
    url: server.url,
    caFile: null,
    file: '/dev/full',
    sha256: reference.sha256,
    bytes: reference.bytes,
    signal: stop.signal,
    progress: () => undefined,
    retrying: (message) => {
      told.push(message)
      stop.abort(new Error('seen enough'))
    },
    backoffMs: { first: 1, longest: 1 }
  })
  await expect(full).rejects.toThrow('seen enough')
  expect(told[0]).toContain('no space left on the disk')
})

test('collects every package but those to keep', async () => {
  const [one, two] = [await somePackage('1.0.0'), await somePackage('2.0.0-rc.1')]
  const server = await startPackageServer(whole(one.archive), whole(two.archive))
  const { store, directory } = await startStore(server.url)
  await store.fetch(one.reference, never)
  await store.fetch(two.reference, never)
  await store.collect([two.reference.sha256])
  expect(store.get(one.reference.sha256)).toBeUndefined()
  expect(existsSync(join(directory, 'packages', one.reference.sha256))).toBe(false)
  expect(store.get(two.reference.sha256)).toBeDefined()
})

test('takes packages from folders that the settings name', async () => {
  const { archive, reference } = await somePackage()
  const server = await startPackageServer(whole(archive))
  const { store, directory } = await startStore(server.url)
  await store.fetch(reference, never)
  const path = join(directory, 'packages', reference.sha256)
  const local = new ModelStore({
    directory: folder(),
    console: null,
    local: [path],
    progress: () => undefined,
    retrying: () => undefined
  })
  await local.start()
  expect(local.local).toMatchObject([{ name: 'some', folder: path }])
  await expect(local.fetch({ ...reference, sha256: 'f'.repeat(64) }, never)).rejects.toThrow('no console to ask')
})
