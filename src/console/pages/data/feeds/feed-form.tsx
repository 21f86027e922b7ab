import { useState } from 'react';
import { put, useChange } from '../../../api/index.ts';
import { Button, Dialog, Form, Problem, Select, TextField, useToast } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { feedTexts } from './texts.ts';
import { type Feed, stale } from './types.ts';

/** The address of a feed and what becomes of goods that vanish from it. */
export function FeedForm({
  current,
  taken,
  onClose,
}: {
  /** undefined: a new one */
  current: Feed | undefined;
  taken: readonly string[];
  onClose(): void;
}) {
  const t = useTexts(feedTexts);
  const toast = useToast();
  const [name, setName] = useState(current?.name ?? '');
  // Of an address that is not shown whole, what is shown is none.
  const isShownWhole = current !== undefined && !current.url.includes('…');
  const [url, setUrl] = useState(isShownWhole ? current.url : '');
  const [missing, setMissing] = useState<Feed['missing']>(current?.missing ?? 'keep');
  const { run, isRunning, error } = useChange<Feed>(stale);
  const isTaken = !current && taken.includes(name.trim());
  const isReady = name.trim() !== '' && url.trim() !== '' && !isTaken;
  const save = async () => {
    if (!isReady) return;
    const body = { url: url.trim(), missing };
    if (!(await run(put('/v1/feeds/{feed_name}', { path: { feed_name: name.trim() }, body })))) return;
    onClose();
    toast({ title: t.set(name.trim()) });
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={current ? t.changeTitle(current.name) : t.newTitle}
      description={t.formText}
      actions={
        <Button kind="main" type="submit" form="feed" working={isRunning} disabled={!isReady}>
          {current ? t.save : t.make}
        </Button>
      }
    >
      <Form id="feed" className="stack" onSubmit={save}>
        {!current && (
          <TextField
            label={t.name}
            hint={t.nameHint}
            required
            pattern="[A-Za-z0-9_.\-]{1,64}"
            maxLength={64}
            autoComplete="off"
            value={name}
            error={isTaken ? t.nameTaken : error?.fault('feed_name')}
            onChange={setName}
          />
        )}
        <TextField
          label={t.url}
          hint={current && !isShownWhole ? t.urlAgain : t.urlHint}
          placeholder={current?.url ?? 'https://shop.example/google.xml'}
          required
          type="url"
          maxLength={2000}
          autoComplete="off"
          value={url}
          error={error?.fault('url')}
          onChange={setUrl}
        />
        <Select<Feed['missing']>
          label={t.missing}
          hint={t.missingHint}
          value={missing}
          onChange={setMissing}
          choices={[
            { value: 'keep', label: t.keep },
            { value: 'hide', label: t.hide },
          ]}
        />
        {error && <Problem error={error} title={t.refused} />}
      </Form>
    </Dialog>
  );
}
