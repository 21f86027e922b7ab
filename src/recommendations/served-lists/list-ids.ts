import { randomBytes } from 'node:crypto';

const hexOfCount = Array.from({ length: 4096 }, (_, count) => count.toString(16).padStart(3, '0'));

/**
 * Ids in the form of UUID version 7: time, then a count, then what is random for the process. Cheap, because nothing random is
 * drawn for an id; unique, because the count goes on within a millisecond and beyond. They are names, not secrets.
 */
export function createListIds(): (now: number) => string {
  const process = randomBytes(6).toString('hex');
  let count = randomBytes(3).readUIntBE(0, 3);
  let last = Number.NaN;
  let time = '';
  return (now) => {
    if (now !== last) {
      last = now;
      const hex = now.toString(16).padStart(12, '0');
      time = `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
    }
    count = (count + 1) & 0xff_ffff;
    return `${time}${hexOfCount[count >> 12]}-8${hexOfCount[count & 0xfff]}-${process}`;
  };
}
