import type { ReactNode } from 'react';
import { useId } from 'react';

type Props = {
  title: string;
  /** One sentence that says what is asked. */
  question: string;
  marks?: ReactNode;
  filters?: ReactNode;
  /** The answer, picture, table and what to do next, in this order. */
  children: ReactNode;
};

/** A page that answers one question: asked, filtered, answered, shown, and led on from. */
export function QuestionPage({ title, question, marks, filters, children }: Props) {
  const id = useId();
  return (
    <article aria-labelledby={id} className="db-page">
      <header className="db-page-head">
        <h1 id={id}>
          {title} {marks}
        </h1>
        <p className="db-muted">{question}</p>
      </header>
      {filters !== undefined && <div className="db-filters">{filters}</div>}
      {children}
    </article>
  );
}

type SectionProps = { title: string; extra?: ReactNode; children: ReactNode };

/** A part of a page with a heading of its own. */
export function PageSection({ title, extra, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="db-section">
      <div className="db-section-head">
        <h2 id={id}>{title}</h2>
        {extra}
      </div>
      {children}
    </section>
  );
}

/** The answer first: a number or a sentence. */
export function Answer({ children }: { children: ReactNode }) {
  return <p className="db-answer">{children}</p>;
}
