import type { VNode } from 'preact'

const steps = ['Choose a backup', 'Choose what', 'See what changes', 'Confirm', 'Result'] as const

/** Where on the way somebody is. */
export function Steps({ at }: { readonly at: 1 | 2 | 3 | 4 | 5 }): VNode {
  return (
    <ol class="steps" aria-label="Steps">
      {steps.map((name, index) => (
        <li key={name} aria-current={index + 1 === at ? 'step' : undefined}>
          {name}
        </li>
      ))}
    </ol>
  )
}
