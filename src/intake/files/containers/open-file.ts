import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { PannierError } from '../../../errors.ts';
import { type FoundEncoding, findEncoding, recode } from '../text/encoding.ts';
import { emptyFile, unreadable } from '../unreadable.ts';
import { openHtml } from './html.ts';
import { openJson } from './json.ts';
import { openParquet } from './parquet.ts';
import { openSqlite } from './sqlite/store.ts';
import { type Bytes, bounds, type OpenedFile, type Table } from './table.ts';
import { openCsv, openNdjson } from './text-table.ts';
import { openOds, openXlsx } from './workbook.ts';
import { openXml } from './xml.ts';
import { openZip } from './zip.ts';

/** What may be told of a file beforehand. */
export interface OpenOptions {
  delimiter?: string | undefined;
  encoding?: FoundEncoding['encoding'] | undefined;
  /** it is only the beginning of one */
  isCut?: boolean | undefined;
}

export interface FileInHand extends OpenedFile {
  /** Takes away what was unpacked onto the disk. */
  close(): Promise<void>;
}

const deepestPacking = 3;
const headLength = 65_536;

/**
 * Opens a file, or a folder of files, as tables of rows: whatever it is in, and however its text is written, shows by its bytes.
 * @throws PannierError `invalid_request` naming the file and what is wrong with it
 */
export async function openFile(path: string, name = basename(path), options: OpenOptions = {}): Promise<FileInHand> {
  const work = new Opening(options);
  try {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(`${error.code === 'ENOENT' ? `there is no ${path}` : error.message}`);
    });
    if (found.isDirectory()) {
      work.packing.push('folder');
      const names = (await readdir(path)).filter((file) => !file.startsWith('.')).sort();
      for (const file of names.slice(0, bounds.members)) {
        if ((await stat(join(path, file))).isFile()) await work.addMember(onDisk(join(path, file), file), 1);
      }
    } else if (found.isFile()) await work.add(onDisk(path, name), 0);
    else throw unreadable(`${path} is not a file`);
    if (work.tables.length === 0) throw nothingIn(name, work);
    const { packing, tables, passedOver } = work;
    return { name, packing, tables, passedOver, close: () => work.close() };
  } catch (error) {
    await work.close();
    throw error;
  }
}

function nothingIn(name: string, { packing, passedOver }: Opening): PannierError {
  if (packing.length === 0) return emptyFile();
  const seen = passedOver.length > 0 ? ` (passed over: ${passedOver.slice(0, 5).join(', ')})` : '';
  return unreadable(`${name} has no file with rows in it${seen}`);
}

function onDisk(path: string, name: string): Bytes {
  return { name, path, open: () => createReadStream(path, { highWaterMark: 256 * 1024 }) };
}

class Opening {
  readonly packing: OpenedFile['packing'] = [];
  readonly tables: Table[] = [];
  readonly passedOver: string[] = [];
  readonly #options: OpenOptions;
  readonly #folders: string[] = [];

  constructor(options: OpenOptions) {
    this.#options = options;
  }

