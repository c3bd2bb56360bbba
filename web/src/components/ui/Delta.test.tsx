import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';

import { Delta } from './Delta';

test('an arrow stands only where the text says a change', () => {
  const { container } = render(
    <>
      <Delta text="+0.7 %" direction={0.007} />
      <Delta text="−0.0 pp" direction={-0.0001} />
      <Delta text="—" direction={undefined} />
    </>,
  );
  expect(container.textContent).toBe('▲ +0.7 %−0.0 pp—');
  expect(screen.getByText('−0.0 pp').parentElement?.className).toContain('flat');
});
