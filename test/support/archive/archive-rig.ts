import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { archive } from '../../../src/archiver/archive.js'
import type { ArchiveOptions, ArchiveResult } from '../../../src/archiver/archive-types.js'
import type { Clock } from '../../../src/core/clock.js'
import { GitHubDouble } from '../github-double/github-double.js'
import { makeDocument, type DocumentWishes, type MadeDocument } from './make-document.js'
import { sendExport, ServiceDouble } from './service-double.js'

const exec = promisify(execFile)

/** A clock that stands still but for the sleeps asked of it, which it notes and ends at once. */
export class StandingClock implements Clock {
  readonly sleeps: number[] = []
  #now: number

  constructor(at: string) {
    this.#now = Date.parse(at)
  }

  now(): Date {
    return new Date(this.#now)
  }

  set(at: string): void {
    this.#now = Date.parse(at)
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.sleeps.push(ms)
    this.#now += ms
  }
}

/** A service, a host of git and a folder: all that an archive needs, and what a test looks at. */
export class ArchiveRig {
  readonly folder: string
  readonly service: ServiceDouble
  readonly github: GitHubDouble
  readonly clock = new StandingClock('2026-11-22T00:17:00.000Z')

  private constructor(folder: string, service: ServiceDouble, github: GitHubDouble) {
    this.folder = folder
    this.service = service
    this.github = github
  }

  static async start(wishes: { empty?: boolean } = {}): Promise<ArchiveRig> {
    const folder = await mkdtemp(join(tmpdir(), 'octavo-archive-'))
    return new ArchiveRig(
      folder,
      await ServiceDouble.start(),
      await GitHubDouble.start(folder, wishes),
    )
  }

  async stop(): Promise<void> {
    await this.service.stop()
    await this.github.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  place() {
    const { name, token, url } = this.github
    const pace = { throttled: false, retries: 0, retryBaseMs: 1, callMs: 20_000 }
    return { repository: name, token, apiUrl: url, pace }
  }

  options(): ArchiveOptions {
    return {
      backupUrl: this.service.url,
      backupKey: this.service.key,
      github: this.place(),
      keep: 8,
      allowPublic: false,
      workFolder: this.folder,
      clock: this.clock,
    }
  }

  /** The service holds these machines at this instant. */
  async serve(
    wishes: DocumentWishes,
    how: Parameters<typeof sendExport>[1] = {},
  ): Promise<MadeDocument> {
    const document = await makeDocument(wishes)
    this.clock.set(wishes.at)
    this.service.answers = [sendExport(document.bytes, how)]
    return document
  }

  async archive(options: Partial<ArchiveOptions> = {}): Promise<ArchiveResult> {
    return archive({ ...this.options(), ...options })
  }

  head(): Promise<string | null> {
    return this.github.repository.head('refs/heads/database-backups')
  }

  /** Paths on the branch. */
  async paths(): Promise<string[]> {
    const entries = await this.github.repository.list('refs/heads/database-backups', true)
    return entries.filter(({ type }) => type === 'blob').map(({ path }) => path)
  }

  async show(path: string): Promise<string> {
    const bytes = await this.github.repository.git(['show', `database-backups:${path}`])
    return bytes.toString('utf8')
  }

  async fsck(): Promise<void> {
    await this.github.repository.text('fsck', '--strict', '--full')
  }

  /** A checkout of the branch, as on a machine that changes line ends. */
  async clone(): Promise<string> {
    const target = await mkdtemp(join(this.folder, 'clone-'))
    const branch = ['--branch', 'database-backups', '--quiet', '-c', 'core.autocrlf=true']
    await exec('git', ['clone', ...branch, this.github.repository.folder, target])
    return target
  }
}
