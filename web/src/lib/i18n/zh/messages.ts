import { common } from './common';
import { imports } from './imports';
import { rejects } from './rejects';
import { shell } from './shell';
import { transfer } from './transfer';

/** Every text of the pages in Chinese; English has the same keys by type. */
export const zh = { common, imports, rejects, shell, transfer };
