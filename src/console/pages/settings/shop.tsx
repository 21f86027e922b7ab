import { get, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { Badge, Facts, Loaded, Panel } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** What the shop's figures go by, and how the service is. */
export function Shop() {
  const t = useTexts(texts);
  const { shop } = useSession();
  return (
    <div className="grid">
      <Panel title={t.shopTitle} note={t.shopNote} span={4}>
        <Facts
          facts={[
            [t.currency, shop.currency],
            [t.minorDigits, String(shop.minor_digits)],
            [t.timeZone, shop.time_zone],
            [t.version, shop.version],
          ]}
        />
        <p className="panel-note">
          {t.reference} <a href="/docs">/docs</a>
        </p>
      </Panel>
      <Health />
    </div>
  );
}

function Health() {
  const t = useTexts(texts);
  const asked = useGet(get('/readyz'), { every: 10_000 });
  return (
    <Panel title={t.health} note={t.healthNote} source={asked.source} span={4}>
      <Loaded asked={asked}>
        {({ status, checks }) => (
          <div className="stack">
            <div>
              <Badge
                tone={status === 'ok' ? 'good' : status === 'degraded' ? 'warn' : 'bad'}
                icon={status === 'ok' ? 'check' : 'warn'}
              >
                {t.healthStates[status]}
              </Badge>
            </div>
            <Facts
              facts={Object.entries(checks).map(([name, state]) => [
                name in t.checks ? t.checks[name as keyof typeof t.checks] : name,
                state,
              ])}
            />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}
