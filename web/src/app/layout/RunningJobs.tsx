import { SyncOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Badge, Button, Popover } from 'antd';
import { useTranslation } from 'react-i18next';

import { isActive, jobsQuery } from '@/api/queries/jobs';
import { RunPanel } from '@/components/layout/RunPanel';
import { useBrandSlug, useMay } from '@/hooks/use-brand';

const SHOWN = 5;

/** What is running in this brand, with its progress. */
export function RunningJobs() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const mayRead = useMay('assets.read');
  const jobs = useQuery({ ...jobsQuery(brand), enabled: mayRead && brand !== '' }).data ?? [];
  const active = jobs.filter(isActive);
  const label = active.length === 0 ? t('shell.jobs.none') : t('shell.jobs.running', { count: active.length });
  const shown = active.length > 0 ? active : jobs.slice(0, SHOWN);
  const content = (
    <div className="db-jobs">
      {shown.length === 0 ? (
        t('shell.jobs.none')
      ) : (
        <ul className="db-list">
          {shown.map((job) => (
            <li key={job.id}>
              <RunPanel job={job} compact />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
  return (
    <Popover trigger="click" placement="bottomRight" title={active.length > 0 ? label : t('shell.jobs.recent')} content={content}>
      <Badge count={active.length} size="small" color="#2B5FCE">
        <Button type="text" icon={<SyncOutlined spin={active.length > 0} />} aria-label={`${t('shell.jobs.label')}: ${label}`} />
      </Badge>
    </Popover>
  );
}
