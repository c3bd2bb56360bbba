import type { zh } from '../zh/messages';
import { common } from './common';
import { imports } from './imports';
import { rejects } from './rejects';
import { shell } from './shell';
import { transfer } from './transfer';

export const en: typeof zh = { common, imports, rejects, shell, transfer };
