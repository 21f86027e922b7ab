import { useState } from 'react';
import { useLocation } from 'wouter';
import { type Answer, post, put, remove, useChange } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Button, Form, Panel, Problem, TextArea, useToast } from '../../kit/index.ts';
import { segmentPath } from '../../shared/people/names.ts';
import { idsOf } from '../../shared/rules/ids.ts';
import { useTexts } from '../../texts/texts.ts';
import { useNaming } from './naming.tsx';
import { texts } from './texts.ts';

/** A segment of ids that are named. */
export function ListBuilder() {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const made = useChange<unknown>(['/v1/segments']);
  const filled = useChange<Answer<'/v1/segments/{segment_id}/members', 'put'>>(['/v1/segments']);
  const naming = useNaming('list', made.error);
  const ids = idsOf(text);
  const error = made.error ?? filled.error;
  const save = async () => {
    const { id, name } = naming;
    if (!(await made.run(post('/v1/segments', { body: { segment_id: id, name } })))) return;
    const path = { segment_id: id };
    const done = await filled.run(put('/v1/segments/{segment_id}/members', { path, body: { customer_ids: ids } }));
    if (!done) return;
    toast({
      title: t.saved(name),
      text: t.listSaved(format.count(done.segment.members), format.count(done.unknown)),
      undo: () =>
        void made.run(remove('/v1/segments/{segment_id}', { path })).then(() => navigate('/segments?view=own')),
    });
    navigate(segmentPath(id));
  };
  return (
    <Form className="builder-form" onSubmit={save}>
      <Panel title={t.named}>{naming.fields}</Panel>
      <Panel title={t.list}>
        <div className="stack">
          <TextArea
            label={t.ids}
            hint={`${t.idsHint} ${t.idsCount(format.count(ids.length))}`}
            rows={12}
            spellCheck={false}
            value={text}
            onChange={setText}
          />
          {error && <Problem error={error} title={t.refused} />}
          <div className="row">
            <Button kind="main" type="submit" working={made.isRunning || filled.isRunning} disabled={!naming.name}>
              {t.save}
            </Button>
          </div>
        </div>
      </Panel>
    </Form>
  );
}
