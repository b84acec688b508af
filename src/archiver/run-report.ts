import type { Clock } from '../core/clock.js'
import { asOctavoError, type OctavoError } from '../core/errors.js'
import { messageOf } from '../core/message-of.js'
import type { GitHubPlace } from '../stores/github/github-place.js'
import { connectGitHub, type GitHubRepository } from '../stores/github/connect-github.js'
import { closeIssue, commentOn, findIssues, openIssue } from './github/issues.js'
import { appendSummary, failureSummary } from './job-summary.js'
import { listenersOf, type Listeners } from './listeners.js'

/** Who is told how a run ended: the page of the run, and an issue. */
export interface RunReport extends Listeners {
  /** What failed, where it does: `The backup`. */
  readonly what: string
  /** Of the issue; the first one is opened, all of them are closed. */
  readonly titles: readonly [string, ...string[]]
  /** Where the issue is opened; null where none is wanted, or it is not known where. */
  readonly issuesAt: GitHubPlace | null
  /** The page of the run on GitHub. */
  readonly runUrl?: string
  /** A Markdown file that the summary is appended to. */
  readonly summaryFile?: string
  readonly clock: Clock
}

/**
 * Opens the issue, or comments on the one that is open, and writes the summary. Never throws: what
 * could not be told is returned, one sentence each. A run that somebody stopped is no failure.
 */
export async function reportFailure(report: RunReport, thrown: unknown): Promise<string[]> {
  const error = asOctavoError(thrown)
  const warnings: string[] = []
  let issue: string | null = null
  if (error.code !== 'aborted' && !report.signal?.aborted)
    await onIssues(report, warnings, async (repository) => {
      issue = await tellFailure(repository, report, error)
    })
  await writeSummary(report, warnings, failureSummary(error, { what: report.what, issue }))
  return warnings
}

/** Closes the issues that are open, and writes the summary, which is given the warnings. */
export async function reportSuccess(
  report: RunReport,
  { comment, summaryOf }: SuccessTexts,
): Promise<string[]> {
  const warnings: string[] = []
  await onIssues(report, warnings, async (repository) => {
    for (const issue of await findIssues(repository, report.titles)) {
      await commentOn(repository, issue, `${comment}${runLink(report)}`)
      await closeIssue(repository, issue)
    }
  })
  await writeSummary(report, warnings, summaryOf(warnings))
  return warnings
}

export interface SuccessTexts {
  /** What the issue is closed with. */
  readonly comment: string
  readonly summaryOf: (warnings: readonly string[]) => string
}

async function tellFailure(
  repository: GitHubRepository,
  report: RunReport,
  error: OctavoError,
): Promise<string> {
  const [title] = report.titles
  const text = failureText(report, error)
  const [open] = await findIssues(repository, [title])
  if (open === undefined) return (await openIssue(repository, { title, text })).url
  await commentOn(repository, open, text)
  return open.url
}

function failureText(report: RunReport, { code, message, hint }: OctavoError): string {
  const at = report.clock.now().toISOString().slice(0, 16).replace('T', ' ')
  return `The run of ${at} UTC failed with \`${code}\`:

${fenced(message)}

What to do:

${fenced(hint)}
${runLink(report)}`
}

/** Text from elsewhere: in a fence it links to nothing and calls nobody. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${text.slice(0, 10_000)}\n${fence}`
}

function runLink({ runUrl }: RunReport): string {
  return runUrl === undefined ? '' : `\n[The run, and its log](${runUrl})\n`
}

async function onIssues(
  report: RunReport,
  warnings: string[],
  use: (repository: GitHubRepository) => Promise<void>,
): Promise<void> {
  const { issuesAt } = report
  if (issuesAt === null) return
  try {
    await use(await connectGitHub(issuesAt, listenersOf(report)))
  } catch (error) {
    warnings.push(
      `the issue about failed runs could not be kept up to date: ${messageOf(error)} ` +
        '(it needs `issues: write`, or a token with "Issues: Read and write"; REPORT_ISSUE=false asks for none)',
    )
  }
}

async function writeSummary(
  { summaryFile }: RunReport,
  warnings: string[],
  summary: string,
): Promise<void> {
  const fault = summaryFile === undefined ? null : await appendSummary(summaryFile, summary)
  if (fault !== null) warnings.push(fault)
}
