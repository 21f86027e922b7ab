import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

/** What is answered whatever is asked; with a database, when a prepared select has found the customer whom the path names. */
export interface BareAnswer {
  body: string;
  database?: { connectionString: string; schema: string };
}

/** Bare node:http, in a process of its own. */
process.once('message', ({ body, database }: BareAnswer) => {
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) };
  const pool =
    database &&
    new pg.Pool({
      connectionString: database.connectionString,
      options: `-c search_path=${database.schema}`,
      max: 16,
    });
  const server = createServer(async (request, response) => {
    request.resume();
    if (pool) {
      const [, , , customer] = request.url!.split('/');
      const select = { name: 'one', text: 'select customer_key from customers where customer_id = $1' };
      const { rows } = await pool.query({ ...select, values: [customer] });
      if (rows.length !== 1) throw new Error(`${rows.length} customers ${customer}`);
    }
    response.writeHead(200, headers);
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
});
process.on('disconnect', () => process.exit(0));
