import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A shop of several, as the file of `PANNIER_SHOPS` tells it. */
export interface ToldShop {
  name: string;
  /** Who asks for one of these host names asks this shop. */
  hosts: readonly string[];
  /** what differs from the environment, by the same names */
  settings: Readonly<Record<string, string>>;
}

const host = z
  .string()
  .max(253)
  .regex(
    /^(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'must be a host name in lower case, without a port',
  );

const file = z.record(
  z.string().regex(/^[a-z_][a-z0-9_]{0,39}$/, 'must be a lower-case SQL name of at most 40 characters'),
  z.strictObject({
    hosts: z.array(host).min(1).optional(),
    settings: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).default({}),
  }),
);

/** @returns the shops, or what is wrong with the file, each fault by its place */
export function readShopsFile(path: string): { shops: ToldShop[] } | { faults: string[] } {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return { faults: [`cannot be read: ${(error as Error).message}`] };
  }
  const parsed = file.safeParse(json);
  if (!parsed.success) {
    return {
      faults: parsed.error.issues.map((issue) => {
        const [told] = issue.code === 'invalid_key' ? issue.issues : [issue];
        return `${issue.path.join('.') || 'the whole'}: ${told.message}`;
      }),
    };
  }
  const shops = Object.entries(parsed.data).map(([name, { hosts, settings }]) => ({
    ...{ name, settings },
    // Browsers and curl find these on their own machine.
    hosts: hosts ?? [`${name.replaceAll('_', '-')}.localhost`],
  }));
  const faults = [
    ...(shops.length === 0 ? ['the whole: names no shop'] : []),
    ...repeated(shops.flatMap(({ hosts }) => hosts)).map((name) => `hosts: ${name} is of two shops`),
  ];
  return faults.length > 0 ? { faults } : { shops };
}

/** What is there more than once. */
export function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, place) => names.indexOf(name) !== place))];
}
