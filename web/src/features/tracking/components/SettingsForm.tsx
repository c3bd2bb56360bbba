import '../tracking.css';

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';
import type { TrackingSettings } from '@/api/types';
import { PageSection } from '@/components/layout/QuestionPage';
import { useBrandSlug, useMay } from '@/hooks/use-brand';

import { saveSettings, settingsKey } from '../api/tracking';
import type { SettingsValues } from '../model/settings';
import { isTwin, placeErrors, settingsOf, valuesOf } from '../model/settings';
import { BehaviorSelect } from './BehaviorSelect';

/** How the brand's events are named, and where its tracked links may lead. */
export function SettingsForm({ settings }: { settings: TrackingSettings }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const mayWrite = useMay('imports.write');
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<SettingsValues>();
  const [problem, setProblem] = useState<string>();
  const save = useMutation({
    mutationFn: (values: SettingsValues) => saveSettings(brand, settingsOf(values)),
    onMutate: () => setProblem(undefined),
    onSuccess: (saved) => {
      queryClient.setQueryData(settingsKey(brand), saved);
      form.setFieldsValue(valuesOf(saved));
      void message.success(t('tracking.settings.saved'));
    },
    onError: (error, values) => {
      const refused = asApiError(error);
      const { placed, rest } = placeErrors(refused.fields, values);
      form.setFields(placed.map(({ path, message: text }) => ({ name: path, errors: [text] })));
      const first = placed[0];
      if (first !== undefined) form.scrollToField(first.path, { focus: true });
      setProblem(rest.length > 0 ? rest.join(' ') : placed.length > 0 ? undefined : refused.message);
    },
  });
  return (
    <Form<SettingsValues>
      form={form}
      className="db-page"
      requiredMark={false}
      disabled={!mayWrite || save.isPending}
      initialValues={valuesOf(settings)}
      onFinish={(values) => save.mutate(values)}
    >
      <p className="db-muted">{t('tracking.settings.intro')}</p>
      {!mayWrite && <Alert type="info" showIcon title={t('tracking.settings.read_only')} />}
      <PageSection title={t('tracking.settings.names')}>
        <Names />
      </PageSection>
      <PageSection title={t('tracking.settings.hosts')}>
        <Hosts />
      </PageSection>
      {problem !== undefined && <Alert type="error" showIcon role="alert" title={t('tracking.settings.not_saved')} description={problem} />}
      <div>
        <Button type="primary" htmlType="submit" loading={save.isPending} title={mayWrite ? undefined : t('common.forbidden_action')}>
          {t('common.save')}
        </Button>
      </div>
    </Form>
  );
}

function Names() {
  const { t } = useTranslation();
  const required = { required: true, whitespace: true, message: t('common.required') };
  return (
    <Form.List name="names">
      {(rows, { add, remove }) => (
        <div className="db-pairs">
          <p className="db-muted">{t('tracking.settings.names_hint')}</p>
          {rows.length === 0 && <p>{t('tracking.settings.no_names')}</p>}
          {rows.map(({ key, name: place }) => {
            const n = place + 1;
            return (
              <div key={key} className="db-pair db-pair-two">
                <Form.Item
                  name={[place, 'name']}
                  rules={[
                    required,
                    ({ getFieldValue }) => ({
                      validator: (_, name: string | undefined) =>
                        isTwin((getFieldValue('names') ?? []) as SettingsValues['names'], name ?? '') ? Promise.reject(new Error(t('tracking.settings.twin'))) : Promise.resolve(),
                    }),
                  ]}
                >
                  <Input aria-label={t('tracking.settings.name_of', { n })} placeholder={t('tracking.settings.name_placeholder')} maxLength={255} autoComplete="off" />
                </Form.Item>
                <Form.Item name={[place, 'behavior']} rules={[required]}>
                  <BehaviorSelect label={t('tracking.settings.behavior_of', { n })} />
                </Form.Item>
                <Button type="text" icon={<DeleteOutlined />} aria-label={t('tracking.settings.remove_name', { n })} onClick={() => remove(place)} />
              </div>
            );
          })}
          <Button icon={<PlusOutlined />} onClick={() => add({ name: '', behavior: undefined })}>
            {t('tracking.settings.add_name')}
          </Button>
        </div>
      )}
    </Form.List>
  );
}

function Hosts() {
  const { t } = useTranslation();
  return (
    <Form.List name="hosts">
      {(rows, { add, remove }) => (
        <div className="db-pairs">
          <p className="db-muted">{t('tracking.settings.hosts_hint')}</p>
          {rows.length === 0 && <p>{t('tracking.settings.no_hosts')}</p>}
          {rows.map(({ key, name: place }) => {
            const n = place + 1;
            return (
              <div key={key} className="db-pair db-pair-one">
                <Form.Item name={[place, 'host']} rules={[{ required: true, whitespace: true, message: t('common.required') }]}>
                  <Input aria-label={t('tracking.settings.host_of', { n })} placeholder={t('tracking.settings.host_placeholder')} autoComplete="off" spellCheck={false} />
                </Form.Item>
                <Button type="text" icon={<DeleteOutlined />} aria-label={t('tracking.settings.remove_host', { n })} onClick={() => remove(place)} />
              </div>
            );
          })}
          <Button icon={<PlusOutlined />} onClick={() => add({ host: '' })}>
            {t('tracking.settings.add_host')}
          </Button>
        </div>
      )}
    </Form.List>
  );
}
