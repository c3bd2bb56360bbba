import { InboxOutlined } from '@ant-design/icons';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = { onFiles: (files: File[]) => void; disabled?: boolean; accept?: string };

/** Where files are dropped or chosen. */
export function FileDrop({ onFiles, disabled = false, accept }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [isOver, setIsOver] = useState(false);
  return (
    <div
      className={`db-drop${isOver ? ' db-drop-over' : ''}${disabled ? ' db-drop-disabled' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(!disabled);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        if (!disabled) onFiles([...event.dataTransfer.files]);
      }}
    >
      <input
        id={id}
        type="file"
        multiple
        disabled={disabled}
        accept={accept}
        className="db-visually-hidden"
        aria-label={t('transfer.choose')}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // So that the same file can be chosen again after it was corrected.
          event.target.value = '';
        }}
      />
      <label htmlFor={id}>
        <InboxOutlined aria-hidden="true" className="db-drop-icon" />
        <span>{t('transfer.drop')}</span>
        <span id={`${id}-hint`} className="db-muted">
          {t('transfer.drop_hint')}
        </span>
      </label>
    </div>
  );
}
