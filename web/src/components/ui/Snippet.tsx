import { CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = { label: string; text: string };

/** A text to be pasted elsewhere, with a button that copies it. */
export function Snippet({ label, text }: Props) {
  const { t } = useTranslation();
  const shown = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState<boolean>();

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Without TLS, or without leave, the browser copies nothing; the text stands selected instead.
      if (shown.current !== null) getSelection()?.selectAllChildren(shown.current);
      setCopied(false);
    }
  }

  return (
    <div className="db-snippet">
      <pre ref={shown} className="db-snippet-text" role="region" aria-label={label} tabIndex={0}>
        {text}
      </pre>
      <div className="db-run-head">
        <Button size="small" icon={<CopyOutlined />} aria-label={`${t('common.copy')}: ${label}`} onClick={() => void copy()}>
          {t('common.copy')}
        </Button>
        <span role="status" className="db-muted">
          {copied === undefined ? '' : copied ? t('common.copied') : t('access.once.copy_failed')}
        </span>
      </div>
    </div>
  );
}
