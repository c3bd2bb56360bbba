import { SearchOutlined } from '@ant-design/icons';
import type { InputRef } from 'antd';
import { Alert, Button, Input, Modal } from 'antd';
import { useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { asApiError } from '@/api/errors';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';
import { useConsumerLookup } from '@/hooks/use-consumer-lookup';

import { NAVIGATION_PAGES } from '../navigation';
import { searchEntries } from './search-entries';

/** ⌘K: pages by name, a consumer by id. */
export function SearchPalette() {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    setIsOpen((before) => !before);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
  const shortcut = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K';
  return (
    <>
      <Button type="text" icon={<SearchOutlined />} aria-label={`${t('shell.search.open')} ${shortcut}`} aria-keyshortcuts="Meta+K Control+K" onClick={() => setIsOpen(true)}>
        <kbd className="db-kbd">{shortcut}</kbd>
      </Button>
      <Modal open={isOpen} onCancel={() => setIsOpen(false)} footer={null} title={t('shell.search.label')} destroyOnHidden>
        <Palette onDone={() => setIsOpen(false)} />
      </Modal>
    </>
  );
}

function Palette({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const mayFind = useMay('consumers.read');
  const mayRead = useMay('assets.read');
  const navigate = useNavigate();
  const address = useAddress();
  const listId = useId();
  const input = useRef<InputRef>(null);
  const [text, setText] = useState('');
  const [place, setPlace] = useState(0);
  const lookup = useConsumerLookup((consumer) => go(paths.consumer(brand, consumer)));

  useEffect(() => input.current?.focus(), []);

  function go(path: string) {
    onDone();
    void navigate(address(path));
  }

  const pages = mayRead ? NAVIGATION_PAGES.map((page) => ({ label: page.label(t), path: page.path(brand) })) : [];
  const entries = searchEntries(text, pages, mayFind);
  const current = Math.min(place, entries.length - 1);

  function choose(entry: (typeof entries)[number]) {
    if (entry.kind === 'page') go(entry.path);
    else if (entry.kind === 'number') go(paths.consumer(brand, entry.number));
    else lookup.mutate(entry.id);
  }

  const problem = lookup.error === null ? undefined : asApiError(lookup.error);
  return (
    <>
      <Input
        ref={input}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={entries.length > 0 ? `${listId}-${current}` : undefined}
        aria-label={t('shell.search.label')}
        placeholder={t('shell.search.placeholder')}
        prefix={<SearchOutlined />}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setPlace(0);
          lookup.reset();
        }}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          const entry = entries[current];
          if (step !== 0 && entries.length > 0) {
            event.preventDefault();
            setPlace((current + step + entries.length) % entries.length);
          } else if (event.key === 'Enter' && entry !== undefined) choose(entry);
        }}
      />
      <ul id={listId} role="listbox" aria-label={t('shell.search.open')} className="db-palette-list">
        {entries.map((entry, at) => (
          <li
            key={entry.kind === 'page' ? entry.path : entry.kind}
            id={`${listId}-${at}`}
            role="option"
            aria-selected={at === current}
            className="db-palette-item"
            onClick={() => choose(entry)}
          >
            {entry.kind === 'page'
              ? entry.label
              : entry.kind === 'number'
                ? t('shell.search.consumer_number', { number: entry.number })
                : t('shell.search.consumer', { id: entry.id })}
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p className="db-muted">{t('shell.search.none')}</p>}
      {problem && <Alert type="warning" showIcon role="alert" title={problem.code === 'not_found' ? t('shell.search.not_found') : problem.message} />}
    </>
  );
}
