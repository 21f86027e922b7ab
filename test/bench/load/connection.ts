import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Request {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: unknown;
}

const headEnd = Buffer.from('\r\n\r\n');
const lastChunk = Buffer.from('\r\n0\r\n\r\n');

/**
 * One keep-alive connection that asks one thing after another. A socket and no more: an HTTP client costs more of the processor than
 * the answers that are measured.
 */
export class Connection {
  private received: Buffer = Buffer.alloc(0);
  private answered: ((status: number) => void) | undefined;
  private failed: ((error: Error) => void) | undefined;

  private readonly socket: Socket;
  private readonly headers: string;

  private constructor(socket: Socket, headers: string) {
    this.socket = socket;
    this.headers = headers;
    socket.on('data', (chunk) => this.take(chunk));
    const fail = (error?: Error) => this.failed?.(error ?? new Error('the connection was closed'));
    socket.on('error', fail).on('close', () => fail());
  }

  static async open(url: string, key: string): Promise<Connection> {
    const { hostname, port, host } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket, `Host: ${host}\r\nAuthorization: Bearer ${key}\r\n`);
  }

  /** @returns the answer's status, when all of the answer has come */
  ask({ method, path, body }: Request): Promise<number> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const content =
      text && `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n${idempotencyKey()}`;
    return new Promise((resolve, reject) => {
      [this.answered, this.failed] = [resolve, reject];
      this.socket.write(`${method} ${path} HTTP/1.1\r\n${this.headers}${content}\r\n${text}`);
    });
  }

  close(): void {
    this.socket.removeAllListeners('close').destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length ? Buffer.concat([this.received, chunk]) : chunk;
    const end = this.received.indexOf(headEnd);
    if (end < 0) return;
    const head = this.received.toString('latin1', 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const status = Number(head.slice(9, 12));
    const isWhole = length
      ? this.received.length >= end + 4 + Number(length)
      : status === 204 || status === 304 || this.received.subarray(-lastChunk.length).equals(lastChunk);
    if (!isWhole) return;
    this.received = Buffer.alloc(0);
    this.answered?.(status);
  }
}

let keys = 0;
const idempotencyKey = () => `Idempotency-Key: ${process.pid}-${Date.now()}-${++keys}\r\n`;
