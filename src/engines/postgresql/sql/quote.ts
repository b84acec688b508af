/** An identifier as SQL takes it, whatever it holds. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A string as SQL takes it, under `standard_conforming_strings`. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** `"schema"."name"`. */
export function quoteQualified(schema: string, name: string): string {
  return `${quoteName(schema)}.${quoteName(name)}`
}

/** The public name of a table or sequence: its own in the schema `public`, else with its schema. */
export function plainName(schema: string, name: string): string {
  return schema === 'public' ? name : `${schema}.${name}`
}
