import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** A parent of its own, so that it can be killed: starts an engine with one camera and prints the engine's pid. */
function parentOf(camera: string) {
  const code = `
    import { EngineProcess } from ${JSON.stringify(path('./engine_process.ts'))}
    const options = { entry: ${JSON.stringify(path('./process/engine_main.ts'))}, addon: ${JSON.stringify(path('./testing/misbehaving_addon.ts'))}, env: undefined, log() {} }
    const input = { kind: 'test', width: 64, height: 64, fps: 1, shapes: 1, seed: 1 }
    const pipeline = { family: 'auto', maxSources: 1, batchedPushTimeoutUs: 1, width: 1, height: 1, stages: [], model: null, tracker: null, inferThreads: 1 }
    const source = { name: ${JSON.stringify(camera)}, index: 0, input, policy: 'realtime', maxAnalysedFps: 0 }
    const config = { pipeline, interval: 0, cameras: { ${JSON.stringify(camera)}: { enabled: true, filter: null, source } } }
    let isTold = false
    const engine = new EngineProcess(options, {
      ended() {},
      message(kind, payload) {
        const text = payload.toString()
        if (text.includes('"ready"')) engine.send({ say: 'configure', config })
        if (!isTold && text.includes('"connecting"')) { isTold = true; process.stdout.write(engine.pid + '\\n') }
      }
    })
    engine.start()`
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function timeToDie(pid: number): Promise<number> {
  const began = performance.now()
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })
  await expect.poll(() => isAlive(pid), { timeout: 5_000, interval: 20 }).toBe(false)
  return performance.now() - began
}

/** A process that has ended but waits to be reaped (by whatever runs as pid 1 here) is dead. */
function isAlive(pid: number): boolean {
  try {
    const [, state] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
    return state?.[0] !== 'Z'
  } catch {
    return false
  }
}

test.for(['live-a', 'hangs'])(
  'an engine whose camera is "%s" dies with its agent',
  { timeout: 20_000 },
  async (camera) => {
    const parent = parentOf(camera)
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    expect(await timeToDie(pid)).toBeLessThan(2_000)
  }
)
