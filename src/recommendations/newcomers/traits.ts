import type { Arrival } from '../../intake/index.ts';
import type { NewcomerTastes, Traits } from './newcomer-tastes.ts';

/** What a request tells of whoever asks. */
export interface RequestContext {
  device?: string;
  country?: string;
  language?: string;
  campaign?: string;
  source?: string;
  /** address of the page that they come from: its host counts */
  referrer?: string;
}

/** Longer values are none that newcomers share. */
const longest = 64;

/** @param context of the request */
export function traitsOfContext({ referrer, ...told }: RequestContext): Traits {
  const traits: Record<string, string> = {};
  for (const [name, value] of Object.entries(told)) if (value !== undefined) traits[name] = value;
  const host = referrer === undefined ? undefined : hostOf(referrer);
  if (host) traits['referrer'] = host;
  return traits;
}

/** @param arrival how a visitor came */
export function traitsOfArrival(arrival: Arrival | null | undefined): Traits {
  if (!arrival) return {};
  return Object.fromEntries(Object.entries(arrival).filter(([, value]) => value !== null)) as Traits;
}

/**
 * Of a customer's attributes those that are texts: `country` as it is, others as `attributes.<name>`.
 * @param wanted absent: all
 */
export function traitsOfAttributes(attributes: Readonly<Record<string, unknown>>, wanted?: NewcomerTastes): Traits {
  const traits: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value !== 'string' || value === '' || value.length > longest) continue;
    const trait = name === 'country' ? name : `attributes.${name}`;
    if (!wanted || wanted.has(trait)) traits[trait] = value;
  }
  return traits;
}

function hostOf(address: string): string | undefined {
  return /^[a-z]+:\/\/([^/:?#]+)/i.exec(address)?.[1]?.toLowerCase();
}
