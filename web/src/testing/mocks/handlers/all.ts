import { analysisHandlers } from './analysis';
import { auditHandlers } from './audit';
import { brandHandlers } from './brands';
import { consumerHandlers } from './consumers';
import { identityHandlers } from './identity';
import { importHandlers } from './imports';
import { jobHandlers } from './jobs';
import { keyHandlers } from './keys';
import { rejectHandlers } from './rejects';
import { ruleHandlers } from './rules';
import { sessionHandlers } from './session';
import { trackingHandlers } from './tracking';
import { userHandlers } from './users';

export const handlers = [
  ...sessionHandlers,
  ...ruleHandlers,
  ...jobHandlers,
  ...importHandlers,
  ...rejectHandlers,
  ...trackingHandlers,
  ...consumerHandlers,
  ...identityHandlers,
  ...userHandlers,
  ...keyHandlers,
  ...auditHandlers,
  ...analysisHandlers,
  ...brandHandlers,
];
