import { execFileSync } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { platform, userInfo } from 'node:os';
import { dirname } from 'node:path';

/** Who runs the server: root may not. */
export interface Owner {
  uid?: number;
  gid?: number;
}

export function serverOwner(): Owner {
  if (platform() === 'win32' || userInfo().uid !== 0) return {};
  const idOf = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    execFileSync('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ]);
    return { uid: idOf('-u'), gid: idOf('-g') };
  }
}

/** May the server's user enter this folder, that is, pass through it and all its parents? */
export async function mayEnter(folder: string, owner: Owner): Promise<boolean> {
  if (owner.uid === undefined) return true;
  for (let parent = folder; ; parent = dirname(parent)) {
    if (((await stat(parent)).mode & 0o001) === 0) return false;
    if (parent === dirname(parent)) return true;
  }
}

export async function own(path: string, owner: Owner): Promise<void> {
  if (owner.uid !== undefined) await chown(path, owner.uid, owner.gid!);
}
