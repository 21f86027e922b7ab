import type { Source } from '../../api/index.ts';
import { Facts as FactList, Panel } from '../../kit/index.ts';
import { wordOf } from '../../shared/people/names.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Facts } from './types.ts';

/** What the shop itself told of the customer. */
export function Attributes({ facts, source }: { facts: Facts; source: Source }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const entries = Object.entries(facts.attributes);
  if (entries.length === 0) return null;
  const say = (value: unknown) => {
    if (typeof value === 'boolean') return value ? t.yes : t.no;
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return (
    <Panel title={t.attributes} about={t.attributesAbout} source={source}>
      <FactList facts={entries.map(([name, value]) => [wordOf(words.attributes, name), say(value)])} />
    </Panel>
  );
}
