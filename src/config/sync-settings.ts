import { z } from 'zod'
import { columnRules } from '../core/column-facts.js'
import { namedMap, settingMeta, text } from './setting-types.js'

/** What `octavo sync` needs besides databases. */
export const syncSettings = {
  syncKey: text.pipe(z.string().min(16)).optional().register(settingMeta, {
    group: 'databases',
    description:
      'What `octavo sync` makes pseudonyms under: the same key makes the same ones. Whoever has it can try out whose they are.',
    expects: '16 characters or more, best 32 random ones',
    example: 'made with: openssl rand -hex 32',
    secret: true,
  }),
}

/** Keys that only the file can hold. */
export const syncKeys = {
  sync: z
    .strictObject({
      columns: namedMap(namedMap(z.enum(columnRules))).optional(),
      keepFullText: z.array(text).optional(),
    })
    .optional(),
}
