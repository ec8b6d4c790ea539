import { expect, test } from 'vitest'
import { startWorld } from '../testing/world.ts'
import { readBasic } from './basic.ts'
import { Tries } from './tries.ts'

const password = 'correct horse'

test('the first link makes the first person, once', async () => {
  const world = await startWorld()
  const token = world.firstToken() ?? ''
  expect(world.rooms.identity.isWelcome(token)).toBe(true)
  const { session, person } = await world.rooms.identity.welcome({ token, name: 'Ada', password })
  expect(world.rooms.identity.personOfSession(session)).toEqual(person)
  expect(world.firstToken()).toBeNull()
  expect(world.rooms.identity.isWelcome(token)).toBe(false)
  await expect(world.rooms.identity.welcome({ token, name: 'Eve', password })).rejects.toThrow('used already')
})

test('a restart before anybody has signed in makes a new link and voids the old one', async () => {
  const world = await startWorld()
  const first = world.firstToken() ?? ''
  const second = world.firstToken() ?? ''
  expect(world.rooms.identity.isWelcome(first)).toBe(false)
  expect(world.rooms.identity.isWelcome(second)).toBe(true)
})

test('signing in takes the right name and password; signing out ends the session', async () => {
  const world = await startWorld()
  const { identity } = world.rooms
  await identity.welcome({ token: world.firstToken() ?? '', name: 'Ada', password })
  await expect(identity.signIn({ name: 'Ada', password: 'wrong', address: 'a' })).rejects.toThrow('is wrong')
  await expect(identity.signIn({ name: 'Eve', password, address: 'a' })).rejects.toThrow('is wrong')
  const { session } = await identity.signIn({ name: 'Ada', password, address: 'a' })
  expect(identity.personOfSession(session)?.name).toBe('Ada')
  identity.signOut(session)
  expect(identity.personOfSession(session)).toBeNull()
})

test('a new password ends all sessions and takes the place of the old one', async () => {
  const world = await startWorld()
  const { identity } = world.rooms
  const { session, person } = await identity.welcome({ token: world.firstToken() ?? '', name: 'Ada', password })
  await expect(identity.changePassword(person, { current: 'no', password: 'another horse' })).rejects.toThrow('present')
  await expect(identity.changePassword(person, { current: password, password: 'short' })).rejects.toThrow('10 to 200')
  await identity.changePassword(person, { current: password, password: 'another horse' })
  expect(identity.personOfSession(session)).toBeNull()
  await identity.signIn({ name: 'Ada', password: 'another horse', address: 'a' })
})

test('wrong tries are limited, and the limit passes', () => {
  let now = 0
  const tries = new Tries(() => now)
  for (let i = 0; i < 5; i++) {
    expect(tries.waitS('a')).toBe(0)
    tries.failed('a')
  }
  expect(tries.waitS('a')).toBe(30)
  expect(tries.waitS('b')).toBe(0)
  now += 30_000
  expect(tries.waitS('a')).toBe(0)
})

test('HTTP Basic is read with colons in the password', () => {
  const header = `Basic ${Buffer.from('box-1:a:b').toString('base64')}`
  expect(readBasic(header)).toEqual({ user: 'box-1', password: 'a:b' })
  expect(readBasic('Bearer x')).toBeNull()
  expect(readBasic(null)).toBeNull()
})
