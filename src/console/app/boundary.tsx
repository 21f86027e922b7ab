import { Component, type ReactNode } from 'react';
import { Button } from '../kit/forms/button.tsx';
import { Empty } from '../kit/layout/empty.tsx';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';

/** A page that fails takes the others not with it. Another `page` begins anew. */
export class Boundary extends Component<{ page: string; children: ReactNode }, { failed?: string }> {
  override state: { failed?: string } = {};

  static getDerivedStateFromError(): { failed: string } {
    return { failed: location.pathname };
  }

  override componentDidUpdate(before: { page: string }): void {
    if (before.page !== this.props.page && this.state.failed !== undefined)
      this.setState({ failed: undefined as never });
  }

  override render(): ReactNode {
    return this.state.failed === undefined ? this.props.children : <Broken />;
  }
}

function Broken() {
  const t = useTexts(shellTexts);
  return (
    <Empty
      icon="bad"
      title={t.brokenTitle}
      text={t.brokenText}
      actions={<Button onClick={() => location.reload()}>{t.reload}</Button>}
    />
  );
}
