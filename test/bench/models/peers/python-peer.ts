import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A peer that a script of this folder drives in a Python of its own. */
export interface Peer {
  /** What it answers to a line: one round of its work at a time, so that rounds of ours come in between. */
  ask(line: string): Promise<string>;
  end(): void;
}

/** Starts a script and waits until it has read its data. */
export async function startPeer(python: string, script: string, parameters: readonly string[]): Promise<Peer> {
  const path = fileURLToPath(new URL(`../../../../../test/bench/models/peers/${script}`, import.meta.url));
  const process = spawn(python, [path, ...parameters], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: process.stdout });
  await once(answers, 'line');
  return {
    async ask(line) {
      process.stdin.write(`${line}\n`);
      const [answer] = await once(answers, 'line');
      return answer;
    },
    end: () => process.stdin.end(),
  };
}
