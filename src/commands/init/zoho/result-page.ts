/** The page that the browser shows after Zoho has sent the user back. */
export interface ResultPage {
  readonly good: boolean;
  readonly title: string;
  readonly text: string;
}

/** The HTML of the page. It loads nothing, and its texts are escaped. */
export function resultPage({ good, title, text }: ResultPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · ory-zoho</title>
<style>
  :root { color-scheme: light dark; --back: #f6f7f9; --card: #fff; --text: #1d2530; --soft: #5d6878; --line: #e3e7ec; }
  @media (prefers-color-scheme: dark) {
    :root { --back: #12161c; --card: #1b212a; --text: #eef1f5; --soft: #a3adba; --line: #2c3440; }
  }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back); color: var(--text);
    font: 16px/1.5 system-ui, sans-serif; }
  main { box-sizing: border-box; width: min(28rem, calc(100vw - 2rem)); padding: 2.5rem 2rem; text-align: center;
    background: var(--card); border: 1px solid var(--line); border-radius: 1rem; }
  svg { width: 3.5rem; height: 3.5rem; color: ${good ? '#1a9d5c' : '#d1453b'}; }
  h1 { margin: 1rem 0 .5rem; font-size: 1.4rem; line-height: 1.25; }
  p { margin: 0; color: var(--soft); overflow-wrap: break-word; text-wrap: balance; }
  footer { margin-top: 1.75rem; font-size: .85rem; color: var(--soft); }
</style>
</head>
<body>
<main>
<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
<circle cx="12" cy="12" r="10"/><path d="${good ? 'm8 12.5 2.7 2.7L16 9.5' : 'm9 9 6 6m0-6-6 6'}"/></svg>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
<footer>ory-zoho</footer>
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
