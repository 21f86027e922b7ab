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

const small =
  /^(?:de|del|della|dell|da|do|dos|das|d|di|la|le|les|el|il|the|of|der|des|van|von|for|par|por|per|l|n°|client s)$/;
const numberWords = /^(?:n|no|nr|num|nro|numero|number|nummer|numer|number s|cislo|nbr|номер)$/;

/** A compared heading without its small words, and with one word for all that mean number: Nº de pedido, numero pedido. */
export function keyOfHeading(plain: string): string {
  return plain
    .replace(/(\p{L}{3,})(?:nummer|nr|number|numero)\b/gu, '$1 nr')
    .split(' ')
    .filter((word) => !small.test(word))
    .map((word) => (numberWords.test(word) ? 'nr' : word))
    .sort()
    .join(' ');
}

/** The heading without what stands in brackets: units, currencies, remarks. */
export function barePlainHeading(heading: string): string {
  return plainHeading(heading.replace(/[([（【][^)\]）】]*[)\]）】]/g, ' '));
}
