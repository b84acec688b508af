/** Puts an invisible space behind the @ of names that call a whole channel. */
export function quietMentions(text: string): string {
  return text.replace(/@(?=(everyone|here|channel|all)\b)/gi, '@\u200b')
}
