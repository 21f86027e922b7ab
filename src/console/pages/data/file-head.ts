/** The beginning of a file, as previews take it: the service reads it, not the page. */
export interface FileHead {
  /** the bytes in base64 */
  text: string;
  /** whether the file goes on */
  isCut: boolean;
}

const mostBytes = 49_152;
/** What is no text is understood only as a whole. */
const mostOfWhole = 190_000;

/** @throws Error where the file cannot be read, or its packing is broken */
export async function readHead(file: File): Promise<FileHead> {
  if (file.size <= mostOfWhole) return { text: inBase64(new Uint8Array(await file.arrayBuffer())), isCut: false };
  const isPacked = file.name.endsWith('.gz');
  const stream = isPacked ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  const reader = stream.getReader();
  const bytes = new Uint8Array(mostBytes);
  let length = 0;
  let isCut = false;
  while (!isCut) {
    const { done, value } = await reader.read();
    if (done) break;
    isCut = value.length > mostBytes - length;
    bytes.set(value.subarray(0, mostBytes - length), length);
    length = Math.min(mostBytes, length + value.length);
  }
  await reader.cancel();
  return { text: inBase64(bytes.subarray(0, length)), isCut };
}

function inBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** What the service is told that a file is; what packs it shows by its bytes. */
export function mediaTypeOf({ name }: File): string {
  if (name.endsWith('.gz')) return 'application/gzip';
  if (/\.(ndjson|jsonl)$/i.test(name)) return 'application/x-ndjson';
  return /\.(csv|tsv|txt)$/i.test(name) ? 'text/csv' : 'application/octet-stream';
}
