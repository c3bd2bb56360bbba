import type { zh } from '../zh/messages';
import { access } from './access';
import { audit } from './audit';
import { behaviors } from './behaviors';
import { common } from './common';
import { consumers } from './consumers';
import { keys } from './keys';
import { rules } from './rules';
import { shell } from './shell';
import { users } from './users';

export const en: typeof zh = { access, audit, behaviors, common, consumers, keys, rules, shell, users };
