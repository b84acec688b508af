import type { TableColumns } from './column-facts.js'

/** Words that names of columns with personal data are made of, in English. */
const words =
  /e[-_]?mail|phone|mobile|(^|_)tel(_|$)|fax|passw|passwd|secret|token|api_?key|address|street|(^|_)(zip|city|iban|ssn)(_|$)|postal|birth|first_?name|last_?name|full_?name|surname|user_?name|(^|_)ip(_|$)|session_data|object_repr|card|salary|gender/i

/** Columns whose names look as if they held personal data or secrets: a help, not a proof. */
export function personalColumns(columns: TableColumns): readonly (readonly [string, string])[] {
  return [...columns].flatMap(([table, own]) =>
    own.flatMap(({ name, kind }) =>
      words.test(name.replaceAll(/([a-z])([A-Z])/g, '$1_$2')) && kind !== 'boolean'
        ? [[table, name] as const]
        : [],
    ),
  )
}
