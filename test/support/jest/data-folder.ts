import { chmod, mkdtemp, readdir, readFile, rm, statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

const inMemory = '/dev/shm';
/** A whole run needs less than half of it. */
const enoughBytes = 4 * 2 ** 30;

/**
 * A folder for the server of a run. Hundreds of databases are made, emptied and dropped, which costs a disk's file system
 * several times what it costs Postgres: so it lies in memory where there is enough of it.
 */
export async function makeDataFolder(): Promise<string> {
  const place = await statfs(inMemory).catch(() => undefined);
  const fits = place !== undefined && place.bavail * place.bsize >= enoughBytes && freemem() >= enoughBytes;
  if (fits) await sweep();
  const folder = await mkdtemp(join(fits ? inMemory : tmpdir(), `pannier-test-${process.pid}-`));
  // As root the server runs as somebody else, who must be able to enter.
  await chmod(folder, 0o755);
  return folder;
}

/** What killed runs have left in memory: their folders, and their servers, which had no time to end. */
async function sweep(): Promise<void> {
  for (const name of await readdir(inMemory)) {
    const run = Number(/^pannier-test-(\d+)-/.exec(name)?.[1] ?? process.pid);
    if (isAlive(run)) continue;
    const folder = join(inMemory, name);
    const server = Number.parseInt(
      await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => ''),
      10,
    );
    if (server && isAlive(server)) process.kill(server, 'SIGQUIT');
    await rm(folder, { recursive: true, force: true });
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
