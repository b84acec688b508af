import type { VNode } from 'preact'

/** A sentence of the documentation: what stands in backquotes is code, links are their words. */
export function Prose({ children }: { readonly children: string }): VNode {
  const plain = children.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return (
    <>{plain.split('`').map((part, index) => (index % 2 === 0 ? part : <code>{part}</code>))}</>
  )
}
