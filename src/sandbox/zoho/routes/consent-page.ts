import { escapeHtml } from './escape-html.ts';

/** The contents of the consent page. */
export interface Consent {
  readonly app: string;
  readonly scopes: readonly string[];
  /** The query of the authorization request. The answer repeats it. */
  readonly query: URLSearchParams;
}

/** The form field in which the two buttons of the page send the answer. */
export const ANSWER = 'sandbox_answer';

/**
 * A stand-in for the Zoho page where a user grants access to an app. It has the scopes, Accept and Reject.
 */
export function consentPage({ app, scopes, query }: Consent): string {
  const fields = [...query].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sandbox accounts</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}
h1{font-size:1.4rem;overflow-wrap:anywhere}
li{font-family:ui-monospace,monospace;font-size:.9rem}button{font:inherit;padding:.5rem 1.25rem;margin-right:.75rem}</style>
</head>
<body>
<h1>${escapeHtml(app)} would like to access</h1>
<ul>${scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('')}</ul>
<form method="get">
${fields.join('\n')}
<button name="${ANSWER}" value="accept">Accept</button><button name="${ANSWER}" value="reject">Reject</button>
</form>
<p>This is the sandbox of ory-zoho, not Zoho.</p>
</body>
</html>
`;
}
