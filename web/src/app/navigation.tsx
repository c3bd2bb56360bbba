import {
  ApartmentOutlined,
  AuditOutlined,
  DashboardOutlined,
  DisconnectOutlined,
  IdcardOutlined,
  ImportOutlined,
  KeyOutlined,
  LineChartOutlined,
  PieChartOutlined,
  ProfileOutlined,
  TeamOutlined,
  ThunderboltOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';

import type { Action } from '@/api/types';
import { paths } from '@/config/paths';

export type NavigationPage = {
  key: string;
  label: (t: TFunction) => string;
  path: (brand: string) => string;
  icon: ReactNode;
  /** Without it the page answers "forbidden", so the menu shows it disabled. */
  action: Action;
};
export type NavigationGroup = { key: string; label: (t: TFunction) => string; pages: NavigationPage[] };

/** The left navigation and the search: only pages that exist, in the order of the map. */
export const NAVIGATION: (NavigationPage | NavigationGroup)[] = [
  { key: 'overview', label: (t) => t('shell.page.overview'), path: paths.overview, icon: <DashboardOutlined />, action: 'assets.read' },
  {
    key: 'group-assets',
    label: (t) => t('shell.group.assets'),
    pages: [
      { key: 'assets', label: (t) => t('shell.page.assets'), path: paths.assets, icon: <PieChartOutlined />, action: 'assets.read' },
      { key: 'full-link', label: (t) => t('shell.page.full_link'), path: paths.fullLink, icon: <LineChartOutlined />, action: 'assets.read' },
      { key: 'flow', label: (t) => t('shell.page.flow'), path: paths.flow, icon: <ApartmentOutlined />, action: 'assets.read' },
      { key: 'consumers', label: (t) => t('consumers.title'), path: paths.consumers, icon: <IdcardOutlined />, action: 'consumers.read' },
    ],
  },
  {
    key: 'group-data',
    label: (t) => t('shell.group.data'),
    pages: [
      { key: 'imports', label: (t) => t('shell.page.imports'), path: paths.imports, icon: <ImportOutlined />, action: 'imports.read' },
      { key: 'tracking', label: (t) => t('tracking.title'), path: paths.tracking, icon: <ThunderboltOutlined />, action: 'imports.read' },
      { key: 'rejects', label: (t) => t('shell.page.rejects'), path: paths.rejects, icon: <WarningOutlined />, action: 'rejects.summary' },
      { key: 'id-conflicts', label: (t) => t('identity.conflicts.title'), path: paths.idConflicts, icon: <DisconnectOutlined />, action: 'consumers.read' },
      { key: 'rules', label: (t) => t('rules.title'), path: paths.rules, icon: <ProfileOutlined />, action: 'assets.read' },
    ],
  },
  {
    key: 'group-admin',
    label: (t) => t('shell.group.admin'),
    pages: [
      { key: 'users', label: (t) => t('users.title'), path: paths.users, icon: <TeamOutlined />, action: 'members.manage' },
      { key: 'keys', label: (t) => t('keys.title'), path: paths.keys, icon: <KeyOutlined />, action: 'keys.manage' },
      { key: 'audit', label: (t) => t('audit.title'), path: paths.audit, icon: <AuditOutlined />, action: 'audit.read' },
    ],
  },
];

export const NAVIGATION_PAGES: NavigationPage[] = NAVIGATION.flatMap((entry) => ('pages' in entry ? entry.pages : [entry]));
