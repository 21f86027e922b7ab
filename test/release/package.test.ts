import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { projectPath } from '../../src/project.ts';

/** A tenth more than it is: what makes it larger is seen, and decided upon. */
const [mostPackedBytes, mostUnpackedBytes] = [2_920_000, 11_130_000];

let folder: string;
let packed: { files: { path: string }[]; size: number; unpackedSize: number };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pannier-package-'));
  expect(run('npm', ['run', '--silent', 'types'], projectPath('.'))).toEqual({ code: 0, text: '' });
  const told = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], projectPath('.'));
  const [one] = JSON.parse(told.text);
  packed = one;
  execFileSync('tar', ['xzf', join(folder, one.filename), '-C', folder]);
  await symlink(projectPath('node_modules'), join(folder, 'package/node_modules'));
});
afterAll(() => rm(folder, { recursive: true }));

function run(program: string, args: string[], cwd: string): { code: number; text: string } {
  try {
    return { code: 0, text: execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, text: stdout + stderr };
  }
}

describe('the packed package', () => {
  test('holds what runs, and no tests, maps, sources or notes of builds; and it runs where it is unpacked', async () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        ...['dist/service/cli.js', 'openapi.yaml', 'migrations/0001_facts.sql'],
        'dist/service/training/engines/spark/learn.py',
      ]),
    );
    expect(paths.filter((path) => /(^|\/)test\/|\.map$|(?<!\.d)\.ts$|buildinfo|^\./.test(path))).toEqual([]);
    // Types are for who imports models or the client; of the service nothing can be imported.
    expect(paths.filter((path) => path.endsWith('.d.ts') && !/^dist\/(models|client\/types)\//.test(path))).toEqual([]);
    expect(packed.size).toBeLessThan(mostPackedBytes);
    expect(packed.unpackedSize).toBeLessThan(mostUnpackedBytes);

    const root = join(folder, 'package');
    const { version } = JSON.parse(await readFile(projectPath('package.json'), 'utf8'));
    expect(run(process.execPath, ['dist/service/cli.js', '--version'], root)).toEqual({
      code: 0,
      text: `${version}\n`,
    });
    // The trainer is an entry of its own: it waits for its job, and ends without one.
    const training = paths.find((path) => /^dist\/service\/run-training-.*\.js$/.test(path));
    const loaded = run(process.execPath, ['-e', `import('./${training}').then(() => console.log('loaded'))`], root);
    expect(loaded).toEqual({ code: 0, text: 'loaded\n' });
  });

  test('lets a data scientist import its models with types, and nothing of the service', async () => {
    const project = join(folder, 'project');
    await mkdir(join(project, 'node_modules'), { recursive: true });
    await symlink(join(folder, 'package'), join(project, 'node_modules/pannier'));
    await symlink(projectPath('node_modules/@types'), join(project, 'node_modules/@types'));
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    // The strictest: types of what is imported are checked too.
    const compilerOptions = { target: 'es2023', module: 'nodenext', strict: true, types: ['node'] };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['mine.ts'] }));
    const models = (await readdir(projectPath('models'), { recursive: true }))
      .filter((path) => path.endsWith('/index.ts') && !path.startsWith('kernels/'))
      .map((path) => path.replace('/index.ts', ''));
    expect(models).toContain('segmentation');
    await writeFile(
      join(project, 'mine.ts'),
      `import { type Itemsets, mineItemsets, parseBaskets } from 'pannier/models/association-rules';
      const { matrix } = parseBaskets(new TextEncoder().encode('1 2\\n1 2 3\\n3\\n'));
      const found: Itemsets = mineItemsets(matrix, { minimumCount: 2, maximumLength: 2 });
      console.log(Array.from(found.countsByLength).join());
      // @ts-expect-error a number is asked for, which only its types can say
      export const wrong = () => mineItemsets(matrix, { minimumCount: 'two', maximumLength: 2 });
      ${models.map((model, place) => `export * as model${place} from 'pannier/models/${model}';`).join('\n')}
      for (const hidden of ['pannier', 'pannier/models/kernels', 'pannier/dist/src/config.js'])
        await import(hidden).then(() => console.log(hidden), ({ code }) => console.log(code));
      `,
    );
    expect(run(process.execPath, [projectPath('node_modules/typescript/bin/tsc'), '-p', project], project)).toEqual({
      code: 0,
      text: '',
    });
    // {1}, {2}, {3} and {1, 2} are in two of the three baskets.
    const refused = 'ERR_PACKAGE_PATH_NOT_EXPORTED\n';
    expect(run(process.execPath, ['mine.js'], project)).toEqual({ code: 0, text: `3,1\n${refused.repeat(3)}` });
  });

  test('lets a program ask, and a bundle collect, with types', async () => {
    const project = join(folder, 'asking');
    await mkdir(join(project, 'node_modules'), { recursive: true });
    await symlink(join(folder, 'package'), join(project, 'node_modules/pannier'));
    await symlink(projectPath('node_modules/@types'), join(project, 'node_modules/@types'));
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    const compilerOptions = {
      target: 'es2023',
      lib: ['es2023', 'dom'],
      module: 'nodenext',
      strict: true,
      types: ['node'],
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['ask.ts'] }));
    await writeFile(
      join(project, 'ask.ts'),
      `import { createClient, signCustomerToken } from 'pannier/client';
      import type { Collector } from 'pannier/collector';
      export const track = (collector: Collector) => collector.track('view', { item_id: 'I1' });
      const client = createClient({ url: 'http://127.0.0.1:1', key: 'pk_none', retries: 0 });
      export const ask = async () => (await client.GET('/v1/popular-items')).data?.items[0]?.item_id.toUpperCase();
      // @ts-expect-error there is no such path
      export const wrong = () => client.GET('/v1/unpopular-items');
      const own = { items: ['own'] };
      const shown = await client.within(500, (signal) => client.GET('/v1/popular-items', { signal }), own);
      console.log(shown === own, (await signCustomerToken('secret', 'anna', new Date(0))).split('.').length);
      `,
    );
    expect(run(process.execPath, [projectPath('node_modules/typescript/bin/tsc'), '-p', project], project)).toEqual({
      code: 0,
      text: '',
    });
    expect(run(process.execPath, ['ask.js'], project)).toEqual({ code: 0, text: 'true 4\n' });
  });

  test('says of each function and value of its models what it is', () => {
    const doors = readdirSync(join(folder, 'package/dist/models'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('/index.d.ts'))
      .map((path) => join(folder, 'package/dist/models', path));
    const program = ts.createProgram(doors, { module: ts.ModuleKind.NodeNext, types: [], skipLibCheck: true });
    const checker = program.getTypeChecker();
    const exported = doors.flatMap((door) =>
      checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(door)!)!).map((named) => {
        const symbol = named.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(named) : named;
        return { name: `${relative(folder, dirname(door))}: ${named.name}`, symbol };
      }),
    );
    const callable = exported.filter(
      ({ symbol }) => symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable),
    );
    expect(callable.length).toBeGreaterThan(80);
    const silent = callable.filter(({ symbol }) => symbol.getDocumentationComment(checker).length === 0);
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  test('is started by its name where it is installed', async () => {
    const project = join(folder, 'shop');
    await mkdir(join(project, 'node_modules/.bin'), { recursive: true });
    await symlink(join(folder, 'package'), join(project, 'node_modules/pannier'));
    await writeFile(join(project, 'package.json'), '{}');
    // As npm links it.
    await symlink('../pannier/dist/service/cli.js', join(project, 'node_modules/.bin/pannier'));
    await chmod(join(folder, 'package/dist/service/cli.js'), 0o755);
    const { version } = JSON.parse(await readFile(projectPath('package.json'), 'utf8'));
    expect(run('npx', ['--no-install', 'pannier', '--version'], project)).toEqual({ code: 0, text: `${version}\n` });
  });

  test('starts a command with what that command takes alone', async () => {
    const teller = `import { writeSync } from 'node:fs';
      export async function load(url, context, next) { writeSync(1, url + '\\n'); return next(url, context); }`;
    await writeFile(join(folder, 'teller.mjs'), teller);
    await writeFile(
      join(folder, 'tell.mjs'),
      `import { register } from 'node:module'; register('./teller.mjs', import.meta.url);`,
    );
    // A sentence of commander, zod and pg, and one each of express, helmet and ajv.
    const sentences = [
      ...['too many arguments', 'Invalid input: expected', 'Connection terminated unexpectedly'],
      ...['X-Powered-By', 'Cross-Origin-Opener-Policy', 'strict mode: '],
    ];
    const loadedBy = async (...words: string[]) => {
      const args = ['--import', join(folder, 'tell.mjs'), 'dist/service/cli.js', ...words];
      const files = run(process.execPath, args, projectPath('.')).text.match(/file:.*\/dist\/service\/.*\.js/g) ?? [];
      const loaded = (await Promise.all(files.map((file) => readFile(new URL(file), 'utf8')))).join('');
      return sentences.map((sentence) => loaded.includes(sentence));
    };
    expect(await loadedBy('--help')).toEqual([true, false, false, false, false, false]);
    expect(await loadedBy('keys', '--help')).toEqual([true, true, true, false, false, false]);
  });

  test('installs nothing that reports on whoever installs it', async () => {
    const lock = JSON.parse(await readFile(projectPath('package-lock.json'), 'utf8'));
    expect(Object.keys(lock.packages).filter((path) => /scarf/.test(path))).toEqual([]);
    expect(JSON.stringify(lock)).not.toContain('"resolved"');
  });
});

describe('without the compiler', () => {
  let bare: string;
  beforeAll(async () => {
    bare = join(folder, 'bare');
    await mkdir(bare);
    for (const name of ['build.mjs', 'package.json', 'tsconfig.build.json'])
      await cp(projectPath(name), join(bare, name));
  });

  test('an installation ends well', () => {
    expect(run('npm', ['run', '--silent', 'prepare'], bare)).toEqual({ code: 0, text: '' });
  });

  test('a start says in one sentence what to do', () => {
    const { code, text } = run('npm', ['run', '--silent', 'start'], bare);
    expect([code, text]).toEqual([
      1,
      'dist/ is not there and the compiler is not installed: run `npm ci && npm run build` once, then start again.\n',
    ]);
  });
});
