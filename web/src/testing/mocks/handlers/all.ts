import { analysisHandlers } from './analysis';
import { brandHandlers } from './brands';
import { sessionHandlers } from './session';

export const handlers = [...sessionHandlers, ...brandHandlers, ...analysisHandlers];
