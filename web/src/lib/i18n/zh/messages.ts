import { common } from './common';
import { shell } from './shell';

/** Every text of the pages in Chinese; English has the same keys by type. */
export const zh = { common, shell };
