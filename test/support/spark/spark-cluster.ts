import { type ChildProcess, spawn } from 'node:child_process';
import { freePort } from '../service/free-port.ts';
import { makeScratchFolder } from '../service/scratch-folder.ts';
import { javaOptions } from './class-archive.ts';
import type { SparkOnThisMachine } from './find-spark.ts';

/** A standalone master with one worker, on loopback. */
export interface SparkCluster {
  gateway: string;
  properties: string;
  /** Ends the master at once, as a fallen machine does. */
  killMaster(): Promise<void>;
  /** Starts it anew at its old addresses; it knows nothing of before. */
  startMaster(): Promise<void>;
  /** Ends the workers at once, with all that works on them: executors, and drivers that the master put there. */
  killWorkers(): Promise<void>;
  startWorker(): Promise<void>;
  stop(): Promise<void>;
}

const startMs = 60_000;

/** Starts both. @param more.workers how many, each of so many cores @param more.secret by which the gateway is guarded @param cores that a worker gives to executors; one more is for the driver */
export async function startSparkCluster(
  spark: SparkOnThisMachine,
  cores: number,
  { workers: workerCount = 1, secret }: { workers?: number; secret?: string } = {},
): Promise<SparkCluster> {
  const { home, python, jar } = spark;
  const java = await javaOptions(spark);
  const [port, rest, webOfMaster] = await Promise.all([freePort(), freePort(), freePort()]);
  const folder = await makeScratchFolder('spark');
  const environment = {
    ...process.env,
    SPARK_HOME: home,
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_LOCAL_DIRS: folder,
    SPARK_NO_DAEMONIZE: '1',
    SPARK_DAEMON_MEMORY: '256m',
    SPARK_DAEMON_JAVA_OPTS: java,
    SPARK_MASTER_OPTS: [
      `-Dspark.master.rest.enabled=true -Dspark.master.rest.port=${rest}`,
      ...(secret === undefined
        ? []
        : [
            '-Dspark.master.rest.filters=org.apache.spark.ui.JWSFilter',
            `-Dspark.org.apache.spark.ui.JWSFilter.param.secretKey=${secret}`,
          ]),
    ].join(' '),
    PYSPARK_PYTHON: python,
    PYSPARK_DRIVER_PYTHON: python,
  };
  const start = (role: string, args: string[], isUp: RegExp) =>
    new Promise<ChildProcess>((resolve, reject) => {
      const child = spawn(`${home}/bin/spark-class`, [`org.apache.spark.deploy.${role}`, ...args], {
        env: environment,
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        // With what it starts it is ended as a group.
        detached: true,
      });
      let words = '';
      const timer = setTimeout(() => reject(new Error(`Spark did not start: ${words}`)), startMs);
      const listen = (text: string) => {
        words = (words + text).slice(-4_000);
        if (!isUp.test(words)) return;
        clearTimeout(timer);
        resolve(child);
      };
      child.stdout.setEncoding('utf8').on('data', listen);
      child.stderr.setEncoding('utf8').on('data', listen);
      child.once('error', reject);
    });
  const address = `spark://127.0.0.1:${port}`;
  const startMaster = () =>
    start(
      'master.Master',
      ['--host', '127.0.0.1', '--port', String(port), '--webui-port', String(webOfMaster)],
      /New state: ALIVE/,
    );
  const startWorker = async () => {
    const places = ['--host', '127.0.0.1', '--webui-port', String(await freePort()), '--work-dir', folder];
    const sizes = ['--cores', String(cores + 1), '--memory', '3g'];
    return start('worker.Worker', [...places, ...sizes, address], /Successfully registered with master/);
  };
  let master = await startMaster();
  const workers: ChildProcess[] = [];
  while (workers.length < workerCount) workers.push(await startWorker());
  const properties = [
    `spark.master=${address}`,
    `spark.jars=${jar}`,
    `spark.pyspark.python=${python}`,
    'spark.driver.host=127.0.0.1',
    'spark.driver.memory=1g',
    'spark.executor.memory=1g',
    `spark.driver.extraJavaOptions=${java}`,
    `spark.executor.extraJavaOptions=${java}`,
    'spark.ui.enabled=false',
    `spark.cores.max=${cores * workerCount}`,
  ].join(';');
  const cluster: SparkCluster = {
    gateway: `http://127.0.0.1:${rest}`,
    properties,
    killMaster: () => end(master),
    async startMaster() {
      master = await startMaster();
    },
    async killWorkers() {
      await Promise.all(workers.splice(0).map(end));
    },
    async startWorker() {
      workers.push(await startWorker());
    },
    async stop() {
      await cluster.killWorkers();
      await cluster.killMaster();
    },
  };
  return cluster;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once('close', resolve));
  process.kill(-child.pid, 'SIGKILL');
  await over;
}
