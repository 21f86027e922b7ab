import { type Answer, get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Badge, CopyLine, Loaded, Panel, type Tone } from '../../kit/index.ts';
import { useSaid } from '../../shared/use-said.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Examination = Answer<'/v1/doctor'>['items'][number];
type Finding = Examination['findings'][number];

/** What the shop still misses for lists, segments, coupons and reports, each with what mends it. */
export function WhatIsMissing() {
  const t = useTexts(texts);
  const asked = useGet(get('/v1/doctor'));
  if (asked.error?.problem.code === 'forbidden') return null;
  return (
    <Panel title={t.missingTitle} note={t.missingNote} source={asked.source}>
      <Loaded asked={asked}>
        {({ items }) => (
          <div className="today-missing">
            {items.map((examination) => (
              <Purpose key={examination.purpose} examination={examination} />
            ))}
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

function Purpose({ examination: { purpose, is_ready, findings } }: { examination: Examination }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [tone, state]: [Tone, string] = !is_ready
    ? ['bad', t.notReady]
    : findings.length > 0
      ? ['warn', t.better(format.count(findings.length))]
      : ['good', t.ready];
  const head = (
    <>
      <span>{t.purposes[purpose]}</span>
      <Badge tone={tone}>{state}</Badge>
    </>
  );
  if (findings.length === 0) return <p className="today-purpose">{head}</p>;
  return (
    <details>
      <summary className="today-purpose">{head}</summary>
      <ul className="today-findings">
        {findings.map((finding) => (
          <Told key={finding.text} finding={finding} />
        ))}
      </ul>
    </details>
  );
}

function Told({ finding: { text, remedy } }: { finding: Finding }) {
  const t = useTexts(texts);
  const say = useSaid();
  return (
    <li>
      <p>{say(text)}</p>
      {remedy.by === 'command' ? <CopyLine text={remedy.text} /> : <code>{remedy.text}</code>}
      <p className="muted">{t.moreIn(remedy.document)}</p>
    </li>
  );
}
