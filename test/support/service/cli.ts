import { spawn } from 'node:child_process';
import { projectPath } from '../../../src/project.ts';

export interface CliAnswer {
  code: number | null;
  out: string;
  errors: string;
  /** of what was written to stdout, where `--json` was asked for */
  json: any;
}

/** Runs the compiled `pannier` on a database, as a person would. @param line its arguments, with spaces between them */
export function runCli(
  connectionString: string,
  line: string,
  settings: Record<string, string> = {},
): Promise<CliAnswer> {
  const env = {
    ...process.env,
    DATABASE_URL: connectionString,
    PANNIER_SCHEMA: 'pannier',
    PANNIER_LOG_LEVEL: 'silent',
    ...settings,
  };
  const given = line.split(' ');
  const child = spawn(process.execPath, [projectPath('dist/src/cli.js'), ...given], { env });
  const [out, errors]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => errors.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const text = Buffer.concat(out).toString('utf8');
      const json = given.includes('--json') && text !== '' ? JSON.parse(text) : undefined;
      resolve({ code, out: text, errors: Buffer.concat(errors).toString('utf8'), json });
    });
  });
}
