import { assets } from './assets';
import { common } from './common';
import { flow } from './flow';
import { metrics } from './metrics';
import { overview } from './overview';
import { shell } from './shell';
import { trend } from './trend';

/** Every text of the pages in Chinese; English has the same keys by type. */
export const zh = { assets, common, flow, metrics, overview, shell, trend };
