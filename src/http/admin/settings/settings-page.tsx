import type { VNode } from 'preact'
import type { ShownSetting } from '../../../config/shown-settings.js'
import { Page, type Visit } from '../page/layout.js'
import { Prose } from '../page/prose.js'
import { counted } from '../page/words.js'

export interface SettingsPageProps {
  readonly visit: Visit
  readonly settings: readonly ShownSetting[]
}

export function SettingsPage({ visit, settings }: SettingsPageProps): VNode {
  const groups = [...new Set(settings.map(({ group }) => group))]
  return (
    <Page visit={visit} title="Settings">
      <h1>Settings</h1>
      <p>
        As they were when the service was started. They are read-only here. To change one, set it in
        the environment of the service, in <code>.env</code> or in <code>octavo.config.json</code>,
        and start the service again. The environment wins over <code>.env</code>, and that over the
        file. Of secrets nobody sees more than whether they are set.
      </p>
      {groups.map((group) => (
        <Group
          key={group}
          title={group}
          settings={settings.filter((setting) => setting.group === group)}
        />
      ))}
    </Page>
  )
}

interface GroupProps {
  readonly title: string
  readonly settings: readonly ShownSetting[]
}

function Group({ title, settings }: GroupProps): VNode {
  const id = title.toLowerCase().replaceAll(/[^a-z]+/g, '-')
  const set = settings.filter(({ source }) => source !== null)
  const others = settings.filter(({ source }) => source === null)
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {set.length > 0 && <SettingTable settings={set} />}
      {others.length > 0 && (
        <details>
          <summary>
            {set.length === 0
              ? `None is set: ${counted(others.length, 'setting')}`
              : `${counted(others.length, 'more setting')}, not set`}
          </summary>
          <SettingTable settings={others} />
        </details>
      )}
    </section>
  )
}

function SettingTable({ settings }: Pick<GroupProps, 'settings'>): VNode {
  return (
    <table class="stacked settings">
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Value</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {settings.map((setting) => (
          <tr key={setting.name}>
            <th scope="row">
              <div>
                <code>{setting.name}</code>
                <div class="help">
                  <Prose>{setting.description}</Prose>
                </div>
              </div>
            </th>
            <td data-name="Value">
              <Value setting={setting} />
            </td>
            <td data-name="From">{setting.source ?? <span class="none">default</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Value({ setting }: { readonly setting: ShownSetting }): VNode {
  const { secret, value, source, usual } = setting
  if (secret) return source === null ? <span class="none">not set</span> : <span>set</span>
  if (value !== null) return <code>{value}</code>
  return (
    <span class="none">
      <Prose>{usual}</Prose>
    </span>
  )
}
