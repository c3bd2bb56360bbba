import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, test } from 'vitest';

import { db } from '@/testing/mocks/db';
import { server } from '@/testing/mocks/server';
import { renderApp } from '@/testing/render';

const PAGE = '/b/qingcha/consumers/80123';

/** Asks for the phone and, if wanted, compares it with the member card or another id of a type. */
async function ask(user: UserEvent, other?: [string, string]) {
  const section = within(await screen.findByRole('region', { name: '为什么是同一个人' }));
  await user.type(section.getByLabelText('这个人的一个标识'), '13800000000');
  if (other !== undefined) {
    fireEvent.mouseDown(section.getByRole('combobox', { name: '与另一个标识比较(可不填): 标识类型' }));
    // The one that is chosen has the same title as the one in the list.
    const titled = await screen.findAllByTitle(other[0]);
    await user.click(titled.at(-1)!);
    await user.type(section.getByLabelText('与另一个标识比较(可不填)'), other[1]);
  }
  await user.click(section.getByRole('button', { name: '看原因' }));
  return section;
}

test('the ids of a person are drawn; the reasons are told of what is focused, and all in a list', async () => {
  const { user, router } = renderApp(PAGE);
  const section = await ask(user);
  expect(await section.findByText('4 个标识是同一个人,与此有关的关联有 7 条。')).toBeInTheDocument();
  expect(router.state.location.search).not.toContain('138');
  const graph = within(section.getByRole('group', { name: /标识关联图/ }));
  expect(graph.getAllByRole('button').map((box) => box.getAttribute('aria-label'))).toContain('手机号 138****0000, 所查的标识, 与 3 个标识相连');
  // One of the boxes is reached by Tab, the others by arrow keys.
  graph.getByRole('button', { name: /^手机号/ }).focus();
  await user.keyboard('{ArrowRight}{ArrowUp}');
  const reasons = section.getByRole('status', { name: '所选标识的关联原因' });
  expect(reasons).toHaveTextContent('会员卡号 #a81f0c22');
  await user.hover(graph.getByRole('button', { name: /^设备编号/ }));
  expect(reasons).toHaveTextContent('在 2026年9月6日 18:00 之前属于这个人');
  expect(reasons).toHaveTextContent('从那时起归另一个人所有');
  const list = section.getByRole('group', { name: '全部关联' });
  expect(within(list).getByRole('row', { name: /被拒绝.*别人的档案 70001.*标识\(手机号\)就会超过上限/ })).toBeInTheDocument();
  expect(within(list).getByRole('row', { name: /印证.*2026年9月4日 18:00 起共 2 次/ })).toBeInTheDocument();
});

test('two ids are compared: the shortest way, or whose the other is', async () => {
  const { user } = renderApp(PAGE);
  const section = await ask(user, ['用户编号', 'u42']);
  expect(await section.findByText('两者是同一个人:经 2 条关联相连。')).toBeInTheDocument();
  expect(within(section.getByRole('list', { name: '从一个标识到另一个标识' })).getAllByRole('listitem')).toHaveLength(2);
  expect(section.getByText(/这两个标识不是直接相连的/)).toBeInTheDocument();
  expect(section.queryByRole('button', { name: '这两个不是同一个人' })).not.toBeInTheDocument();
});

test('an id of somebody else is told with why it was not joined', async () => {
  const { user } = renderApp(PAGE);
  const section = await ask(user, ['邮箱', 'family@qq.com']);
  expect(await section.findByRole('link', { name: '消费者 70001' })).toHaveAttribute('href', '/b/qingcha/consumers/70001');
  expect(section.getAllByText(/邮箱 f\*\*\*@qq.com\(别人的\) 与 手机号 138\*\*\*\*0000 一同出现,但若合并/).length).toBeGreaterThan(0);
});

