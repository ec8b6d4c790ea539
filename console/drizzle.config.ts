import { defineConfig } from 'drizzle-kit'

export default defineConfig({ dialect: 'sqlite', schema: './src/lib/server/store/schema.ts', out: './migrations' })
