import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { projectPath } from './project.ts';

/** What the build leaves: openapi.yaml parsed, and of which text. Parsing takes half a second, and every start needs it. */
interface Parsed {
  digest: string;
  document: Record<string, any>;
}

const parsedPath = projectPath('dist', 'openapi.json');

/** openapi.yaml as an object: as the build has parsed it, or parsed here where it was not built or was changed since. */
export function readOpenApi(): Record<string, any> {
  const text = readFileSync(projectPath('openapi.yaml'), 'utf8');
  const parsed = readParsed();
  return parsed?.digest === digestOf(text) ? parsed.document : parse(text);
}

/** For the build. */
export function keepParsedOpenApi(): void {
  const text = readFileSync(projectPath('openapi.yaml'), 'utf8');
  const parsed: Parsed = { digest: digestOf(text), document: parse(text) };
  writeFileSync(parsedPath, JSON.stringify(parsed));
}

function readParsed(): Parsed | undefined {
  try {
    return JSON.parse(readFileSync(parsedPath, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The parser is loaded where it is needed only. */
function parse(text: string): Record<string, any> {
  const yaml: typeof import('yaml') = createRequire(import.meta.url)('yaml');
  return yaml.parse(text);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
