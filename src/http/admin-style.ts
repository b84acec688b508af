/** The style of the page, as it stands between its tags: the content security policy holds its digest. */
export const adminStyle = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #586474; --line: #c3ccd8;
  --paper: #f4f6f9; --card: #fff; --main: #1f5fbf; --on-main: #fff; --bad: #a4262c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf2; --soft: #a5b1c2; --line: #445063;
  --paper: #12161c; --card: #1b2129; --main: #7fb0ff; --on-main: #0d1b30; --bad: #ff9a9e; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main { width: 100%; max-width: 32rem; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 2rem 0 0; font-size: 1.1rem; }
p { margin: .5rem 0; }
label { display: block; margin-top: 1.25rem; font-weight: 600; }
label.check { display: flex; gap: .6rem; align-items: baseline; font-weight: 400; }
input:not([type=checkbox]) { width: 100%; margin-top: .35rem; padding: .65rem .75rem; font: inherit;
  color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .4rem; }
input[aria-invalid] { border-color: var(--bad); }
button { width: 100%; margin: 1.5rem 0 .25rem; padding: .8rem 1rem; font: inherit; font-weight: 600;
  color: var(--on-main); background: var(--main); border: 0; border-radius: .4rem; cursor: pointer; }
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
.help { color: var(--soft); font-size: .9rem; }
.failure { margin: 1rem 0; padding: .5rem 1rem; border-left: 4px solid var(--bad);
  background: var(--paper); }
.failure strong { color: var(--bad); }
`
