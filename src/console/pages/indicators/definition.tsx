import { useFormat } from '../../format/index.ts';
import { Facts, Panel } from '../../kit/index.ts';
import { type Indicator, termsOf } from '../../shared/indicators.ts';
import { useSaid } from '../../shared/use-said.ts';
import { indicatorTexts } from '../../texts/indicators.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** What the indicator is made of, as it is counted. */
export function Definition({ indicator }: { indicator: Indicator }) {
  const t = useTexts(texts);
  const format = useFormat();
  const say = useSaid();
  const { needNames } = useTexts(indicatorTexts);
  const { numerator, denominator, exclusions, needs, version, since, change } = indicator;
  return (
    <Panel title={t.definition}>
      <Facts
        facts={[
          [
            t.formula,
            <span key="formula">
              <code>{termsOf(numerator)}</code>
              {denominator && (
                <>
                  {' ÷ '}
                  <code>{termsOf(denominator)}</code>
                </>
              )}
              {change && <span className="muted"> · {t.changeOf}</span>}
            </span>,
          ],
          ...(exclusions.length > 0 ? ([[t.exclusions, exclusions.map(say).join('; ')]] as const) : []),
          ...(needs.length > 0
            ? ([[t.needs, needs.map(({ need }) => needNames[need] ?? need.replaceAll('_', ' ')).join(', ')]] as const)
            : []),
          [t.version, format.count(version)],
          [t.since, format.day(since, 'long')],
        ]}
      />
    </Panel>
  );
}
