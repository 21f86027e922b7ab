import { readDocument } from './document.ts';
import type { Handlers } from './operations.ts';

/**
 * The handlers of all stations together.
 * @throws Error where an operation of the contract is answered by none of them, or by two, or one that the contract has not is
 */
export function gatherHandlers(parts: readonly (Partial<Handlers> | undefined)[]): Handlers {
  const ids = parts.flatMap((part) => Object.keys(part ?? {}));
  const wanted = readDocument().operations.map(({ id }) => id as string);
  const faults = [
    ...wanted.filter((id) => !ids.includes(id)).map((id) => `no station answers ${id}`),
    ...ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `two stations answer ${id}`),
    ...ids.filter((id) => !wanted.includes(id)).map((id) => `${id} is answered, and not in the contract`),
  ];
  if (faults.length > 0) throw new Error(`The contract and the stations disagree: ${faults.join('; ')}.`);
  return Object.assign({}, ...parts);
}
