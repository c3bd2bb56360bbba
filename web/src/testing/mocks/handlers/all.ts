import { analysisHandlers } from './analysis';
import { brandHandlers } from './brands';
import { importHandlers } from './imports';
import { jobHandlers } from './jobs';
import { rejectHandlers } from './rejects';
import { sessionHandlers } from './session';

export const handlers = [...sessionHandlers, ...brandHandlers, ...analysisHandlers, ...importHandlers, ...jobHandlers, ...rejectHandlers];
