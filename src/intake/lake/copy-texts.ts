const newline = 10;
const unescaped: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/**
 * Rows of COPY's text format whose fields may hold anything: fields as text, null as null, the rows of a chunk together. A
 * caller who stops early waits until the rest has gone by: the connection cannot be used for anything else before.
 */
export async function* readCopyTexts(chunks: AsyncIterable<Buffer>): AsyncGenerator<(string | null)[][]> {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  let chunk = await iterator.next();
  try {
    for (; !chunk.done; chunk = await iterator.next()) {
      // Cut at lines before it is decoded: a chunk may end within a character.
      const end = chunk.value.lastIndexOf(newline) + 1;
      const whole = Buffer.concat([rest, chunk.value.subarray(0, end)]);
      rest = end === 0 ? Buffer.concat([rest, chunk.value]) : chunk.value.subarray(end);
      if (end > 0)
        yield whole
          .toString('utf8', 0, whole.length - 1)
          .split('\n')
          .map(readLine);
    }
  } finally {
    while (!chunk.done) chunk = await iterator.next();
  }
}

function readLine(line: string): (string | null)[] {
  const fields: (string | null)[] = line.split('\t');
  if (!line.includes('\\')) return fields;
  return fields.map((field) => {
    if (field === '\\N') return null;
    return field!.includes('\\')
      ? field!.replace(/\\(.)/gs, (_, character) => unescaped[character] ?? character)
      : field;
  });
}