  async close(): Promise<void> {
    for (const folder of this.#folders.splice(0)) await rm(folder, { recursive: true, force: true });
  }

  async add(bytes: Bytes, depth: number): Promise<void> {
    const head = await readHead(bytes, headLength);
    if (head.length === 0) throw emptyFile();
    const starts = (magic: string) => head.toString('latin1', 0, magic.length) === magic;
    if (head[0] === 0x1f && head[1] === 0x8b) return this.#unpack(bytes, depth);
    if (starts('PK\x03\x04') || starts('PK\x05\x06')) return this.#openArchive(bytes, depth);
    if (starts('PAR1')) {
      this.tables.push(await openParquet(await this.#onDisk(bytes), bytes.name));
    } else if (starts('SQLite format 3')) {
      this.tables.push(...(await openSqlite(await this.#onDisk(bytes), bytes.name)));
    } else {
      refuseBinary(head, bytes.name);
      await this.#openText(bytes, head);
    }
  }

  /** A file beside others: one that holds no rows is passed over. */
  async addMember(bytes: Bytes, depth: number): Promise<void> {
    try {
      await this.add(bytes, depth);
    } catch (error) {
      if (!(error instanceof PannierError) || error.code !== 'invalid_request' || depth > deepestPacking) throw error;
      this.passedOver.push(bytes.name);
    }
  }

  async #unpack(bytes: Bytes, depth: number): Promise<void> {
    if (depth >= deepestPacking) throw tooDeep(bytes.name);
    this.packing.push('gzip');
    await this.add({ name: bytes.name.replace(/\.gz$/i, ''), open: () => gunzipped(bytes) }, depth + 1);
  }

  async #openArchive(bytes: Bytes, depth: number): Promise<void> {
    if (depth >= deepestPacking) throw tooDeep(bytes.name);
    const path = await this.#onDisk(bytes);
    const members = await openZip(path, bytes.name);
    const names = new Set(members.map((member) => member.name));
    if (names.has('xl/workbook.xml')) this.tables.push(...(await openXlsx(path, bytes.name, members)));
    else if (names.has('xl/workbook.bin'))
      throw unreadable(`${bytes.name} is a binary workbook: save its sheet as CSV or xlsx`);
    else if (names.has('content.xml') && names.has('META-INF/manifest.xml'))
      this.tables.push(...(await openOds(bytes.name, members)));
    else {
      this.packing.push('zip');
      for (const member of members) await this.addMember({ ...member, name: basename(member.name) }, depth + 1);
    }
  }

  /** Where it lies on the disk as it is; what comes out of another file is written there first. */
  async #onDisk(bytes: Bytes): Promise<string> {
    if (bytes.path) return bytes.path;
    const folder = await mkdtemp(join(tmpdir(), 'pannier-unpacked-'));
    this.#folders.push(folder);
    const path = join(folder, 'file');
    await pipeline(Readable.from(bounded(bytes)), createWriteStream(path, { mode: 0o600 }));
    return path;
  }

  async #openText(bytes: Bytes, head: Buffer): Promise<void> {
    const { delimiter, isCut = false } = this.#options;
    const given = this.#options.encoding;
    const encoding = given ? { encoding: given, mark: 0 } : findEncoding(await sampleOf(bytes, head));
    const text = (await readHeadOf(recode(once(head), encoding))).replace(/^[\s\ufeff]+/, '');
    if (text === '') throw emptyFile();
    if (text.startsWith('<') && /^<(\?xml|!--|!doctype|[a-z][\w:.-]*[\s>/])/i.test(text)) {
      const isPage = /^<!doctype html|^<html|^<table[\s>]|^<style|^<meta/i.test(text);
      this.tables.push(isPage ? await openHtml(bytes, encoding) : await openXml(bytes, encoding));
    } else if (isLines(text) || (/^\{/.test(text) && /\.(ndjson|jsonl)$/i.test(bytes.name)))
      this.tables.push(openNdjson(bytes, encoding));
    else if (/^[[{]/.test(text)) this.tables.push(...(await openJson(bytes, encoding, isCut)));
    else if (/\.(ndjson|jsonl)$/i.test(bytes.name) && /^\s*\{/m.test(text))
      this.tables.push(openNdjson(bytes, encoding));
    else
      this.tables.push(
        openCsv(bytes, encoding, await readHeadOf(recode(once(head), encoding)), delimiterOf(bytes.name, delimiter)),
      );
  }
}

function delimiterOf(name: string, given: string | undefined): string | undefined {
  return given ?? (extname(name).toLowerCase() === '.tsv' ? '\t' : undefined);
}

/** An object a line, rather than one over several lines, or one alone. */
function isLines(text: string): boolean {
  if (!text.startsWith('{')) return false;
  const [line] = text.split(/\r?\n/, 1);
  if (line.length === text.length) return text.length >= headLength / 2 && !/^\{\s*"[^"]+"\s*:\s*[[{]/.test(text);
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function tooDeep(name: string) {
  return unreadable(`${name} is packed in packings more than ${deepestPacking} deep`);
}

const binaries: readonly (readonly [magic: string, what: string])[] = [
  ['\xd0\xcf\x11\xe0', 'is a workbook of before 2007: save its sheet as CSV or xlsx'],
  ['%PDF', 'is a PDF: rows cannot be read from it'],
  ['\x89PNG', 'is a picture'],
  ['\xff\xd8\xff', 'is a picture'],
  ['Rar!', 'is a RAR archive: pack it as zip or gzip'],
  ['7z\xbc\xaf', 'is a 7z archive: pack it as zip or gzip'],
  ['BZh', 'is packed by bzip2: pack it as zip or gzip'],
  ['\x28\xb5\x2f\xfd', 'is packed by zstd: pack it as zip or gzip'],
  ['\xfd7zXZ', 'is packed by xz: pack it as zip or gzip'],
];

function refuseBinary(head: Buffer, name: string): void {
  const latin1 = head.toString('latin1');
  const known = binaries.find(([magic]) => latin1.startsWith(magic));
  if (known) throw unreadable(`${name} ${known[1]}`);
  if (head[0] === 0xff || head[0] === 0xfe || findEncoding(head).encoding.startsWith('utf-16')) return;
  let controls = 0;
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 27)) controls++;
  if (controls > head.length / 100) throw unreadable(`${name} is no text and no container that is known`);
}

async function readHead(bytes: Bytes, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let read = 0;
  for await (const chunk of bytes.open()) {
    chunks.push(chunk);
    read += chunk.length;
    if (read >= length) break;
  }
  return Buffer.concat(chunks).subarray(0, length);
}

async function readHeadOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const read: Buffer[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return Buffer.concat(read).toString('utf8');
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

const mostSampled = 512 * 1024;
const mostScanned = 256 * 1024 * 1024;

/** The head, and the lines further on that have bytes beyond ASCII: an encoding may show only late. */
async function sampleOf(bytes: Bytes, head: Buffer): Promise<Buffer> {
  if (head.length < headLength || head[0] >= 0xfe || head.includes(0)) return head;
  const found: Buffer[] = [head];
  let [size, scanned] = [0, 0];
  for await (const chunk of bytes.open()) {
    scanned += chunk.length;
    for (let at = 0; at < chunk.length && size < mostSampled; at++) {
      if (chunk[at] < 0x80) continue;
      const start = chunk.lastIndexOf(0x0a, at) + 1;
      const end = chunk.indexOf(0x0a, at);
      // A line that goes over the chunk's end may be cut within a character.
      if (end < 0) break;
      const line = chunk.subarray(start, end + 1);
      if (line.length < 64 * 1024) {
        found.push(line);
        size += line.length;
      }
      at = end;
    }
    if (size >= mostSampled || scanned > mostScanned) break;
  }
  return Buffer.concat(found);
}

async function* gunzipped(bytes: Bytes): AsyncGenerator<Buffer> {
  const packed = Readable.from(bytes.open(), { objectMode: false });
  const plain = createGunzip({ chunkSize: 256 * 1024 });
  packed.on('error', (error) => plain.destroy(error));
  packed.pipe(plain);
  let length = 0;
  try {
    for await (const chunk of plain) {
      length += (chunk as Buffer).length;
      const most = Math.min(
        bounds.unpackedBytes,
        Math.max(bounds.alwaysUnpacked, bounds.timesPacked * plain.bytesWritten),
      );
      if (length > most) throw unreadable(`${bytes.name} unpacks to more than ${most} bytes, which no export does`);
      yield chunk as Buffer;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code?.startsWith('Z_') ? unreadable(`its gzip is broken (${message})`) : error;
  } finally {
    packed.destroy();
    plain.destroy();
  }
}

async function* bounded(bytes: Bytes): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of bytes.open()) {
    length += chunk.length;
    if (length > bounds.unpackedBytes)
      throw unreadable(`${bytes.name} unpacks to more than ${bounds.unpackedBytes} bytes`);
    yield chunk;
  }
}
