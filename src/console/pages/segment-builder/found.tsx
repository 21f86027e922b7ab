import { Link } from 'wouter';
import { useFormat } from '../../format/index.ts';
import { Figure, Meter, Notice, Panel, Problem, Skeleton } from '../../kit/index.ts';
import { customerPath } from '../../shared/people/names.ts';
import type { usePreview } from '../../shared/rules/use-preview.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** Whom the whole rule finds: how many, of how many, and some of them. */
export function Found({ preview }: { preview: ReturnType<typeof usePreview> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { asked, isEmpty, isBehind } = preview;
  if (isEmpty) return null;
  const { data, error } = asked;
  return (
    <Panel title={t.found} source={asked.source} about={t.foundAbout}>
      {error ? (
        <Problem error={error} />
      ) : data ? (
        <div className="stack" aria-busy={asked.isFetching || isBehind} aria-live="polite">
          <p className="builder-found">
            <Figure
              className="stat-value"
              about={{ name: t.found, definition: t.foundAbout, source: { ...asked.source, asOf: data.as_of } }}
            >
              {format.count(data.customers)}
            </Figure>{' '}
            <span className="muted">{t.of(format.count(data.everybody))}</span>
          </p>
          <Meter
            label={t.found}
            value={data.everybody > 0 ? data.customers / data.everybody : 0}
            text={t.share(format.percent(data.everybody > 0 ? data.customers / data.everybody : 0))}
          />
          {data.customers === 0 && <Notice tone="warn">{t.nobody}</Notice>}
          {data.customers === data.everybody && data.everybody > 0 && <Notice>{t.everybody}</Notice>}
          {data.examples.length > 0 && (
            <p className="panel-note">
              {t.examples}:{' '}
              {data.examples.slice(0, 6).map((id, place) => (
                <span key={id}>
                  {place > 0 && ', '}
                  <Link href={customerPath(id)} className="mono" target="_blank">
                    {id}
                  </Link>
                </span>
              ))}
            </p>
          )}
        </div>
      ) : (
        <Skeleton lines={3} />
      )}
    </Panel>
  );
}
