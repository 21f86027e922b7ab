import { isFilled, textOf } from './filled.ts';
import type { Packing } from './plan.ts';

const mostLines = 2_000;

/** The lines that are packed into a cell, each by the names that the cell gives its parts. */
export function unpackLines(cell: unknown, as: Packing): Record<string, unknown>[] {
  if (Array.isArray(cell)) return cell.filter((one) => typeof one === 'object' && one !== null).slice(0, mostLines);
  const text = textOf(cell).trim();
  if (text === '') return [];
  if (as === 'json' || /^\s*[[{]/.test(text)) return unpackJson(text);
  if (as === 'pairs-by-bar') return unpackPairs(text, /\s*\|\s*/, /\s*(?:;\s*|\n+|\|\|)\s*(?=[a-z_ ]+:)/i);
  if (as === 'pairs-by-comma') return unpackPairs(text, /,\s*(?=[A-Z][A-Za-z ]+:)/, /\s*\|\s*|\n+/);
  return unpackNames(text);
}

function unpackJson(text: string): Record<string, unknown>[] {
  try {
    const value: unknown = JSON.parse(text);
    const list = Array.isArray(value) ? value : [value];
    return list.filter((one) => typeof one === 'object' && one !== null).slice(0, mostLines);
  } catch {
    return [];
  }
}

/** name:Mug|sku:M1|quantity:2 */
function unpackPairs(text: string, between: RegExp, betweenLines: RegExp): Record<string, unknown>[] {
  return text
    .split(betweenLines)
    .slice(0, mostLines)
    .map((line) => {
      const pairs = line.split(between).flatMap((pair) => {
        const colon = pair.indexOf(':');
        if (colon < 1) return [];
        const [key, value] = [
          pair.slice(0, colon).trim().toLowerCase().replace(/\s+/g, '_'),
          pair.slice(colon + 1).trim(),
        ];
        return value === '' ? [] : [[key, value] as const];
      });
      return Object.fromEntries(pairs);
    })
    .filter((line) => Object.keys(line).length > 0);
}

/** 2x Mug, 1 x Tea, Mug × 2 */
function unpackNames(text: string): Record<string, unknown>[] {
  const parts = text
    .split(/\s*(?:[;\n|]|,\s*(?=\d+\s*[x×*]\s)|,\s+(?=[^,]*[x×]\s*\d+\s*(?:,|$)))\s*/i)
    .filter(isFilled);
  return parts.slice(0, mostLines).map((part) => {
    const before = /^(\d+)\s*[x×*]\s*(.+)$/i.exec(part);
    const behind = /^(.+?)\s*[x×*]\s*(\d+)$/i.exec(part);
    if (before) return { name: before[2].trim(), quantity: before[1] };
    return behind ? { name: behind[1].trim(), quantity: behind[2] } : { name: part.trim(), quantity: '1' };
  });
}
