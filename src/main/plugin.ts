import type { FastifyPluginAsync } from 'fastify'

/** A database to export. */
export interface OctavoDatabase {
  /** A path, `file:PATH`, `sqlite:///RELATIVE` or `sqlite:////ABSOLUTE`. */
  readonly url: string
  /** By default `database` for the first one; the others need one. */
  readonly name?: string
  /** `prod`, `dev` or a word of your own; documents carry it. */
  readonly label?: string
  /** The public names of tables. */
  readonly models?: Readonly<Record<string, string>>
  /** Models whose rows are left out. */
  readonly excludeRows?: readonly string[]
}

export interface OctavoOptions {
  /** The first one answers where a request names none. */
  readonly databases: readonly (string | OctavoDatabase)[]
  /** Each opens everything: of 16 characters or more, best 32. Not optional: exports are never open. */
  readonly keys: readonly string[]
  /** Below this path; Fastify's own option. */
  readonly prefix?: string
  /** Where exports are written before they are sent. */
  readonly spoolDir?: string
  /** How many exports run at once. By default 2. */
  readonly exportConcurrency?: number
  /** Seconds to wait for a database that another program holds. By default 30. */
  readonly busyTimeout?: number
}

/**
 * A Fastify plugin that adds `GET` and `HEAD /api/backup/database` to an app, and `GET` and `POST
 * /api/backup/archived`, behind a key. Its hooks and its error handler stay inside; closing the app ends
 * running exports first. Wrong options fail when the app starts; a database that is not there yet fails
 * the request for it.
 */
export const octavo: FastifyPluginAsync<OctavoOptions> = async (app, options) => {
  // Loaded when it is used: a binding that this Node would abort with is refused before.
  const { requireWorkingNode } = await import('./node-fault.js')
  await requireWorkingNode()
  const { pluginAppOptions } = await import('./plugin-app-options.js')
  const { embedExports } = await import('../http/embed-exports.js')
  await embedExports(app, await pluginAppOptions(options))
}
