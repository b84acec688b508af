/** What a step may look at: `inputs`, `vars`, `secrets`, `github`. */
export type Contexts = Readonly<Record<string, Readonly<Record<string, string>>>>

export interface Step {
  readonly name: string
  readonly uses: string
  readonly run: string
  readonly condition: string
  readonly with: ReadonlyMap<string, string>
  readonly env: ReadonlyMap<string, string>
}

/** The steps of a workflow or an action as this project writes them: no YAML but what it needs. */
export function readSteps(text: string): Step[] {
  const [, indent = '', body = ''] = /^( *)steps:\n(.*)$/ms.exec(text) ?? []
  const lines = body.split('\n').filter((line) => !/^\s*(#|$)/.test(line))
  const inner = `${indent}    `
  const blocks: string[][] = []
  for (const line of lines) {
    if (line.startsWith(`${indent}  - `)) blocks.push([])
    blocks.at(-1)?.push(line.replace(`${indent}  - `, inner).slice(inner.length))
  }
  return blocks.map(readStep)
}

function readStep(lines: readonly string[]): Step {
  const plain = new Map<string, string>()
  const nested = new Map<string, string[]>()
  let key = ''
  for (const line of lines) {
    const [, name, value = ''] = /^([\w-]+):(?: (.*))?$/.exec(line) ?? []
    if (name === undefined) nested.get(key)?.push(line.slice(2))
    else {
      key = name
      plain.set(name, value.replace(/ # v[\d.]+$/, ''))
      nested.set(name, [])
    }
  }
  const run = plain.get('run') === '|' ? nested.get('run')?.join('\n') : plain.get('run')
  return {
    name: plain.get('name') ?? '',
    uses: plain.get('uses') ?? '',
    run: run ?? '',
    condition: plain.get('if') ?? '',
    with: readMap(nested.get('with')),
    env: readMap(nested.get('env')),
  }
}

function readMap(lines: readonly string[] = []): Map<string, string> {
  return new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([\w-]+): (.*)$/.exec(line) ?? []
      return [name, value.replace(/^'(.*)'$/, '$1')]
    }),
  )
}

/** The defaults of an action's inputs, as they are written. */
export function readInputs(text: string): Map<string, string> {
  const [, body = ''] = /^inputs:\n(.*?)\n\n/ms.exec(text) ?? []
  const found = body.matchAll(/^ {2}([\w-]+):\n {4}description: .*\n {4}default: (.*)$/gm)
  return new Map(
    [...found].map(([, name = '', value = '']) => [name, value.replace(/^'(.*)'$/, '$1')]),
  )
}

/** A text with its `${{ … }}` worked out, as far as `a.b`, `'text'`, `||`, `==` and `!=` go. */
export function evaluate(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) =>
    valueOf(expression, contexts),
  )
}

export function holds(condition: string, contexts: Contexts): boolean {
  if (condition === '') return true
  const [, left = '', operator = '', right = ''] = /^(.+) (==|!=) (.+)$/.exec(condition) ?? []
  const equal = valueOf(left, contexts) === valueOf(right, contexts)
  return operator === '==' ? equal : !equal
}

function valueOf(expression: string, contexts: Contexts): string {
  for (const operand of expression.split(' || ')) {
    const literal = /^'(.*)'$/.exec(operand)?.[1]
    const [context = '', name = ''] = operand.split('.')
    const value = literal ?? contexts[context]?.[name] ?? ''
    if (value !== '') return value
  }
  return ''
}
