import type { ReactNode } from 'react';

import { LanguageSwitch } from '@/app/layout/LanguageSwitch';

type Props = { title: string; intro: string; children: ReactNode };

/** A page without the frame: one card. */
export function PlainPage({ title, intro, children }: Props) {
  return (
    <main className="db-plain">
      <div className="db-plain-card">
        <div className="db-plain-tools">
          <LanguageSwitch />
        </div>
        <h1>{title}</h1>
        <p className="db-muted">{intro}</p>
        {children}
      </div>
    </main>
  );
}
