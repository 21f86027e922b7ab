/** Headers come again and again. */
const read = new Map<string, readonly string[]>();
const mostRead = 1_000;
const longestRead = 500;
const none: readonly string[] = [];

/**
 * The languages of an `Accept-Language` header, the most wanted first; those that are not wanted (`q=0`) and `*` are left out.
 * Among equals the first named goes first. What cannot be read says nothing.
 * @see RFC 9110, section 12.5.4
 */
export function wantedLanguages(header: string | undefined): readonly string[] {
  if (header === undefined || header === '' || header === '*') return none;
  const known = read.get(header);
  if (known) return known;
  const languages = readLanguages(header.slice(0, longestRead));
  if (read.size >= mostRead) read.clear();
  if (header.length <= longestRead) read.set(header, languages);
  return languages;
}

function readLanguages(header: string): string[] {
  return header
    .split(',')
    .map((range) => {
      const [tag = '', weight = ''] = range.split(';').map((part) => part.trim());
      const quality = weight === '' ? 1 : Number(/^q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i.exec(weight)?.[1] ?? 0);
      return { tag, quality };
    })
    .filter(({ tag, quality }) => quality > 0 && /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(tag))
    .sort((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag);
}
