/** How a compared model is called in a document, and in what the box reports of it. Pure. */

/** Its key in `models`: two versions of one package have the same id. */
export function comparedId(model: { id: string }, compared: { id: string }): string {
  return compared.id === model.id ? `${compared.id.slice(0, 54)}-compared` : compared.id
}
