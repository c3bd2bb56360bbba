import type { zh } from '../zh/messages';
import { common } from './common';
import { shell } from './shell';

export const en: typeof zh = { common, shell };
