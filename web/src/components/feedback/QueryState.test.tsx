import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';

import { ApiError } from '@/api/errors';

import { QueryState } from './QueryState';

let next: () => Promise<string> = () => Promise.resolve('');

function Asked() {
  const query = useQuery({ queryKey: ['asked'], queryFn: () => next(), retry: false });
  return (
    <>
      <button onClick={() => void query.refetch()}>again</button>
      <QueryState query={query} what="rules">
        {(read) => <input aria-label={read} />}
      </QueryState>
    </>
  );
}

async function typed() {
  next = () => Promise.resolve('name');
  const user = userEvent.setup();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Asked />
    </QueryClientProvider>,
  );
  await user.type(await screen.findByRole('textbox', { name: 'name' }), 'half');
  return user;
}

test('what is typed in an answer stays when asking anew fails, and the failure goes when that works again', async () => {
  const user = await typed();
  next = () => Promise.reject(new ApiError({ status: 503, code: 'unavailable', detail: 'the server is ending' }));
  await user.click(screen.getByRole('button', { name: 'again' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('the server is ending');
  expect(screen.getByRole('textbox', { name: 'name' })).toHaveValue('half');
  next = () => Promise.resolve('name');
  await user.click(screen.getByRole('button', { name: 'again' }));
  expect(await screen.findByRole('textbox', { name: 'name' })).toHaveValue('half');
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();
});

test('what the server refuses is shown no longer', async () => {
  const user = await typed();
  next = () => Promise.reject(new ApiError({ status: 404, code: 'not_found', detail: 'no such rules' }));
  await user.click(screen.getByRole('button', { name: 'again' }));
  expect(await screen.findByRole('alert')).toBeInTheDocument();
  expect(screen.queryByRole('textbox', { name: 'name' })).not.toBeInTheDocument();
});
