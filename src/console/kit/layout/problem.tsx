import type { ApiError } from '../../api/index.ts';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { Icon } from '../base/icon.tsx';
import { Button } from '../forms/button.tsx';

/** What went wrong, in words, with what the service said of it. */
export function Problem({ error, title, onRetry }: { error: ApiError; title?: string; onRetry?: () => void }) {
  const t = useTexts(kitTexts);
  const { code, errors = [] } = error.problem;
  const said: Record<string, string> = { unreachable: t.unreachable, forbidden: t.forbidden, not_found: t.notFound };
  return (
    <div className="notice notice-bad" role="alert">
      <Icon name="bad" />
      <div className="notice-words">
        <p className="notice-title">{title ?? t.problem}</p>
        {/* Where fields are at fault the service's sentence is their list once more. */}
        {errors.length === 0 && <p>{said[code] ?? error.words}</p>}
        {errors.length > 0 && (
          <ul className="notice-list">
            {errors.slice(0, 5).map((fault) => (
              <li key={`${fault.field} ${fault.message}`}>
                <code>{fault.field}</code> {error.inWords(fault.message)}
              </li>
            ))}
          </ul>
        )}
      </div>
      {onRetry && (
        <Button small icon="refresh" onClick={onRetry}>
          {t.retry}
        </Button>
      )}
    </div>
  );
}
