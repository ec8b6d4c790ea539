/** `./dev test`: every check there is, one after the other; the last line is "N passed, N failed". */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Count {
  passed: number
  failed: number
}

const reports = mkdtempSync(join(tmpdir(), 'vedette-test-'))
const DEEPSTREAM = '/opt/nvidia/deepstream/deepstream/version'

const steps: [name: string, run: () => Count][] = [
  ['style, types and pages', () => single('./dev', ['lint'])],
  ['native tests', () => ctest('native/build')],
  ['native tests under the address and undefined-behaviour sanitizers', () => sanitized('address,undefined')],
  ['native tests under the thread sanitizer, as far as they are free of GLib', () => sanitized('thread')],
  ['unit tests', () => vitest('unit')],
  ['flow and browser tests', () => vitest('flow')],
  ['flows on NVIDIA DeepStream', deepstream]
]

const total: Count = { passed: 0, failed: 0 }
const summary: string[] = []
const notices: string[] = []
for (const [name, run] of steps) {
  const began = performance.now()
  console.log(`\n=== ${name}`)
  const count = run()
  total.passed += count.passed
  total.failed += count.failed
  const seconds = Math.round((performance.now() - began) / 1000)
  summary.push(
    `${String(count.passed).padStart(5)} passed ${String(count.failed).padStart(4)} failed ${String(seconds).padStart(5)} s  ${name}`
  )
  summary.push(...notices.splice(0))
}
rmSync(reports, { recursive: true })
console.log(`\n${summary.join('\n')}`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)

function single(command: string, args: string[]): Count {
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

function ctest(directory: string): Count {
  const report = join(reports, 'ctest.xml')
  const { status } = spawnSync(
    'ctest',
    ['--test-dir', directory, '--parallel', '2', '--output-on-failure', '--timeout', '120', '--output-junit', report],
    { stdio: 'inherit' }
  )
  const xml = read(report)
  const tests = Number(xml.match(/\btests="(\d+)"/)?.[1] ?? 0)
  const failed = Number(xml.match(/\bfailures="(\d+)"/)?.[1] ?? 0)
  return atLeastOne({ passed: tests - failed, failed }, status)
}

function sanitized(sanitizers: string): Count {
  const build = `native/build-${sanitizers.replace(',', '-')}`
  const options = ['-G', 'Ninja', '-DCMAKE_BUILD_TYPE=None', `-DVEDETTE_SANITIZE=${sanitizers}`]
  const cmake = spawnSync('cmake', ['-S', 'native', '-B', build, ...options], { stdio: 'inherit' })
  const ninja = spawnSync('ninja', ['-C', build, '--quiet'], { stdio: 'inherit' })
  if (cmake.status !== 0 || ninja.status !== 0) return { passed: 0, failed: 1 }
  return ctest(build)
}

function vitest(project: string): Count {
  const report = join(reports, `${project}.json`)
  const { status } = spawnSync(
    'vitest',
    ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { stdio: 'inherit' }
  )
  const text = read(report)
  if (text === '') return { passed: 0, failed: 1 }
  const result = JSON.parse(text) as { numPassedTests: number; numFailedTests: number }
  return atLeastOne({ passed: result.numPassedTests, failed: result.numFailedTests }, status)
}

/** Nothing passed and nothing failed where there is no DeepStream: said here and again in the summary. */
function deepstream(): Count {
  if (existsSync(DEEPSTREAM)) return vitest('gpu')
  const notice = `      SKIPPED: no DeepStream here (${DEEPSTREAM}). NVIDIA's own elements were NOT tested, only their stand-ins.`
  console.log(notice)
  notices.push(notice)
  return { passed: 0, failed: 0 }
}

/** A runner that fails without naming a test, or that finds none, has failed. */
function atLeastOne(count: Count, status: number | null): Count {
  const isSilentFailure = count.failed === 0 && (status !== 0 || count.passed === 0)
  return isSilentFailure ? { ...count, failed: 1 } : count
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
