import { screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';

import { db } from '@/testing/mocks/db';
import { renderApp } from '@/testing/render';

// jsdom cannot lay out lines; a plain field stands in for the editor, with the same label and text.
vi.mock('@/components/form/CodeEditor', () => ({
  CodeEditor: (props: { value: string; onChange: (text: string) => void; label: string; errorLine?: number[] }) => (
    <textarea aria-label={props.label} value={props.value} data-lines={String(props.errorLine ?? '')} onChange={(event) => props.onChange(event.target.value)} />
  ),
}));

const TEXT = '规则文本(TOML)';

test('rule sets are listed with their versions, the one in use read in words', async () => {
  renderApp('/b/qingcha/rules');
  const versions = await screen.findByRole('list', { name: 'aipl 的版本' });
  expect(within(versions).getAllByRole('link').map((link) => link.textContent)).toEqual(['aipl@2', 'aipl@1']);
  expect(within(versions).getByText('使用中')).toBeInTheDocument();
  expect(await screen.findByText('最近 730 天内购买,至少 1 次')).toBeInTheDocument();
});

test('two versions stand side by side with what differs', async () => {
  const { router } = renderApp('/b/qingcha/rules/aipl/2?compare=aipl@1');
  expect(await screen.findByText('3 处不同')).toBeInTheDocument();
  const table = screen.getByRole('region', { name: 'aipl@1 → aipl@2' });
  expect(within(table).getByText(/时间窗口 910 → 730 天/)).toBeInTheDocument();
  expect(within(table).getByText('新增')).toBeInTheDocument();
  expect(within(table).getByText('删除')).toBeInTheDocument();
  expect(router.state.location.search).toContain('compare=aipl@1');
});

test('fields and text are kept in step, comments stay, and every step can be undone', async () => {
  const { user } = renderApp('/b/qingcha/rules/aipl/1/edit');
  const text = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: TEXT });
  const days = screen.getByRole('spinbutton', { name: 'P 条件 1: 最近几天内' });
  await user.clear(days);
  await user.type(days, '365');
  expect(text.value).toContain('within_days = 365 }]');
  expect(text.value).toContain('# on a scale of 5');
  await user.click(screen.getByRole('button', { name: '删除条件 L 2' }));
  expect(text.value).not.toContain('"review"');
  await user.click(screen.getByRole('button', { name: '撤销' }));
  expect(text.value).toContain('"review"');
});

test('a mistake is told with its line, and neither preview nor saving is possible', async () => {
  const { user } = renderApp('/b/qingcha/rules/jd4a/1/edit');
  const text = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: TEXT });
  expect(await screen.findByText('规则有效')).toBeInTheDocument();
  await user.click(text);
  await user.paste('# x\nwithin_days = 0\n');
  await waitFor(() => expect(within(screen.getByRole('status', { name: '检查结果' })).getByText(/is out of range/)).toBeInTheDocument());
  expect(text.dataset['lines']).not.toBe('');
  expect(screen.getByRole('button', { name: '预览影响' })).toBeDisabled();
  expect(screen.getByRole('button', { name: '保存并切换' })).toBeDisabled();
});

test('the effect is told in words first, then saving says what happens and switches', async () => {
  const { user } = renderApp('/b/qingcha/rules/aipl/2/edit');
  const days = await screen.findByRole('spinbutton', { name: 'P 条件 1: 最近几天内' });
  await user.clear(days);
  await user.type(days, '365');
  const start = screen.getByRole('button', { name: '预览影响' });
  await waitFor(() => expect(start).toBeEnabled());
  await user.click(start);
  expect(await screen.findByText('4,210 位消费者会从 购买 变为 忠诚')).toBeInTheDocument();
  expect(screen.getByText(/共有 6,310 位消费者会改变阶段/)).toBeInTheDocument();
  expect(within(screen.getByRole('region', { name: '谁会从哪个阶段到哪个阶段' })).getByText('1,200')).toBeInTheDocument();

  await user.click(screen.getByRole('button', { name: '保存并切换' }));
  const dialog = await screen.findByRole('dialog', { name: '保存为 aipl 的新版本并切换?' });
  expect(within(dialog).getByText(/不会把两个版本混在一条线上/)).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: '保存并切换' }));
  expect(await screen.findByText('已切换到 aipl@3:20,481,233 条行为,9,120,044 行阶段记录。')).toBeInTheDocument();
  await user.click(screen.getByRole('link', { name: '查看新版本' }));
  expect(await screen.findByText('最近 365 天内购买,至少 1 次')).toBeInTheDocument();
});

test('who may not change rules reads them, and is told why not', async () => {
  db.signedInAs = 'viewer';
  renderApp('/b/qingcha/rules');
  expect(await screen.findByRole('button', { name: /编辑为新版本/ })).toBeDisabled();
  renderApp('/b/qingcha/rules/aipl/1/edit');
  expect(await screen.findByText(/需要的权限:rules.write/)).toBeInTheDocument();
});
