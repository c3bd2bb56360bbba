import type { zh } from '../zh/messages';
import { assets } from './assets';
import { common } from './common';
import { flow } from './flow';
import { metrics } from './metrics';
import { overview } from './overview';
import { shell } from './shell';
import { trend } from './trend';

export const en: typeof zh = { assets, common, flow, metrics, overview, shell, trend };
