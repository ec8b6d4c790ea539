/** A password that is in no command line: from the environment, from standard input, or typed without being shown. */

import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { UsageError } from './usage_error.ts'

export async function readPassword(
  user: string,
  from: { stdin: boolean; variable: string; what?: string; flag?: string }
): Promise<string> {
  const { what = 'password', flag = '--password-stdin' } = from
  if (from.stdin) return (await text(process.stdin)).replace(/\r?\n$/, '')
  const set = process.env[from.variable]
  if (set !== undefined) return set
  if (process.stdin.isTTY) return ask(`${what[0]!.toUpperCase()}${what.slice(1)} of ${user}: `)
  throw new UsageError(
    `expected the ${what} of ${user} by ${flag} or in ${from.variable}: there is no terminal to ask on`
  )
}

/** On standard error, so that standard output stays the report. */
function ask(question: string): Promise<string> {
  process.stderr.write(question)
  // Without an output, readline shows nothing of what is typed; raw mode keeps the terminal from showing it.
  const lines = createInterface({ input: process.stdin, terminal: true })
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      process.stderr.write('\n')
      lines.close()
      resolve(line)
    })
    lines.once('SIGINT', () => {
      lines.close()
      reject(new Error('interrupted'))
    })
  })
}
