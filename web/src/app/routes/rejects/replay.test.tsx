import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, expect, test } from 'vitest';

import type { Reject, ReplayQuestion } from '@/api/types';
import { db } from '@/testing/mocks/db';
import { server } from '@/testing/mocks/server';
import { renderApp } from '@/testing/render';

const tracked = (id: string, total: string): Reject => ({
  id,
  source: 'web',
  block: 'tracked',
  file: null,
  line: null,
  code: 'bad_number',
  field: 'properties.total',
  message: `"${total}" is not a number; write it like 1299.00`,
  row: { _event: JSON.stringify({ type: 'track', event: 'Order Completed', properties: { order_id: id, total } }), _call: 'batch' },
  received_at: '2026-11-01T02:11:00Z',
});

beforeEach(() => {
  db.intake.rejects = [...db.intake.rejects, tracked('t1', '1,299.50'), tracked('t2', 'twelve')];
});

const PAGE = '/b/qingcha/rejects?code=bad_number';

async function opened() {
  const { user } = renderApp(PAGE);
  await user.click(await screen.findByRole('button', { name: '修复并重新读取' }));
  return { user, drawer: within(await screen.findByRole('dialog', { name: '修复并重新读取' })) };
}

test('refused events are repaired by the suggested steps: tried, read again after a question, and gone', async () => {
  const { user, drawer } = await opened();
  expect(drawer.getByText('数字看不懂')).toBeInTheDocument();
  const steps = within(drawer.getByRole('list', { name: '修复步骤' }));
  expect(steps.getAllByLabelText('位置').map((field) => (field as HTMLInputElement).value)).toEqual(['/properties/total', '/properties/total']);
  expect(drawer.getByRole('button', { name: '重新读取' })).toBeDisabled();
  await user.click(drawer.getByRole('button', { name: /试一试/ }));
  expect(await drawer.findByText('1 个会离开拒收')).toBeInTheDocument();
  expect(drawer.getByRole('group', { name: '账目' })).toHaveTextContent(/读取 2 *= 接受 1 *\+ 重复 0 *\+ 拒收 1/);
  const [first] = within(drawer.getByRole('list', { name: '结果' })).getAllByRole('listitem');
  expect(within(first!).getByRole('row', { name: '/properties/total "1,299.50" 1299.5' })).toBeInTheDocument();
  await user.click(drawer.getByRole('button', { name: '重新读取' }));
  const question = await screen.findByRole('dialog', { name: '重新读取 2 个事件?' });
  expect(question).toHaveTextContent('其中 1 个会离开拒收,1 个仍不对、原样留下');
  await user.click(within(question).getByRole('button', { name: '重新读取' }));
  expect(await drawer.findByText('1 个已离开拒收')).toBeInTheDocument();
  await waitFor(() => expect(screen.getByText('符合条件的有 1 行,共 6 行等待修复')).toBeInTheDocument());
});

test('a changed step has to be tried anew; what it lacks is told', async () => {
  const { user, drawer } = await opened();
  await user.click(drawer.getByRole('button', { name: /试一试/ }));
  await drawer.findByText('1 个会离开拒收');
  await user.clear(drawer.getAllByLabelText('位置')[0]!);
  expect(drawer.queryByText('1 个会离开拒收')).not.toBeInTheDocument();
  expect(drawer.getByRole('button', { name: '重新读取' })).toBeDisabled();
  await user.click(drawer.getByRole('button', { name: /试一试/ }));
  expect(drawer.getAllByLabelText('位置')[0]).toHaveAccessibleDescription('请填写');
  await user.click(drawer.getByRole('button', { name: '去掉第 1 步' }));
  await user.click(drawer.getByRole('button', { name: '去掉第 1 步' }));
  expect(drawer.getByText(/事件会照原样再读一遍/)).toBeInTheDocument();
  await user.click(drawer.getByRole('button', { name: /试一试/ }));
  expect(await drawer.findByText(/照这些步骤一个也收不下/)).toBeInTheDocument();
  expect(drawer.getByRole('button', { name: '重新读取' })).toBeDisabled();
});

test('what is left is read from where the last ones ended, tried first as well, and why a step is refused is told', async () => {
  const { user, drawer } = await opened();
  const answer = { read: 200_000, accepted: 0, duplicate: 0, rejected: 200_000, suppressed: 0, cut: 3, next: '7f', examples: [], vault_version: 43 };
  const asked: ReplayQuestion[] = [];
  server.use(
    http.post('*/rejects/replay', async ({ request }) => {
      const question = (await request.json()) as ReplayQuestion;
      asked.push(question);
      return HttpResponse.json(question.after === '7f' ? { ...answer, read: 2, accepted: 2, rejected: 0, next: null } : answer);
    }),
  );
  await user.click(drawer.getByRole('button', { name: /试一试/ }));
  expect(await drawer.findByText(/一次读不完/)).toBeInTheDocument();
  expect(drawer.getByText(/3 个事件太大/)).toBeInTheDocument();
  await user.click(drawer.getByRole('button', { name: '试读下一批' }));
  expect(await drawer.findByText('2 个会离开拒收')).toBeInTheDocument();
  expect(drawer.queryByText(/一次读不完/)).not.toBeInTheDocument();
  await user.click(drawer.getByRole('button', { name: '重新读取' }));
  await user.click(within(await screen.findByRole('dialog', { name: '重新读取 2 个事件?' })).getByRole('button', { name: '重新读取' }));
  expect(await drawer.findByText('2 个已离开拒收')).toBeInTheDocument();
  expect(asked.map(({ after, dry_run: isTrial }) => [after, isTrial])).toEqual([
    [undefined, true],
    ['7f', true],
    ['7f', false],
  ]);
  const wrong = { type: 'about:blank', title: 'no', status: 422, code: 'invalid', detail: 'steps: step 1: no place', errors: [{ field: 'steps', message: 'step 1: no place' }] };
  server.use(http.post('*/rejects/replay', () => HttpResponse.json(wrong, { status: 422, headers: { 'content-type': 'application/problem+json' } })));
  await user.click(drawer.getByRole('button', { name: /试一试/ }));
  expect(await drawer.findByRole('alert')).toHaveTextContent('step 1: no place');
});

test('it is offered where tracked events are, to whoever may bring them back', async () => {
  const { unmount } = renderApp('/b/qingcha/rejects?code=bad_time');
  expect(await screen.findByText('orders-2026-10.csv:148')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: '修复并重新读取' })).not.toBeInTheDocument();
  unmount();
  db.signedInAs = 'analyst';
  renderApp(PAGE);
  expect(await screen.findByText(/只能看汇总/)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: '修复并重新读取' })).not.toBeInTheDocument();
});