test('two that are not one person are cut from each other after a question, which can be taken back', async () => {
  const { user } = renderApp(PAGE);
  const section = await ask(user, ['会员卡号', 'M1001']);
  await user.click(await section.findByRole('button', { name: '这两个不是同一个人' }));
  const dialog = await screen.findByRole('dialog');
  expect(dialog).toHaveTextContent('过去的每一天都会按没有这条关联重新计算');
  await user.click(within(dialog).getByRole('button', { name: '这两个不是同一个人' }));
  expect(await screen.findByText('已断开,过去的日子已重新计算')).toBeInTheDocument();
  await user.click(await section.findByRole('button', { name: '撤销断开' }));
  const again = await screen.findByRole('dialog', { name: /的关联重新算数/ });
  await user.click(within(again).getByRole('button', { name: '撤销断开' }));
  expect(await screen.findByText('已撤销断开,过去的日子已重新计算')).toBeInTheDocument();
  expect(await section.findByRole('button', { name: '这两个不是同一个人' })).toBeInTheDocument();
});

test('who may only look is offered no cutting; an id that was never seen is said to be so', async () => {
  db.signedInAs = 'analyst';
  const { user } = renderApp(PAGE);
  const section = await ask(user, ['会员卡号', 'M1001']);
  expect(await section.findByText('两者是同一个人:经 1 条关联相连。')).toBeInTheDocument();
  expect(section.queryByRole('button', { name: '这两个不是同一个人' })).not.toBeInTheDocument();
  await user.type(section.getByLabelText('与另一个标识比较(可不填)'), '9');
  await user.click(section.getByRole('button', { name: '看原因' }));
  expect(await section.findByRole('alert')).toHaveTextContent('其中一个标识从未出现过');
});

test('who comes from a conflict is told which id to write out; who was found by an id need not', async () => {
  const { unmount } = renderApp(`${PAGE}?profile=91004#why`);
  expect(await screen.findByText('要看的是 会员卡号 a81f…。')).toBeInTheDocument();
  expect(screen.getByLabelText('这个人的一个标识')).toHaveAttribute('placeholder', 'a81f… 的完整值');
  unmount();
  const { user } = renderApp('/b/qingcha/consumers');
  await user.type(await screen.findByLabelText('标识'), '13800000000{Enter}');
  await waitFor(() => expect(screen.getByLabelText('这个人的一个标识')).toHaveValue('13800000000'));
});

test('one click asks by the number of a profile; a link in the list is cut by its two numbers', async () => {
  const { user } = renderApp(PAGE);
  const section = within(await screen.findByRole('region', { name: '为什么是同一个人' }));
  await user.click(section.getByRole('button', { name: '看看为什么' }));
  expect(await section.findByText('4 个标识是同一个人,与此有关的关联有 7 条。')).toBeInTheDocument();
  const sent: unknown[] = [];
  server.use(
    http.post('*/identity/unlink', async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ pairs: 1, vault_version: 43 });
    }),
  );
  await user.click(section.getByRole('button', { name: '断开: 会员卡号 #a81f0c22 – 手机号 138****0000' }));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: '这两个不是同一个人' }));
  await waitFor(() => expect(sent).toEqual([{ id: 'profile:91004', from: 'profile:80123', undo: false }]));
});

test('a consumer of one id that is linked to nothing is told to be so', async () => {
  server.use(http.post('*/identity/explain', () => HttpResponse.json({ type: 'about:blank', title: 'no', status: 404, code: 'not_found', detail: 'no' }, { status: 404, headers: { 'content-type': 'application/problem+json' } })));
  const { user } = renderApp(PAGE);
  await user.click(await screen.findByRole('button', { name: '看看为什么' }));
  expect(await screen.findByText('这个标识没有与任何标识相连,它自己就是一个人。')).toBeInTheDocument();
});

test('who comes from a conflict asks about its two ids with one click', async () => {
  const { user } = renderApp(`${PAGE}?profile=80123&with=70001#why`);
  await user.click(await screen.findByRole('button', { name: '看看这两个标识为什么没有合并' }));
  expect((await screen.findAllByText(/邮箱 f\*\*\*@qq.com\(别人的\) 与 手机号 138\*\*\*\*0000 一同出现,但若合并/)).length).toBeGreaterThan(0);
});
