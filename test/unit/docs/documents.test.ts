import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { buildProgram } from '../../../src/cli/program.ts';
import { describeSettings } from '../../../src/config.ts';
import { elementFields } from '../../../src/intake/imports/elements/element-fields.ts';
import { lineFields } from '../../../src/intake/imports/mapping/mapping.ts';
import { projectPath } from '../../../src/project.ts';
import { readDocuments } from '../../support/service/documents.ts';

const documents = readDocuments();
/** Those of the service, and the one that only the tests read. */
const settings = new Set([...describeSettings().map(({ name }) => name), 'PANNIER_CHROMIUM']);
const contract = parse(readFileSync(projectPath('openapi.yaml'), 'utf8'));
const { scripts, dependencies, peerDependencies, devDependencies, ...manifest } = JSON.parse(
  readFileSync(projectPath('package.json'), 'utf8'),
);

/** What a pattern finds in the documents and is not as it should be, with where it stands. */
function wrong(pattern: RegExp, isRight: (found: string[], path: string) => boolean, among = documents): string[] {
  return among.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].filter((found) => !isRight(found as string[], path)).map(([all]) => `${path}: ${all}`),
  );
}

const headingsOf = (path: string) =>
  [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the documents', () => {
  test('are seen', () => {
    expect(documents.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/operations.md', 'models/popularity/CARD.md']),
    );
  });

  test('README is short, and says the two commands that CI runs', () => {
    const { text } = documents.find(({ path }) => path === 'README.md')!;
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8 * 1024);
    for (const command of ['npm ci && npm run demo', 'npm ci && npm test']) expect(text).toContain(`\n${command} `);
    expect(readFileSync(projectPath('.ci/run'), 'utf8')).toContain('\nnpm ci && npm test ');
  });

  test('their links lead somewhere', () => {
    const leads = ([, , target]: string[], path: string) => {
      if (/^https?:/.test(target)) return true;
      const [file, heading] = target.split('#');
      const full = file === '' ? projectPath(path) : join(dirname(projectPath(path)), file);
      return existsSync(full) && (heading === undefined || headingsOf(full).includes(heading));
    };
    expect(wrong(/\[([^\]]+)\]\(([^)\s]+)\)/g, leads)).toEqual([]);
    expect(wrong(/\[([^\]]+)\]\(([^)\s]+)\)/g, () => false).length).toBeGreaterThan(50);
  });

  test('the files that they name are there', () => {
    const isThere = ([, path]: string[]) => /[<…*]/.test(path) || existsSync(projectPath(path));
    expect(wrong(/`((?:src|models|test|docs|migrations|\.ci|\.github)\/[^`\s]*)`/g, isThere)).toEqual([]);
  });

  test('the scripts that they name are there', () => {
    expect(wrong(/npm run ([a-z][\w:-]*)/g, ([, name]) => name in scripts)).toEqual([]);
  });

  test('the settings that they name are there', () => {
    expect(wrong(/\bPANNIER_[A-Z_]+\b/g, ([name]) => settings.has(name))).toEqual([]);
  });

  test('the operations that they name are in the contract', () => {
    const paths: string[] = Object.keys(contract.paths);
    const isKnown = ([, method, path]: string[]) => {
      const named = paths.find((one) => one === path);
      return named !== undefined && method.toLowerCase() in contract.paths[named];
    };
    expect(wrong(/\b(GET|PUT|POST|PATCH|DELETE)\s+(\/v1\/[\w{}/-]*\w\}?)/g, isKnown)).toEqual([]);
  });

  test('the commands that they name within a line are there', async () => {
    const program = await buildProgram();
    const isCommand = ([, words]: string[]) => {
      let at = program;
      for (const word of words.split(' ').filter((word) => /^[a-z][a-z-]*$/.test(word))) {
        const inner = at.commands.find((command) => command.name() === word);
        if (!inner) return at.registeredArguments.length > 0;
        at = inner as typeof at;
      }
      return true;
    };
    expect(wrong(/`pannier ([a-z][^`]*)`/g, isCommand)).toEqual([]);
    expect(wrong(/`pannier ([a-z][^`]*)`/g, () => false).length).toBeGreaterThan(2);
  });

  test('the columns that files may have are named', () => {
    const { text } = documents.find(({ path }) => path === 'docs/bring-your-own-shop.md')!;
    const rowOf = (kind: string) => text.split('\n').find((line) => line.startsWith(`| \`${kind}\``))!;
    const columns = { ...elementFields, orders: lineFields };
    const unnamed = Object.entries(columns).flatMap(([kind, fields]) =>
      (Array.isArray(fields) ? fields : Object.keys(fields)).filter((field) => !rowOf(kind).includes(`\`${field}\``)),
    );
    expect(unnamed).toEqual([]);
  });

  test('every operation of the contract is in a table of theirs', () => {
    const methods = ['get', 'put', 'post', 'patch', 'delete'];
    const operations = Object.entries<object>(contract.paths).flatMap(([path, item]) =>
      methods.filter((method) => method in item).map((method) => `| \`${method.toUpperCase()} ${path}\` |`),
    );
    expect(operations.length).toBeGreaterThan(50);
    const texts = documents.map(({ text }) => text).join('\n');
    expect(operations.filter((operation) => !texts.includes(operation))).toEqual([]);
  });
});

