// Takes the Dockerfile's steps in an empty folder, without Docker: each stage is a folder that stands for its root. Then starts
// what the image would start, as nobody in particular, beside a Postgres, and asks it. It reads dist/ for that Postgres only.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedServer } from '../../dist/src/db/index.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
const nobody = 65534;

/** Lines of the file, continued ones joined. */
async function readSteps() {
  const text = await readFile(join(project, 'Dockerfile'), 'utf8');
  return text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line))
    .map((line) => {
      const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line);
      return { word, rest };
    });
}

/** What `.dockerignore` leaves: it refuses all and names what comes along. */
async function contextNames() {
  const lines = (await readFile(join(project, '.dockerignore'), 'utf8'))
    .split('\n')
    .filter((line) => /^[^#]/.test(line));
  const [all, ...names] = lines;
  if (all !== '*' || names.some((line) => !line.startsWith('!')))
    throw new Error('.dockerignore: "*", then names with "!"');
  return names.map((line) => line.slice(1));
}

async function copy(rest, stage, stages) {
  const words = rest.split(/\s+/);
  const options = words.filter((word) => word.startsWith('--'));
  const paths = words.filter((word) => !word.startsWith('--'));
  const target = paths.pop();
  const from = options.find((option) => option.startsWith('--from='))?.slice('--from='.length);
  const folder = from ? undefined : await contextNames();
  const sources = from
    ? paths.map((path) => join(stages.get(from).root, path))
    : paths.flatMap((path) => (path === '.' ? folder : [path])).map((path) => join(project, path));
  const refused = folder && paths.filter((path) => path !== '.' && !folder.includes(path));
  if (refused?.length) throw new Error(`.dockerignore keeps out ${refused.join(', ')}`);
  const to = target.startsWith('/') ? join(stage.root, target) : join(stage.cwd, target);
  await mkdir(to, { recursive: true });
  for (const source of sources) {
    const isWhole = from || paths.length === 0;
    await cp(source, isWhole ? to : join(to, source.slice(project.length)), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  if (options.some((option) => option.startsWith('--chown=')) && process.getuid() === 0)
    await chown(to, nobody, nobody);
}

async function runSteps(scratch) {
  const stages = new Map();
  let stage;
  for (const { word, rest } of await readSteps()) {
    console.log(`${word} ${rest}`);
    const [name, value] = word === 'ENV' ? rest.split('=') : [];
    if (word === 'FROM') {
      const root = join(scratch, `stage-${stages.size + 1}`);
      await mkdir(root);
      stage = { root, cwd: root, env: {} };
      stages.set(/ AS (\S+)$/.exec(rest)?.[1] ?? stages.size, stage);
    } else if (word === 'WORKDIR') {
      stage.cwd = join(stage.root, rest);
      await mkdir(stage.cwd, { recursive: true });
    } else if (word === 'COPY') await copy(rest, stage, stages);
    else if (word === 'ENV') stage.env[name] = value.startsWith('/') ? join(stage.root, value) : value;
    else if (word === 'RUN')
      execFileSync('bash', ['-euc', rest], { cwd: stage.cwd, env: { ...process.env, ...stage.env }, stdio: 'inherit' });
    else if (['USER', 'ENTRYPOINT', 'CMD', 'HEALTHCHECK', 'EXPOSE'].includes(word)) stage[word] = rest;
    else throw new Error(`${word} is not known here`);
  }
  return stage;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

function expect(what, found, wanted) {
  if (found !== wanted) throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

/** As the image's user, and with nothing of this machine's settings. */
function start(image, line, env, stdio) {
  const [program, ...args] = line;
  expect('program', program, 'node');
  const owner = process.getuid() === 0 ? { uid: nobody, gid: nobody } : {};
  return spawn(process.execPath, args, { cwd: image.cwd, env: { ...image.env, ...env }, ...owner, stdio });
}

async function run(image, line, env) {
  const child = start(image, line, env, ['ignore', 'pipe', 'inherit']);
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  return { code, out: Buffer.concat(chunks).toString() };
}

async function tryImage(image, scratch) {
  if (!image.USER || image.USER === 'root') throw new Error('the image runs as root');
  const entry = JSON.parse(image.ENTRYPOINT);
  const server = await startEmbeddedServer({ folder: await mkdtemp(join(scratch, 'postgres-')), disposable: true });
  const port = await freePort();
  const env = { DATABASE_URL: server.connectionString, PANNIER_PORT: String(port), PANNIER_LOG_LEVEL: 'warn' };
  const service = start(image, [...entry, ...JSON.parse(image.CMD)], env, ['ignore', 'ignore', 'inherit']);
  const ended = once(service, 'close');
  try {
    const health = JSON.parse(image.HEALTHCHECK.replace(/^CMD\s+/, ''));
    for (let tries = 0; (await run(image, health, env)).code !== 0; tries++) {
      if (tries > 100 || service.exitCode !== null) throw new Error('the service does not come up');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const made = await run(image, [...entry, '--json', 'keys', 'create', 'shop', '--scope', 'recommend'], env);
    expect('exit of keys create', made.code, 0);
    const headers = { Authorization: `Bearer ${JSON.parse(made.out).token ?? JSON.parse(made.out).key}` };
    // A key of another process is known within a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const answer = await fetch(`http://127.0.0.1:${port}/v1/popular-items`, { headers });
    console.log(`GET /v1/popular-items: ${answer.status} ${(await answer.text()).slice(0, 200)}`);
    if (answer.status >= 500 && answer.status !== 503) throw new Error('the service fails');
    expect('status with the key', answer.status === 401 || answer.status === 403, false);
    service.kill('SIGTERM');
    const [code] = await ended;
    expect('exit after SIGTERM', code, 0);
  } finally {
    service.kill('SIGKILL');
    await server.stop();
  }
}

const scratch = await mkdtemp(join(tmpdir(), 'pannier-docker-'));
try {
  await chmod(scratch, 0o755);
  const image = await runSteps(scratch);
  const [size] = execFileSync('du', ['-sm', image.root], { encoding: 'utf8' }).split('\t');
  await tryImage(image, scratch);
  console.log(`The Dockerfile's steps make ${size} MB beside Node, and what they make runs.`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
