import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { inheritEnvironment } from '../../../config.ts';
import type { SparkSettings } from './settings.ts';

/** What is started: a Python program with one argument, and a secret that only its environment holds. */
export interface Program {
  file: string;
  run: number;
  /** PANNIER_SPARK_DATABASE */
  database: string;
}

/** A program that was submitted. */
export interface Submission {
  /** Why it will not come to anything any more; undefined: it waits or works, as far as can be told. @throws Error where nobody answers */
  failure(): Promise<string | undefined>;
  /** Ends it, where it can be reached; never throws. */
  kill(): Promise<void>;
}

const lastWords = 2_000;

/**
 * Each epoch of ALS is kept as what it came of, and by recursion sent to whoever works on it: the usual stack is full after some ten. These
 * come before the `extraJavaOptions` of whoever has some.
 */
const deepStack = '-Xss16m';
const usualProperties = {
  'spark.driver.defaultJavaOptions': deepStack,
  'spark.executor.defaultJavaOptions': deepStack,
};

/** Gives the program to Spark. @param answerMs how long a gateway may take to answer @throws Error in words where it is not taken */
export function submit(given: SparkSettings, program: Program, answerMs: number): Promise<Submission> {
  const settings = { ...given, properties: { ...usualProperties, ...given.properties } };
  return settings.gateway === undefined
    ? runSubmit(settings, program)
    : askGateway(settings, program, { url: settings.gateway, secret: settings.secret, answerMs });
}

interface Gateway {
  url: string;
  secret: string | undefined;
  answerMs: number;
}

interface GatewayAnswer {
  success?: boolean;
  message?: string;
  submissionId?: string;
  driverState?: string;
}

/** States of a driver that it does not leave again. */
const lost = ['ERROR', 'FAILED', 'KILLED'];

/** By the protocol of a standalone master's REST gateway; the driver is a spark-submit that works where the master puts it. */
async function askGateway(settings: SparkSettings, program: Program, gateway: Gateway): Promise<Submission> {
  const { hostname } = new URL(gateway.url);
  const master = settings.properties['spark.master'] ?? `spark://${hostname}:7077`;
  const properties: Record<string, string> = {
    'spark.app.name': 'pannier',
    ...settings.properties,
    'spark.master': master,
  };
  const { submissionId } = await ask(gateway, 'POST', 'create', {
    action: 'CreateSubmissionRequest',
    clientSparkVersion: '4.1.0',
    appResource: '',
    mainClass: 'org.apache.spark.deploy.SparkSubmit',
    appArgs: [
      ...['--master', master, '--deploy-mode', 'client'],
      ...Object.entries(properties)
        .filter(([name]) => name !== 'spark.master')
        .flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
      program.file,
      String(program.run),
    ],
    sparkProperties: properties,
    environmentVariables: { SPARK_ENV_LOADED: '1', PANNIER_SPARK_DATABASE: program.database },
  });
  if (!submissionId) throw new Error('the Spark gateway took the job but named no submission');
  return {
    async failure() {
      const { success, driverState = 'UNKNOWN', message } = await ask(gateway, 'GET', `status/${submissionId}`);
      // As one that was started anew.
      if (success === false) return 'the Spark master knows nothing of the driver any more';
      if (!lost.includes(driverState)) return undefined;
      return `the Spark driver is ${driverState}${message ? `: ${message.split('\n')[0]}` : ''}`;
    },
    kill: () => ask(gateway, 'POST', `kill/${submissionId}`).then(done, done),
  };
}

const done = () => undefined;

async function ask(gateway: Gateway, method: string, path: string, body?: object): Promise<GatewayAnswer> {
  let answer: GatewayAnswer = {};
  let refused: number | undefined;
  try {
    const response = await fetch(`${gateway.url.replace(/\/$/, '')}/v1/submissions/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      headers: {
        ...(body && { 'content-type': 'application/json;charset=UTF-8' }),
        ...(gateway.secret !== undefined && { authorization: `Bearer ${signToken(gateway.secret, Date.now())}` }),
      },
      signal: AbortSignal.timeout(gateway.answerMs),
    });
    if (response.status === 401 || response.status === 403) refused = response.status;
    else answer = (await response.json()) as GatewayAnswer;
  } catch (error) {
    throw new Error(`the Spark gateway ${gateway.url} does not answer: ${reasonOf(error)}`);
  }
  if (refused !== undefined) {
    throw new Error(
      `the Spark gateway ${gateway.url} lets nobody ask without its secret (${refused}): PANNIER_SPARK_GATEWAY_SECRET`,
    );
  }
  if (path === 'create' && answer?.success !== true) {
    throw new Error(`the Spark gateway refused the job: ${answer?.message?.split('\n')[0] ?? 'without a reason'}`);
  }
  return answer;
}

const tokenSeconds = 300;

/** A JSON Web Signature (RFC 7515) of HS256, as Spark's `JWSFilter` asks for with every call. */
function signToken(secret: string, nowMs: number): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const seconds = Math.floor(nowMs / 1_000);
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: 'pannier', iat: seconds, exp: seconds + tokenSeconds })}`;
  const signature = createHmac('sha256', Buffer.from(secret, 'base64url')).update(signed).digest('base64url');
  return `${signed}.${signature}`;
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { message?: string } };
  return cause?.message || message;
}

/** By a spark-submit on this machine, for YARN, Kubernetes or any other master. */
async function runSubmit({ submit = [], properties }: SparkSettings, program: Program): Promise<Submission> {
  const [command, ...given] = submit;
  const confs = Object.entries(properties).flatMap(([name, value]) => ['--conf', `${name}=${value}`]);
  const child = spawn(command, [...given, ...confs, program.file, String(program.run)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: inheritEnvironment({ PANNIER_SPARK_DATABASE: program.database }),
  });
  let words = '';
  let failure: string | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-lastWords);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      failure = `spark-submit could not be started: ${error.message}`;
      resolve();
    });
    child.once('close', (code, signal) => {
      const last = words.trim().split('\n').at(-1) ?? '';
      // One that ended well has told in the job's row that it is done.
      failure ??=
        code === 0 ? undefined : `spark-submit ended ${signal ? `by ${signal}` : `with code ${code}`}: ${last}`;
      resolve();
    });
  });
  return {
    failure: async () => failure,
    async kill() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
