import { z } from 'zod'

/**
 * As much of a blueprint's shape as ours use, from Render's page "Blueprint YAML Reference". Strict:
 * a misspelt field would be ignored there without a word.
 */
const name = z.string().regex(/^[a-z0-9-]+$/)
const key = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)

const envVar = z.union([
  // Values are texts: a number or a yes would be read by YAML before Render sees it.
  z.strictObject({ key, value: z.string() }),
  z.strictObject({ key, generateValue: z.literal(true) }),
  z.strictObject({ key, sync: z.literal(false) }),
  z.strictObject({
    key,
    fromService: z.strictObject({
      type: z.enum(['web', 'pserv', 'worker', 'keyvalue']),
      name,
      envVarKey: key,
    }),
  }),
])

const common = {
  name,
  runtime: z.enum(['node', 'python']),
  plan: z.enum(['starter', 'standard', 'pro']),
  repo: z.url().optional(),
  branch: z.string().optional(),
  buildCommand: z.string().min(1),
  startCommand: z.string().min(1),
  envVars: z.array(envVar),
}

const web = z.strictObject({
  type: z.literal('web'),
  ...common,
  healthCheckPath: z.string().startsWith('/'),
  maxShutdownDelaySeconds: z.int().min(1).max(300).optional(),
  disk: z
    .strictObject({ name, mountPath: z.string().regex(/^\/.+/), sizeGB: z.int().min(1) })
    .optional(),
})

/** A cron job has a schedule and no disk. */
const cron = z.strictObject({
  type: z.literal('cron'),
  ...common,
  schedule: z.string().regex(/^(\S+ ){4}\S+$/),
})

export const blueprintSchema = z.strictObject({
  services: z.array(z.discriminatedUnion('type', [web, cron])),
})

export type Blueprint = z.output<typeof blueprintSchema>
