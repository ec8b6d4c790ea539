/** A mail for each alert, with the picture attached. Its Message-ID is made of the alert's id: one that comes twice is one. */
import { readFileSync } from 'node:fs'
import { heldWords } from '@vedette/protocol'
import { createTransport } from 'nodemailer'
import { type AlertHandler, type Delivered, RefusedAlert } from '../alert_handler.ts'

export interface EmailOptions extends Pick<AlertHandler, 'name' | 'minSeverity' | 'takesPicture'> {
  host: string
  port: number
  /** tls: from the first byte. starttls: required. none: only to a server in the house. */
  security: 'tls' | 'starttls' | 'none'
  user: string | null
  password: string | null
  from: string
  to: readonly string[]
  caFile: string | null
  timeoutMs: number
}

export function emailHandler(options: EmailOptions): AlertHandler {
  const { name, minSeverity, takesPicture, host, port, security, user, password, from, to, caFile, timeoutMs } = options
  return {
    ...{ name, minSeverity, takesPicture },
    async handle(alert, signal) {
      const transport = createTransport({
        ...{ host, port, secure: security === 'tls', requireTLS: security === 'starttls' },
        ignoreTLS: security === 'none',
        ...(user !== null && { auth: { user, pass: password ?? '' } }),
        tls: caFile === null ? {} : { ca: readFileSync(caFile) },
        ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
        // What a mail says is ours: nothing in it may name a file or an address to be fetched.
        ...{ disableFileAccess: true, disableUrlAccess: true }
      })
      const abort = () => transport.close()
      signal.addEventListener('abort', abort, { once: true })
      try {
        await transport.sendMail({
          ...{ from, to: [...to], subject: subjectOf(alert), text: textOf(alert) },
          messageId: `<${alert.id}@${alert.box.id}.vedette>`,
          date: alert.at,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Vedette-Alert': alert.id },
          attachments: alert.picture
            ? [{ filename: `${alert.camera?.id ?? alert.box.id}.jpg`, content: Buffer.from(alert.picture) }]
            : []
        })
      } catch (error) {
        throw inWords(error as SmtpFault, host)
      } finally {
        signal.removeEventListener('abort', abort)
        transport.close()
      }
    }
  }
}

function subjectOf({ severity, isOver, message, groupedCount }: Delivered): string {
  const mark = isOver ? '' : severity === 'error' ? 'Error: ' : severity === 'warning' ? 'Warning: ' : ''
  return `${mark}${message}${groupedCount > 0 ? ` (and ${groupedCount} more)` : ''}`.replace(/\s+/g, ' ').slice(0, 200)
}

function textOf({ message, at, seenAt, box, grouped, groupedCount, heldBack }: Delivered): string {
  const more = groupedCount - grouped.length
  const lines = [
    message,
    ...grouped.map((one) => `${one.at}  ${one.message}`),
    ...(more > 0 ? [`… and ${more} more`] : [])
  ]
  const held = heldWords(heldBack)
  return [
    ...lines,
    '',
    `Box: ${box.name} (${box.id})`,
    `Seen: ${seenAt}`,
    `Sent: ${at}`,
    ...(held === '' ? [] : [held])
  ].join('\n')
}

interface SmtpFault {
  code?: string
  responseCode?: number
  message: string
}

/** A 5yz answer to the mail itself is final (RFC 5321, 4.2.1); a wrong password can be put right. */
function inWords(error: SmtpFault, host: string): Error {
  const { code, responseCode = 0, message } = error
  if (code === 'EAUTH')
    return new Error(`${host} does not take the user and password of this handler (${responseCode || message})`)
  const isFinal = responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE')
  return isFinal ? new RefusedAlert(`${host} refused the mail: ${message}`) : new Error(`${host}: ${message}`)
}
