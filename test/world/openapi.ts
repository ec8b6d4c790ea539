/** A box's own description of its API, as a client reads it. */
export interface Operation {
  method: string
  path: string
  summary?: string
  responses: Record<string, unknown>
  isSocket: boolean
  isForm: boolean
}

export async function operationsOf(url: string): Promise<Operation[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { summary?: string; responses: object; requestBody?: { content: object } }>>
  }
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary, responses, requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      ...(summary !== undefined && { summary }),
      responses: responses as Record<string, unknown>,
      isSocket: '101' in responses,
      isForm: 'multipart/form-data' in (requestBody?.content ?? {})
    }))
  )
}
