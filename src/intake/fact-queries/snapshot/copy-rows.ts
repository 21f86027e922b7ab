/**
 * Rows of COPY's text format whose fields need no unescaping (numbers and enumerations): fields as text, null as `\N`.
 * Memory stays at one chunk. A caller who stops early waits until the rest has gone by: the connection cannot be used for
 * anything else before.
 */
export async function* readCopyRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest = '';
  let chunk = await iterator.next();
  try {
    for (; !chunk.done; chunk = await iterator.next()) {
      const lines = (rest + chunk.value.toString('latin1')).split('\n');
      rest = lines.pop()!;
      for (const line of lines) yield line.split('\t');
    }
  } finally {
    while (!chunk.done) chunk = await iterator.next();
  }
}

export function nullableNumber(field: string): number | null {
  return field === '\\N' ? null : Number(field);
}
