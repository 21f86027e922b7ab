import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { projectPath } from '../../src/project.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pannier-package-'));
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
    const packed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], projectPath('.'));
    const [{ filename, files }] = JSON.parse(packed.text);
    const paths: string[] = files.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(['dist/src/cli.js', 'openapi.yaml', 'migrations/0001_facts.sql']));
    expect(paths.filter((path) => /(^|\/)test\/|\.map$|\.ts$|buildinfo|^\./.test(path))).toEqual([]);

    execFileSync('tar', ['xzf', join(folder, filename), '-C', folder]);
    const root = join(folder, 'package');
    await symlink(projectPath('node_modules'), join(root, 'node_modules'));
    const { version } = JSON.parse(await readFile(projectPath('package.json'), 'utf8'));
    expect(run(process.execPath, ['dist/src/cli.js', '--version'], root)).toEqual({ code: 0, text: `${version}\n` });
    // The trainer is an entry of its own: it waits for its job, and ends without one.
    const trainer = `import('./dist/src/training/runs/run-training.js').then(() => console.log('loaded'))`;
    expect(run(process.execPath, ['-e', trainer], root)).toEqual({ code: 0, text: 'loaded\n' });
  });

  test('starts a command that answers nobody without what answering takes', async () => {
    const told = join(folder, 'loaded.cjs');
    await writeFile(told, `process.on('exit', () => console.log(Object.keys(require.cache).join('\\n')))`);
    const { text } = run(process.execPath, ['-r', told, 'dist/src/cli.js', 'keys', '--help'], projectPath('.'));
    expect(text).toMatch(/node_modules\/pg\//);
    expect(text.match(/node_modules\/(express|helmet|ajv|swagger-ui-dist|yaml)\//g)).toBeNull();
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
