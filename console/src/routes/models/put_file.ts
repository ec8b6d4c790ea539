/** Streams a file by PUT, telling how far it is; XMLHttpRequest, because fetch does not tell for uploads. */

/** The errors by field; none when it went well. */
export function putFile(url: string, file: File, onProgress: (sent: number) => void): Promise<Record<string, string>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('PUT', url)
    request.upload.onprogress = (event) => onProgress(event.loaded)
    request.onload = () => resolve(request.status === 200 ? {} : errorsOf(request))
    request.onerror = () => resolve({ '': 'The connection broke while uploading. Check the network and try again.' })
    request.send(file)
  })
}

function errorsOf(request: XMLHttpRequest): Record<string, string> {
  try {
    const answer: unknown = JSON.parse(request.responseText)
    if (typeof answer === 'object' && answer !== null && 'errors' in answer) {
      return answer.errors as Record<string, string>
    }
  } catch {
    // Not from our endpoint: a proxy's page, say. The status tells enough.
  }
  return { '': `The console refused the upload (status ${request.status}).` }
}
