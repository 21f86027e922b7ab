import { type ChildProcess, spawn } from 'node:child_process';
import { freePort } from '../service/free-port.ts';
import { makeScratchFolder } from '../service/scratch-folder.ts';
import type { SparkOnThisMachine } from './describe-with-spark.ts';

/** A standalone master with one worker, on loopback. */
export interface SparkCluster {
  gateway: string;
  properties: string;
  stop(): Promise<void>;
}

const startMs = 60_000;

/** Starts both. @param cores that the worker gives */
export async function startSparkCluster(
  { home, python, jar }: SparkOnThisMachine,
  cores: number,
): Promise<SparkCluster> {
  const [port, rest, webOfMaster, webOfWorker] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const folder = await makeScratchFolder('spark');
  const environment = {
    ...process.env,
    SPARK_HOME: home,
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_LOCAL_DIRS: folder,
    SPARK_NO_DAEMONIZE: '1',
    SPARK_DAEMON_MEMORY: '256m',
    SPARK_MASTER_OPTS: `-Dspark.master.rest.enabled=true -Dspark.master.rest.port=${rest}`,
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
  const end = async (child: ChildProcess) => {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const over = new Promise((resolve) => child.once('close', resolve));
    process.kill(-child.pid, 'SIGKILL');
    await over;
  };
  const address = `spark://127.0.0.1:${port}`;
  const master = await start(
    'master.Master',
    ['--host', '127.0.0.1', '--port', String(port), '--webui-port', String(webOfMaster)],
    /New state: ALIVE/,
  );
  const sizes = ['--cores', String(cores + 1), '--memory', '3g'];
  const worker = await start(
    'worker.Worker',
    ['--host', '127.0.0.1', '--webui-port', String(webOfWorker), '--work-dir', folder, ...sizes, address],
    /Successfully registered with master/,
  );
  const properties = [
    `spark.master=${address}`,
    `spark.jars=${jar}`,
    `spark.pyspark.python=${python}`,
    'spark.driver.host=127.0.0.1',
    'spark.driver.memory=1g',
    'spark.executor.memory=1g',
    'spark.ui.enabled=false',
    `spark.cores.max=${cores}`,
  ].join(';');
  return {
    gateway: `http://127.0.0.1:${rest}`,
    properties,
    async stop() {
      await end(worker);
      await end(master);
    },
  };
}
