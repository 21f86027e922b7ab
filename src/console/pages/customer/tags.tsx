import type { Asked } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Figure, Loaded, Panel } from '../../kit/index.ts';
import { wordOf } from '../../shared/people/names.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Profile } from './types.ts';

type Tag = Profile['tags'][number];

/** What is said of the customer; a press on a tag shows what it rests on. */
export function Tags({ asked }: { asked: Asked<Profile> }) {
  const t = useTexts(texts);
  return (
    <Panel title={t.tags} note={t.tagsAbout} source={asked.source}>
      <Loaded asked={asked}>
        {({ tags }) =>
          tags.length === 0 ? (
            <p className="muted">{t.noTags}</p>
          ) : (
            <dl className="facts">
              {[...new Set(tags.map(({ tag }) => tag))].map((kind) => (
                <TagRow key={kind} tags={tags.filter(({ tag }) => tag === kind)} asked={asked} />
              ))}
            </dl>
          )
        }
      </Loaded>
    </Panel>
  );
}

/** Tags of one kind: a customer may have several preferred categories and brands. */
function TagRow({ tags, asked }: { tags: readonly Tag[]; asked: Asked<Profile> }) {
  const words = useTexts(peopleTexts);
  const name = wordOf(words.tags, tags[0]?.tag ?? '');
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd className="customer-tags">
        {tags.map((tag) => (
          <TagFigure key={tag.value} tag={tag} name={name} source={asked.source} />
        ))}
      </dd>
    </div>
  );
}

function TagFigure({ tag, name, source }: { tag: Tag; name: string; source: Asked<Profile>['source'] }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const say = useEvidence();
  const value = tag.tag === 'expected-next-order' ? format.day(tag.value, 'year') : wordOf(words.tagValues, tag.value);
  const parts = Object.entries(tag.evidence)
    .filter(([, figure]) => figure !== null)
    .map(([key, figure]) => [wordOf(words.evidence, key), say(key, figure)] as const);
  const share = tag.evidence['share'];
  return (
    <Figure
      about={{
        name: `${name}: ${value}`,
        parts: [...parts, [t.computed, format.moment(tag.computed_at)]],
        source: { ...source, dataVersion: tag.version, asOf: tag.as_of },
      }}
    >
      {value}
      {typeof share === 'number' && <span className="muted"> {format.percent(share, 0)}</span>}
    </Figure>
  );
}

const shares = /share|weight|level|abandoned/;

function useEvidence(): (key: string, figure: number | string | null) => string {
  const t = useTexts(texts);
  const format = useFormat();
  return (key, figure) => {
    if (figure === null) return nothing;
    if (typeof figure === 'string') return key === 'source' ? wordOf(t.sources, figure) : figure;
    return shares.test(key) ? format.percent(figure, 0) : format.number(figure, 1);
  };
}