describe('the page on architecture', () => {
  const { text } = documents.find(({ path }) => path === 'docs/architecture.md')!;
  const foldersOf = (folder: string) =>
    readdirSync(projectPath(folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${folder}/${name}/`);

  test('names every folder of src and models, and none that is not there', () => {
    const named = [...text.matchAll(/`((?:src|models)\/[\w-]+\/)`/g)].map(([, folder]) => folder);
    expect([...new Set(named)].sort()).toEqual([...foldersOf('src'), ...foldersOf('models')].sort());
  });

  test('gives each library that users install its reason', () => {
    const libraries = text.slice(text.indexOf('## Libraries')).replaceAll('`-', '`@tensorflow/tfjs-');
    const unnamed = Object.keys(dependencies).filter((name) => !libraries.includes(`\`${name}\``));
    expect(unnamed).toEqual([]);
    const named = [...libraries.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)]);
    const all = { ...dependencies, ...peerDependencies, ...devDependencies, ...manifest.optionalDependencies };
    expect(named.map(([, name]) => name).filter((name) => !(name in all))).toEqual([]);
  });
});

describe('the front door', () => {
  test.each(['LICENSE', '.editorconfig', '.nvmrc', '.env.example', '.github/workflows/ci.yml', 'Dockerfile'])(
    '%s is there',
    (name) => expect(statSync(projectPath(name)).size).toBeGreaterThan(0),
  );

  test('the workflow runs what a change must pass, on every Node and Postgres that are promised', () => {
    const { jobs } = parse(readFileSync(projectPath('.github/workflows/ci.yml'), 'utf8'));
    expect(jobs.check.strategy.matrix).toEqual({ node: [20, 22, 24], postgres: [15, 16, 17, 18] });
    expect(jobs.check.steps.at(-1)).toEqual({ run: '.ci/run' });
    expect(manifest.engines.node).toBe('>=20.19');
  });

  test('compose and image set nothing that is no setting', () => {
    const { services } = parse(readFileSync(projectPath('compose.yaml'), 'utf8'));
    const image = [...readFileSync(projectPath('Dockerfile'), 'utf8').matchAll(/^ENV (\w+)=/gm)].map(
      ([, name]) => name,
    );
    const named = [...Object.keys(services.pannier.environment), ...image.filter((name) => name !== 'NODE_ENV')];
    expect(named.filter((name) => !settings.has(name))).toEqual([]);
    expect(services.pannier.environment.DATABASE_URL).toContain('@postgres:5432/');
  });

  test('the decisions are numbered without a gap, and all listed', () => {
    const names = readdirSync(projectPath('docs/decisions'))
      .filter((name) => /^\d/.test(name))
      .sort();
    expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1));
    const list = readFileSync(projectPath('docs/decisions/README.md'), 'utf8');
    expect(names.filter((name) => !list.includes(`(${name})`))).toEqual([]);
  });
});
