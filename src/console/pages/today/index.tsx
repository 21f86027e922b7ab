import { Page } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

export default function Today() {
  const t = useTexts(texts);
  return <Page title={t.title} purpose={t.purpose} />;
}
