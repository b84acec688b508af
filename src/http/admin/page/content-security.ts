/**
 * What the pages may do: load their own style and script, follow a job, and send their forms here. Nothing
 * inline runs, and nothing comes from another host.
 */
export const contentSecurity = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join(';')
