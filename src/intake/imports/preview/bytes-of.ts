import { readPlain } from '../reading/bytes.ts';
import { encodeText } from '../reading/text.ts';
import { lineTooLong, longestLine } from '../reading/text-lines.ts';

/** The plain bytes of a file that came as text; of one that is cut, its whole lines. */
export async function bytesOf({
  text,
  encoding,
  isCut,
}: {
  text: string;
  encoding: 'utf-8' | 'base64';
  isCut: boolean;
}): Promise<AsyncIterable<Buffer>> {
  const plain = await readPlain(once(rawBytesOf({ text, encoding })), '/text');
  return isCut ? wholeLines(plain) : plain;
}

/** The bytes of the file as they were sent. */
export function rawBytesOf({ text, encoding }: { text: string; encoding: 'utf-8' | 'base64' }): Buffer {
  return encoding === 'base64' ? Buffer.from(text, 'base64') : encodeText(text);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const read = Buffer.concat([begun, chunk]);
    const end = Math.max(read.lastIndexOf('\n'), read.lastIndexOf('\r')) + 1;
    begun = read.subarray(end);
    // A little gzip may be very much of nothing: every chunk would be put to all before it.
    if (begun.length > longestLine) throw lineTooLong();
    if (end > 0) yield read.subarray(0, end);
  }
}
