/** One site for all tests of a file, and pages that close with the test that opened them. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { type Site, type SiteOptions, startSite } from '../world/site.ts'

export interface SharedSite {
  /** From the first test of the file on. */
  site(): Site
  open(path: string): Promise<Page>
}

export function sharedSite(options: SiteOptions | (() => Promise<SiteOptions>)): SharedSite {
  let site: Site
  beforeAll(async () => {
    site = await startSite(typeof options === 'function' ? await options() : options)
  })
  afterAll(() => site?.stop())
  return {
    site: () => site,
    async open(path) {
      const page = await site.open(path)
      onTestFinished(() => page.close())
      return page
    }
  }
}
