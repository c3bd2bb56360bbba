import type { zh } from '../zh/messages';
import { assets } from './assets';
import { common } from './common';
import { flow } from './flow';
import { imports } from './imports';
import { metrics } from './metrics';
import { overview } from './overview';
import { rejects } from './rejects';
import { shell } from './shell';
import { transfer } from './transfer';
import { trend } from './trend';

export const en: typeof zh = { assets, common, flow, imports, metrics, overview, rejects, shell, transfer, trend };
