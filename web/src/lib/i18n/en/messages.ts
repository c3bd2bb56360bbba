import type { zh } from '../zh/messages';
import { access } from './access';
import { assets } from './assets';
import { audit } from './audit';
import { behaviors } from './behaviors';
import { common } from './common';
import { consumers } from './consumers';
import { flow } from './flow';
import { identity } from './identity';
import { imports } from './imports';
import { keys } from './keys';
import { metrics } from './metrics';
import { overview } from './overview';
import { rejects } from './rejects';
import { rules } from './rules';
import { shell } from './shell';
import { tracking } from './tracking';
import { transfer } from './transfer';
import { trend } from './trend';
import { users } from './users';

export const en: typeof zh = {
  access,
  assets,
  audit,
  behaviors,
  common,
  consumers,
  flow,
  identity,
  imports,
  keys,
  metrics,
  overview,
  rejects,
  rules,
  shell,
  tracking,
  transfer,
  trend,
  users,
};
