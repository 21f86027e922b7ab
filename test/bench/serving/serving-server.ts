import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { openDatabase } from '../../../src/db/index.ts';
import { createHttpServer } from '../../../src/http/index.ts';
import { createLogger } from '../../../src/log.ts';
import { createStations } from '../../../src/stations.ts';
import { schema } from './serving-shop.ts';

/** One server under load, in a process of its own: told by message what to be, answers with its port. */
export type ServerRole =
  | { role: 'bare'; body: string }
  | { role: 'select'; body: string; connectionString: string }
  | { role: 'app'; connectionString: string; cacheCustomers: number };

const headersOf = (body: string) => ({
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Length': Buffer.byteLength(body),
});

function bareServer(body: string): Server {
  return createServer((_request, response) => {
    response.writeHead(200, headersOf(body));
    response.end(body);
  });
}

/** Bare node:http with one prepared one-row select a request. */
function selectServer(body: string, connectionString: string): Server {
  const pool = new pg.Pool({ connectionString, max: 10, options: `-c search_path=${schema}` });
  const answer: RequestListener = async (request, response) => {
    const customerId = request.url!.split('/')[3];
    const values = [customerId];
    await pool.query({ name: 'one', text: 'select customer_key from customers where customer_id = $1', values });
    response.writeHead(200, headersOf(body));
    response.end(body);
  };
  return createServer(answer);
}

/** The service itself: every station, Express, key check, validation, lists and their log. */
async function appServer(connectionString: string, cacheCustomers: number): Promise<Server> {
  const database = openDatabase({ connectionString, schema, poolSize: 10 });
  const config = readConfig({ PANNIER_CACHE_CUSTOMERS: String(cacheCustomers), PANNIER_LOG_LEVEL: 'warn' });
  const log = createLogger(config.logLevel);
  const stations = createStations({ database, connectionString, config, log });
  await stations.keys.reload();
  await stations.recommendations.start();
  return createHttpServer(createApp({ ...stations, config, log }));
}

process.once('message', async (asked: ServerRole) => {
  let server: Server;
  if (asked.role === 'bare') server = bareServer(asked.body);
  else if (asked.role === 'select') server = selectServer(asked.body, asked.connectionString);
  else server = await appServer(asked.connectionString, asked.cacheCustomers);
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
});
process.on('disconnect', () => process.exit(0));
