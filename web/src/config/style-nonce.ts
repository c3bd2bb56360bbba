import { cspNonce } from './env';

/**
 * Gives the page's nonce to every style tag that a script makes. Ant Design passes it on to most of its own, but the parts
 * that lock scrolling and measure scrollbars make theirs without asking, and the page's policy would refuse those.
 */
export function giveStylesTheNonce(): void {
  const nonce = cspNonce();
  if (nonce === undefined) return;
  const create = document.createElement.bind(document);
  // The overloads by tag name stay as they are: the same element comes back.
  document.createElement = ((tag: string, options?: ElementCreationOptions) => {
    const element = create(tag, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
