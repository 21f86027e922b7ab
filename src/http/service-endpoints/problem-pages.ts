import { type ErrorCode, notFound } from '../../errors.ts';
import { problemTypes, typeOf } from '../answers/problem.ts';
import type { Handlers } from '../document/operations.ts';

/** What a problem's `type` leads to: what it means and what to do, as a page for people or as JSON. */
export const problemRoutes: Pick<Handlers, 'getProblemType'> = {
  getProblemType({ parameters, mediaType }) {
    const described = describe(parameters.code);
    if (mediaType === 'application/json') return { json: described };
    return {
      text: pageOf(described),
      contentType: 'text/html; charset=utf-8',
      headers: { 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'" },
    };
  },
};

function describe(name: string) {
  if (!Object.hasOwn(problemTypes, name)) throw notFound('problem type');
  const code = name as ErrorCode;
  const { status, title, meaning, advice } = problemTypes[code];
  return { type: typeOf(code), title, status, code, meaning, advice };
}

function pageOf({ title, status, code, meaning, advice }: ReturnType<typeof describe>): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Pannier</title>
<style>body { font: 16px/1.5 sans-serif; max-width: 40em; margin: 3em auto; padding: 0 1em }</style>
</head>
<body>
<h1>${title}</h1>
<p><code>${code}</code>, answered with status ${status}.</p>
<h2>What it means</h2>
<p>${inHtml(meaning)}</p>
<h2>What to do</h2>
<p>${inHtml(advice)}</p>
</body>
</html>
`;
}

/** Words between back ticks are code. */
function inHtml(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return safe.replace(/`([^`]+)`/g, '<code>$1</code>');
}
