import { useEffect } from 'react';
import { Button } from '../kit/forms/button.tsx';
import { Empty } from '../kit/layout/empty.tsx';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';

/** The service is away: nothing can be shown, and it comes back by itself. */
export function Unreachable({ onRetry }: { onRetry(): void }) {
  const t = useTexts(shellTexts);
  useEffect(() => {
    const timer = setInterval(onRetry, 5_000);
    return () => clearInterval(timer);
  }, [onRetry]);
  return (
    <main className="alone">
      <Empty
        icon="bad"
        title={t.unreachableTitle}
        text={t.unreachableText}
        actions={
          <Button kind="main" onClick={onRetry}>
            {t.retry}
          </Button>
        }
      />
    </main>
  );
}
