/** Is this the thorough run (`npm run test:thorough`), which takes its time? It runs every suite that imports this file. */
export const isThorough = process.env['TEST_SUITE'] === 'thorough';

/** How much of it a test does: as little as still shows the fault that it is about, and in the thorough run all of it. */
export function sized<Size>(usual: Size, thorough: Size): Size {
  return isThorough ? thorough : usual;
}
