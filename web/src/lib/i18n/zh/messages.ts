import { access } from './access';
import { audit } from './audit';
import { behaviors } from './behaviors';
import { common } from './common';
import { consumers } from './consumers';
import { keys } from './keys';
import { rules } from './rules';
import { shell } from './shell';
import { users } from './users';

/** Every text of the pages in Chinese; English has the same keys by type. */
export const zh = { access, audit, behaviors, common, consumers, keys, rules, shell, users };
