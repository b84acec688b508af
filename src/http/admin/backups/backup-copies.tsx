import type { VNode } from 'preact'
import type { BackupCopy, BackupRecord } from '../../../core/backups/catalog.js'
import type { Verification } from '../../../core/backups/verification.js'
import { Dot, Scrolling, type Tone } from '../page/parts.js'
import { When } from '../page/when.js'

/** What a proof of a copy says: docs/architecture.md has the whole of it. */
const verdicts: Readonly<Record<Verification['verdict'], readonly [Tone, string]>> = {
  snapshot: ['good', 'Equal to the database, row by row'],
  'round-trip': ['good', 'Restores, and holds the same content'],
  pages: ['good', 'Restores, and no damage was found'],
  restored: ['good', 'Restores, and every row can be read'],
  bytes: ['warn', 'Unaltered; encrypted, so not restored here'],
}

/** Each store that holds it, and how far it was proved from there. */
export function BackupCopies({ record }: { readonly record: BackupRecord }): VNode | null {
  const { copies, manifest, leaving } = record
  if (copies.length === 0 && leaving.length === 0) return null
  return (
    <>
      <h2>Copies</h2>
      <Scrolling label="Copies">
        <table class="stacked">
          <thead>
            <tr>
              <th scope="col">Store</th>
              <th scope="col">What was proved</th>
              <th scope="col">When</th>
              <th scope="col">File</th>
            </tr>
          </thead>
          <tbody>
            {copies.map((copy) => (
              <tr key={copy.store}>
                <th scope="row" data-name="Store">
                  {copy.store}
                </th>
                <Proof copy={copy} />
                <td data-name="File">
                  <code>{manifest?.archive.name ?? copy.manifestName}</code>
                </td>
              </tr>
            ))}
            {leaving.map(({ store, manifestName }) => (
              <tr key={`leaving ${store}`}>
                <th scope="row" data-name="Store">
                  {store}
                </th>
                <td data-name="What was proved">
                  <Dot tone="quiet">Is being removed</Dot>
                </td>
                <td data-name="When" />
                <td data-name="File">
                  <code>{manifestName}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </>
  )
}

function Proof({ copy: { verification } }: { readonly copy: BackupCopy }): VNode {
  const [tone, words] = verification
    ? verdicts[verification.verdict]
    : (['warn', 'Not verified'] as const)
  return (
    <>
      <td data-name="What was proved">
        <Dot tone={tone}>{words}</Dot>
      </td>
      <td data-name="When">{verification && <When at={verification.at} />}</td>
    </>
  )
}
