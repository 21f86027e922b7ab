import { withoutAccents } from '../forms/month-names.ts';

/** A column's heading as it is compared: lower case, no accents, no signs, words of camelCase apart. */
export function plainHeading(heading: string): string {
  return withoutAccents(
    heading
      .normalize('NFKC')
      .replace(/[№]/g, 'no')
      .replace(/([a-z\d])([A-Z])/g, '$1 $2'),
  )
    .toLowerCase()
    .replace(/[’'`´]/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The heading without what stands in brackets: units, currencies, remarks. */
export function barePlainHeading(heading: string): string {
  return plainHeading(heading.replace(/[([（【][^)\]）】]*[)\]）】]/g, ' '));
}
