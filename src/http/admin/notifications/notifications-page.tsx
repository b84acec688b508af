import type { VNode } from 'preact'
import type { Notice } from '../../../core/backups/notifier.js'
import type { ShownChannel } from '../admin-desk.js'
import { Page, type Visit } from '../page/layout.js'
import { Empty, Facts, Notice as Box, PostForm } from '../page/parts.js'
import { capitalised } from '../page/words.js'

export interface NotificationsPageProps {
  readonly visit: Visit
  readonly channels: readonly ShownChannel[]
  readonly faults: readonly string[]
  readonly mayTest: boolean
}

const kindWords: Readonly<Record<Notice['kind'], string>> = {
  started: 'a backup begins',
  success: 'a backup is made',
  failure: 'a backup fails',
  unhealthy: 'a check finds something wrong',
  recovery: 'what was found is over',
  summary: 'once a week, how all backups are',
  test: 'tests',
}

export function NotificationsPage(props: NotificationsPageProps): VNode {
  const { visit, channels, faults, mayTest } = props
  return (
    <Page visit={visit} title="Notifications">
      <h1>Notifications</h1>
      {faults.map((fault) => (
        <Box key={fault} tone="bad" title="A channel can't be used as it is set.">
          <p>{capitalised(fault)}</p>
        </Box>
      ))}
      {channels.length === 0 ? (
        <Empty title="Nobody is told how backups go.">
          <p>
            Set <code>NOTIFY_MAIL_TO</code> and <code>SMTP_URL</code> for mail,{' '}
            <code>NOTIFY_SLACK_URL</code>, <code>NOTIFY_DISCORD_URL</code>,{' '}
            <code>NOTIFY_WEBHOOK_URL</code> or <code>NOTIFY_PING_URL</code>, and start the service
            again. What each is for is on the page <a href={`${visit.base}/settings`}>Settings</a>.
          </p>
        </Empty>
      ) : (
        <>
          <p>People are told on these channels. A channel that fails never fails a backup.</p>
          {channels.map((channel) => (
            <Channel key={channel.shown} visit={visit} channel={channel} mayTest={mayTest} />
          ))}
          <p class="help">
            Channels are read-only here: they come from the settings, and count from the next start
            of the service. Their addresses are secrets, of which the host is shown.
          </p>
        </>
      )}
    </Page>
  )
}

interface ChannelProps extends Pick<NotificationsPageProps, 'visit' | 'mayTest'> {
  readonly channel: ShownChannel
}

function Channel({ visit, channel, mayTest }: ChannelProps): VNode {
  const { shown, kind, wants, setting } = channel
  const id = `channel-${encodeURIComponent(shown)}`
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{shown}</h2>
        <span class="label">{kind}</span>
      </header>
      <Facts
        facts={[
          ['Is told when', wants.map((want) => kindWords[want]).join('; ')],
          ['Set by', <code>{setting}</code>],
        ]}
      />
      {mayTest && (
        <PostForm class="buttons" action={`${visit.base}/notifications/test`} csrf={visit.csrf}>
          <input type="hidden" name="channel" value={shown} />
          <button type="submit" class="second">
            Test<span class="said"> {shown}</span>
          </button>
          <span class="help">
            {kind === 'Dead-man service'
              ? 'Raises the alarm there, as a failed backup would, until the next backup is made.'
              : 'Sends a message that says it is a test.'}
          </span>
        </PostForm>
      )}
    </section>
  )
}
