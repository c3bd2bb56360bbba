import { CopyOutlined } from '@ant-design/icons';
import type { InputRef } from 'antd';
import { Alert, Button, Input, Modal, Space } from 'antd';
import type { ReactNode } from 'react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  name: string;
  secret: string;
  /** What to do with it, while it can be read. */
  children?: ReactNode;
  onClose: () => void;
};

/** A password or key that can be read now and never again. Only its own button closes it. */
export function OnceSecret({ name, secret, children, onClose }: Props) {
  const { t } = useTranslation();
  const input = useRef<InputRef>(null);
  const [copied, setCopied] = useState<boolean>();

  async function copy() {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      // Without TLS, or without leave, the browser copies nothing; the text stands selected instead.
      input.current?.select();
      setCopied(false);
    }
  }

  return (
    <Modal
      open
      title={name}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('access.once.done')}
        </Button>
      }
    >
      <div className="db-page">
        <Alert type="warning" showIcon title={t('access.once.title')} description={t('access.once.hint')} />
        <Space.Compact block>
          <Input ref={input} readOnly value={secret} aria-label={name} onFocus={(event) => event.target.select()} />
          <Button icon={<CopyOutlined />} onClick={() => void copy()}>
            {t('common.copy')}
          </Button>
        </Space.Compact>
        <div role="status">{copied === undefined ? '' : copied ? t('access.once.copied') : t('access.once.copy_failed')}</div>
        {children}
      </div>
    </Modal>
  );
}
