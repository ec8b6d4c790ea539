/** What is wrong with settings, or has no effect, and where that is said: box.yaml:12, VEDETTE_HTTP_PORT, --port. */
export interface Problem {
  where: string
  message: string
}

export function problemText({ where, message }: Problem): string {
  return `${where}: ${message}`
}
