import { measures } from '../roll-ups/families.ts';
import { type Dimension, isByHour, type Measure } from '../roll-ups/family.ts';
import { measuresOfSegments } from '../values/read/of-segments.ts';
import { readMeasures } from '../values/read/readers.ts';
import { campaigns } from './campaigns.ts';
import { conversion } from './conversion.ts';
import { customerValue } from './customer-value.ts';
import { type Definition, type Grain, grains, type Term } from './definition.ts';
import { goods } from './goods.ts';
import { lists } from './lists.ts';
import { market } from './market.ts';
import { overall } from './overall.ts';
import { risk } from './risk.ts';
import { traffic } from './traffic.ts';

/** Every indicator, in all its versions. A class is a file and its line here. */
export const definitions: readonly Definition[] = [
  overall,
  traffic,
  conversion,
  customerValue,
  goods,
  lists,
  campaigns,
  risk,
  market,
].flat();

/** The newest version of an indicator, or the named one; undefined: there is none. */
export function findDefinition(id: string, version?: number): Definition | undefined {
  const versions = definitions.filter((definition) => definition.id === id);
  if (version !== undefined) return versions.find((definition) => definition.version === version);
  return versions.reduce<Definition | undefined>(
    (newest, one) => (newest && newest.version > one.version ? newest : one),
    undefined,
  );
}

/** A measure's name begins with its family's. */
export function familyOf(measure: string): string {
  return measure.split('.')[0];
}

export function termsOf({ numerator, denominator }: Definition): readonly Term[] {
  return [...numerator, ...(denominator ?? [])];
}

/** Those that are counted and those that are read when somebody asks. */
const known = new Map(
  [...measures.values(), ...readMeasures].map((measure): [string, Measure] => {
    const { name, dimensions } = measure;
    return [name, measuresOfSegments.has(name) ? { ...measure, dimensions: [...dimensions, 'segment'] } : measure];
  }),
);

/** @throws where no family counts it: a definition is wrong */
export function measureOf(name: string): Measure {
  const measure = known.get(name);
  if (!measure) throw new Error(`no family counts ${name}`);
  return measure;
}

/** By what all of its measures can be parted. */
export function dimensionsOf(definition: Definition): Dimension[] {
  const parted = termsOf(definition).filter(({ ofAll }) => !ofAll);
  const [first, ...others] = parted.map(({ measure }) => measureOf(measure).dimensions);
  const ofNow = parted.every(({ over }) => over === 'period');
  return (first ?? []).filter(
    (dimension) => others.every((dimensions) => dimensions.includes(dimension)) && (dimension !== 'segment' || ofNow),
  );
}

/** By which dimensions what it tells of members sums up to what it tells of all: numerators, and denominators. */
export function dimensionsThatAddUp(definition: Definition): Dimension[] {
  const terms = termsOf(definition);
  if (definition.change || !isInAll(definition)) return [];
  return dimensionsOf(definition).filter(
    (dimension) =>
      dimension !== 'segment' &&
      terms.every(({ measure, over, ofAll }) => {
        const { kind, overlapping = [] } = measureOf(measure);
        return kind === 'sum' && over === 'period' && !ofAll && !overlapping.includes(dimension);
      }),
  );
}

/** Grains that it is told by, in all or by a dimension. */
export function grainsOf(definition: Definition, by?: Dimension): readonly Grain[] {
  const terms = termsOf(definition);
  const isHourly =
    terms.every(({ measure, over }) => measureOf(measure).isHourly && over === 'period') &&
    (by === undefined || isByHour(by));
  return (definition.grains ?? grains).filter((grain) => grain !== 'hour' || isHourly);
}

/** Whether it is told of the whole shop; else only by a dimension. */
export function isInAll(definition: Definition): boolean {
  return termsOf(definition).every(({ measure }) => measureOf(measure).isInAll);
}

/** A definition in words, for the documents. */
export function describeDefinition(definition: Definition) {
  const { numerator, denominator } = definition;
  const [above, below] = [sumInWords(numerator), denominator && sumInWords(denominator)];
  const fraction = below === null ? above : `${above} / ${below}`;
  return {
    ...definition,
    exclusions: exclusionsOf(definition),
    fraction: definition.change ? `change of ${fraction}` : fraction,
    grains: grainsOf(definition, isInAll(definition) ? undefined : dimensionsOf(definition)[0]),
    dimensions: dimensionsOf(definition),
  };
}

const unnamed =
  'by campaign, names that costs do not tell beyond the first 1,000 that were seen: they are one member, (other)';

const unnamedTopics = 'by reason, topics beyond the first 1,000 that were seen: they are one member, (other)';

/** What it leaves out, also by what it is parted. */
export function exclusionsOf(definition: Definition): string[] {
  const dimensions = dimensionsOf(definition);
  const counts = (measures: RegExp) => termsOf(definition).some(({ measure }) => measures.test(measure));
  return [
    ...definition.exclusions,
    ...(counts(/^(traffic|campaigns)\./) && dimensions.includes('campaign') ? [unnamed] : []),
    ...(counts(/^service\./) && dimensions.includes('reason') ? [unnamedTopics] : []),
  ];
}

const timeInWords = {
  period: '',
  'until-end': ' up to the end',
  before: ' before the period',
  'all-time': ' of all time',
  mean: ' a day',
} as const;

function sumInWords(terms: readonly Term[]): string {
  const words = terms.map(({ measure, sign, over, ofAll, timesEnd }, place) => {
    const name = `\`${measure}\`${timeInWords[over]}${ofAll ? ' of all' : ''}${timesEnd ? ' × end' : ''}`;
    if (sign === -1) return `− ${name}`;
    return place === 0 ? name : `+ ${name}`;
  });
  return words.length > 1 ? `(${words.join(' ')})` : words[0];
}
