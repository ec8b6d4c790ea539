import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { BoxKey, seal } from './credential.ts'

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'vedette-key-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

const password = { user: 'admin', password: 'grün & "geheim"' }

test('opens what was sealed to it, and nothing is readable on the way', async () => {
  const key = await BoxKey.load(folder())
  const sealed = seal(key.publicKey, password)
  expect(key.unseal(sealed)).toEqual(password)
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('admin')
  expect(seal(key.publicKey, password)).not.toBe(sealed)
})

test('keeps its key over restarts, readable by its owner alone', async () => {
  const directory = folder()
  const key = await BoxKey.load(directory)
  expect((await BoxKey.load(directory)).publicKey).toBe(key.publicKey)
  expect(key.publicKey).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  expect(statSync(join(directory, 'box_key.pem')).mode & 0o777).toBe(0o600)
})

test('does not open what was sealed to another box, or changed on the way', async () => {
  const [ours, theirs] = [await BoxKey.load(folder()), await BoxKey.load(folder())]
  expect(() => ours.unseal(seal(theirs.publicKey, password))).toThrow('enter user and password again')
  const changed = Buffer.from(seal(ours.publicKey, password), 'base64')
  for (const at of [0, 40, 50, changed.length - 1]) {
    const copy = Buffer.from(changed)
    copy[at]! ^= 1
    expect(() => ours.unseal(copy.toString('base64'))).toThrow('enter user and password again')
  }
  expect(() => ours.unseal('AAAA')).toThrow('enter user and password again')
})
