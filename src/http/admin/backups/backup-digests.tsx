import type { VNode } from 'preact'
import type { BackupManifest } from '../../../core/backups/manifest.js'
import { Facts } from '../page/parts.js'

/** What the bytes are known by, to be copied. */
export function BackupDigests({
  address,
  manifest,
}: {
  /** Of the manifest as a file. */
  readonly address: string
  readonly manifest: BackupManifest
}): VNode {
  const { archive, plain, content_sha256: content } = manifest
  const digest = (name: string, sha256: string): VNode => <code data-copy={name}>{sha256}</code>
  return (
    <>
      <h2>Digests (SHA-256)</h2>
      <Facts
        facts={[
          ['Archive, as stored', digest('the digest of the archive', archive.sha256)],
          ['Unpacked', digest('the digest of the unpacked file', plain.sha256)],
          ['Content', content && digest('the digest of the content', content)],
        ]}
      />
      <p>
        <a href={address} download>
          Download the manifest
        </a>{' '}
        <span class="help">All of this as JSON, as it stands in the stores.</span>
      </p>
    </>
  )
}
