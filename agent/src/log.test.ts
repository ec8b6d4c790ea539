import { expect, test } from 'vitest'
import { createLog, type LogLine } from './log.ts'

test('writes no known secret and no credentials of a URL, whoever logs them', () => {
  const lines: string[] = []
  const { log, redact } = createLog({ level: 'info', write: (line) => lines.push(line) })
  redact('pa"ss word')
  log.info({ url: 'rtsp://admin:1234@10.0.0.1/a', password: 'pa"ss word' }, 'camera rtsp://u:p@h/ failed')
  log.warn('tried with pa%22ss%20word')
  expect(lines.join('')).not.toMatch(/1234|u:p|ss word|pa%22/)
  expect(lines.join('')).toContain('rtsp://[redacted]@10.0.0.1/a')
})

test('tells listeners each line until they leave, and follows the level', () => {
  const { log, listen, setLevel } = createLog({ level: 'info', write: () => {} })
  const heard: LogLine[] = []
  const leave = listen((line) => heard.push(line))
  log.debug('unheard')
  setLevel('debug')
  log.debug({ camera: 'door' }, 'heard')
  setLevel(null)
  log.debug('unheard')
  leave()
  log.error('unheard')
  expect(heard).toEqual([{ at: expect.stringMatching(/Z$/), level: 'debug', message: 'heard {"camera":"door"}' }])
})
