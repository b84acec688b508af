import { showBytes } from '../core/files/free-space.js'
import { markdownText, pathOf } from './job-summary.js'
import type { Manifest } from './manifest.js'
import type { StoredBackup } from './read-backups.js'
import { databaseTitle } from './series.js'
import { storedBytes } from './stored-bytes.js'

export const readmeMark = '<!-- Written by `octavo archive` with every backup. -->'

/** The page that people see first on the branch: what is kept, and how it comes back. */
export function branchReadme(kept: readonly StoredBackup[]): string {
  const size = kept.reduce((sum, { manifest }) => sum + manifest.size, 0)
  return `${readmeMark}
# Database backups

| Taken (UTC) | Database | From | Records | Size | Files | Verified | Content |
|---|---|---|---:|---:|---:|---|---|
${kept.map(({ manifest }) => row(manifest)).join('\n')}

Together ${showBytes(size)}; what is equal is stored once: ${showBytes(storedBytes(kept))}, before git
compresses it.

\`octavo fetch latest\` brings the newest one back and proves it; \`octavo restore FILE --into DATABASE\`
loads it. Each backup has a manifest of the same name in \`manifests/\`: a backup without one is left
alone by the archive.
${kept.some(({ manifest }) => manifest.parts.length > 1) ? joining : ''}`
}

const joining = `
A large document is cut into parts: a folder in place of a file. Without Octavo they are joined with

\`\`\`sh
cat backups/NAME/*.json-part > NAME.json
\`\`\`
`

function row(manifest: Manifest): string {
  const cells = [
    `[${manifest.export_date.slice(0, 19).replace('T', ' ')}](${pathOf(manifest)})`,
    markdownText(databaseTitle(manifest)),
    markdownText(manifest.source ?? ''),
    manifest.records.toLocaleString('en-US'),
    showBytes(manifest.size),
    manifest.parts.length,
    manifest.verified === null ? 'no' : 'yes',
    manifest.unchanged_since === null ? '' : `as on ${manifest.unchanged_since.slice(0, 10)}`,
  ]
  return `| ${cells.join(' | ')} |`
}
