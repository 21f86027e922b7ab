import { spawn } from 'node:child_process';
import { runCommand } from '../../../src/cli/run.ts';
import { projectPath } from '../../../src/project.ts';

export interface CliAnswer {
  code: number | null;
  out: string;
  errors: string;
  /** of what was written to stdout, where `--json` was asked for */
  json: any;
}

const settingsFor = (connectionString: string, settings: Record<string, string>) => ({
  DATABASE_URL: connectionString,
  PANNIER_SCHEMA: 'pannier',
  PANNIER_LOG_LEVEL: 'silent',
  ...settings,
});

/** Runs the compiled `pannier`, its modules put together (src/vite.config.mjs), on a database, as a person would. @param line its arguments, with spaces between them */
export function runCli(
  connectionString: string,
  line: string,
  settings: Record<string, string> = {},
): Promise<CliAnswer> {
  const env = { ...process.env, ...settingsFor(connectionString, settings) };
  const given = line.split(' ');
  const child = spawn(process.execPath, [projectPath('dist/service/cli.js'), ...given], { env });
  const [out, errors]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => errors.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const text = Buffer.concat(out).toString('utf8');
      resolve(answerOf(given, code, text, Buffer.concat(errors).toString('utf8')));
    });
  });
}

const answerOf = (given: readonly string[], code: number | null, out: string, errors: string): CliAnswer => {
  const json = given.includes('--json') && out !== '' ? JSON.parse(out) : undefined;
  return { code, out, errors, json };
};

let earlier: Promise<unknown> = Promise.resolve();

/**
 * The same command in this process, from what it was given to its exit code: what it says is seen, but nothing of its start and end,
 * of signals, and of trainers, which are compiled. One after the other, for a process has one output.
 */
export function runCliHere(
  connectionString: string,
  line: string,
  settings: Record<string, string> = {},
): Promise<CliAnswer> {
  const answer = earlier.then(() => runHere(line.split(' '), settingsFor(connectionString, settings)));
  earlier = answer.catch(() => {});
  return answer;
}

async function runHere(given: readonly string[], settings: Record<string, string>): Promise<CliAnswer> {
  const before = { ...process.env };
  const [out, errors]: [string[], string[]] = [[], []];
  const written = [capture(process.stdout, out), capture(process.stderr, errors)];
  Object.assign(process.env, settings);
  process.exitCode = undefined;
  let code: number;
  try {
    code = await runCommand(given);
  } finally {
    process.exitCode = undefined;
    for (const name of Object.keys(settings)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    for (const restore of written) restore();
  }
  return answerOf(given, code, out.join(''), errors.join(''));
}

function capture(stream: NodeJS.WriteStream, into: string[]): () => void {
  const real = stream.write;
  stream.write = ((chunk: string | Uint8Array) => {
    into.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    return true;
  }) as typeof stream.write;
  return () => {
    stream.write = real;
  };
}
