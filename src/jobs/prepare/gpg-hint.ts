/** What to run first, as it can be pasted into a shell; `inGzip` where gzip was put around it. */
export function gpgHint(file: string, inGzip = false): string {
  const packed = inGzip ? file.replace(/\.gz$/i, '') : file
  const [, plain] = /^(.*[^/])\.(?:gpg|pgp|asc)$/i.exec(packed) ?? []
  const out = plain ?? `${packed}.decrypted`
  const decrypt = `gpg --output ${quoted(out)} --decrypt`
  const command = inGzip ? `gunzip -c ${quoted(file)} | ${decrypt}` : `${decrypt} ${quoted(file)}`
  return `Decrypt it first: \`${command}\`. Then use ${out}.`
}

function quoted(path: string): string {
  if (/^[\w@%+=:,./-]+$/.test(path) && !path.startsWith('-')) return path
  return `'${path.replaceAll("'", String.raw`'\''`)}'`
}
