import { auditHandlers } from './audit';
import { brandHandlers } from './brands';
import { consumerHandlers } from './consumers';
import { keyHandlers } from './keys';
import { ruleHandlers } from './rules';
import { sessionHandlers } from './session';
import { userHandlers } from './users';

export const handlers = [...sessionHandlers, ...ruleHandlers, ...consumerHandlers, ...userHandlers, ...keyHandlers, ...auditHandlers, ...brandHandlers];
