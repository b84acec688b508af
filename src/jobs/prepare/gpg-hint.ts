/** What to run first, as it can be pasted into a shell. */
export function gpgHint(file: string): string {
  const [, plain] = /^(.*[^/])\.(?:gpg|pgp|asc)$/i.exec(file) ?? []
  const out = plain ?? `${file}.decrypted`
  return `Decrypt it first: \`gpg --output ${quoted(out)} --decrypt ${quoted(file)}\`. Then use ${out}.`
}

function quoted(path: string): string {
  if (/^[\w@%+=:,./-]+$/.test(path) && !path.startsWith('-')) return path
  return `'${path.replaceAll("'", String.raw`'\''`)}'`
}
