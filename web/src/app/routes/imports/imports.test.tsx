import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';

import { FetchEventSource } from '@/testing/event-source';
import { fileOf } from '@/testing/file';
import { ordersCsv, ordersMapping } from '@/testing/fixtures/intake';
import { db } from '@/testing/mocks/db';
import { problem } from '@/testing/mocks/problem';
import { server } from '@/testing/mocks/server';
import { renderApp } from '@/testing/render';

type EditorProps = { label: string; value: string; onChange: (text: string) => void; errorLine?: number };
// CodeMirror measures text, which jsdom cannot.
vi.mock('@/components/form/CodeEditor', () => ({
  CodeEditor: ({ label, value, onChange, errorLine }: EditorProps) => (
    <textarea aria-label={label} value={value} data-error-line={errorLine} onChange={(event) => onChange(event.target.value)} />
  ),
}));

const csv = (name = 'orders-2026-10.csv', text = ordersCsv) => fileOf(name, text);
const editor = () => screen.findByLabelText('映射(TOML)');

beforeEach(() => {
  sessionStorage.clear();
  vi.stubGlobal('EventSource', FetchEventSource);
});


async function openNew(path = '/b/qingcha/imports/new') {
  const view = renderApp(path);
  const choose = await screen.findByLabelText('选择文件');
  return { ...view, choose };
}

async function ready() {
  const view = await openNew();
  await view.user.upload(view.choose, csv());
  await screen.findByText('CSV · 5 列');
  await view.user.click(screen.getByRole('button', { name: /按文件推荐/ }));
  await screen.findByText(/looks like phone numbers/);
  return view;
}

test('the history shows every import with an account that adds up, and leads to its rejects', async () => {
  const { user, router } = renderApp('/b/qingcha/imports');
  const row = (await screen.findByText('tmall-orders')).closest('tr');
  expect(row).toHaveTextContent('读取 3,204,200= 接受 3,180,996+ 重复 20,003+ 拒收 3,201+ 抑制 0');
  expect(row).toHaveTextContent('4 分 12 秒');
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  await user.click(screen.getByRole('link', { name: '3,201 行拒收' }));
  await waitFor(() => expect(router.state.location.pathname + router.state.location.search).toBe('/b/qingcha/rejects?source=tmall-orders'));
});

test('without imports the first step is taught', async () => {
  db.intake.imports = [];
  renderApp('/b/qingcha/imports');
  expect(await screen.findByText(/还没有导入过/)).toBeInTheDocument();
});

test('an analyst sees the history but cannot import; a viewer sees neither', async () => {
  db.signedInAs = 'analyst';
  const first = renderApp('/b/qingcha/imports');
  await screen.findByText('tmall-orders');
  expect(screen.getByRole('button', { name: /新建导入/ })).toBeDisabled();
  first.unmount();
  renderApp('/b/qingcha/imports/new');
  expect(await screen.findByText(/imports.write/)).toBeInTheDocument();
});

test('a viewer is told what is missing', async () => {
  db.signedInAs = 'viewer';
  renderApp('/b/qingcha/imports');
  expect(await screen.findByText(/imports.read/)).toBeInTheDocument();
});

test('a file is looked at, mapped, previewed and imported; the account and the rejects follow', async () => {
  db.intake.rejects = [];
  const { user, router } = await ready();
  // Reload finds the file by the address.
  expect(router.state.location.search).toContain('uploads=');
  expect(await editor()).toHaveValue(ordersMapping);
  // The preview marks what would be refused, with its reason.
  expect(await screen.findByText('试读的 3 行中有 1 行会被拒收')).toBeInTheDocument();
  const preview = screen.getByRole('region', { name: '实时预览' });
  expect(within(preview).getByText('缺少用户标识')).toBeInTheDocument();
  expect(within(preview).getByText(/give it an id\.\* column/)).toBeInTheDocument();
  await user.dblClick(screen.getByRole('button', { name: '开始导入' }));
  await waitFor(() => expect(router.state.location.search).toContain('job='));
  expect(await screen.findByText('已完成')).toBeInTheDocument();
  // A double click started one job.
  expect(db.jobs.filter((job) => job.id !== 'job-7')).toHaveLength(1);
  expect(screen.getByRole('group', { name: '账目' })).toHaveTextContent('读取 3= 接受 2+ 重复 0+ 拒收 1+ 抑制 0');
  expect(screen.getByRole('link', { name: '去总览看变化' })).toHaveAttribute('href', expect.stringContaining('/b/qingcha/overview'));
  expect(screen.getByRole('link', { name: '下载' })).toHaveAttribute('href', '/api/v1/brands/qingcha/rejects/export?format=csv');
});

test('progress comes by events: phase, rows, bytes, and a stop', async () => {
  db.intake.paceMs = 60;
  const { user } = await ready();
  await user.click(screen.getByRole('button', { name: '开始导入' }));
  expect(await screen.findByText(/^读取 · .* \/ .*行/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: '停止' }));
  expect(await screen.findByText(/什么都没有写入。文件还在/)).toBeInTheDocument();
  // What was prepared is still there for another try.
  await user.click(screen.getByRole('button', { name: '再试一次' }));
  expect(await screen.findByText('CSV · 5 列')).toBeInTheDocument();
  await waitFor(() => expect(screen.getByRole('button', { name: '开始导入' })).toBeEnabled());
  expect(await editor()).toHaveValue(ordersMapping);
});

test('a reload in the middle finds the running job by the address', async () => {
  await openNew('/b/qingcha/imports/new?job=job-7');
  expect(await screen.findByText(/ · 1,240,000 行/)).toBeInTheDocument();
  expect(screen.getByRole('button', { name: '停止' })).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: '开始导入' })).not.toBeInTheDocument();
});

test('an error in the mapping is told with its line, and what was typed stays', async () => {
  const { user } = await ready();
  const text = await editor();
  await screen.findByText('试读的 3 行中有 1 行会被拒收');
  await user.clear(text);
  await user.click(text);
  await user.paste(ordersMapping.replace('         amount\n', '         amonut as amount\n'));
  expect(await screen.findByText(/第 15 行:no field named 'amonut'/)).toBeInTheDocument();
  expect(text).toHaveAttribute('data-error-line', '15');
  expect(screen.getByRole('button', { name: '到第 15 行' })).toBeInTheDocument();
  // It cannot be started like this, and the last good rows stay beside it.
  expect(screen.getByRole('button', { name: '开始导入' })).toBeDisabled();
  expect(screen.getByText(/仍是上一次的结果/)).toBeInTheDocument();
  expect(screen.getByText('缺少用户标识')).toBeInTheDocument();
  await user.clear(text);
  await user.click(text);
  await user.paste(ordersMapping);
  expect(await screen.findByText('试读的 3 行中有 1 行会被拒收')).toBeInTheDocument();
});

test('a ready mapping is put in, changed and saved under a name; taken names are refused and what was typed stays', async () => {
  const { user } = await openNew();
  await user.click(await screen.findByRole('combobox', { name: '选择映射' }));
  await user.click(await screen.findByTitle('tmall-orders'));
  expect((await editor()).textContent).toContain('tmall-orders');
  const name = screen.getByLabelText('映射名称');
  await user.clear(name);
  await user.type(name, 'olist{Enter}');
  expect(await screen.findByText(/choose another name/)).toBeInTheDocument();
  expect(name).toHaveValue('olist');
  await user.clear(name);
  await user.type(name, 'my-orders{Enter}');
  expect(await screen.findByText('已保存为 my-orders')).toBeInTheDocument();
  expect(db.intake.mappings.some((each) => each.name === 'my-orders')).toBe(true);
});

test('a file that cannot be read says why and can be taken out; another goes on', async () => {
  const { user, choose } = await openNew();
  await user.upload(choose, [csv('orders.xlsx'), csv('orders-short.csv', `${ordersCsv}\nA4,2026`)]);
  expect(await screen.findByText(/save the sheet as CSV/)).toBeInTheDocument();
  expect(await screen.findByText(/有 1 行读不了/)).toBeInTheDocument();
  expect(screen.getByText(/第 5 行 the line has 2 fields/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: '移除 orders.xlsx' }));
  expect(screen.queryByText('orders.xlsx')).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: '移除 orders-short.csv' }));
  await waitFor(() => expect(screen.queryByText('orders-short.csv')).not.toBeInTheDocument());
});

test('an upload can be canceled while it is sent', async () => {
  server.use(http.post('*/api/v1/brands/:brand/uploads', () => new Promise<never>(() => undefined)));
  const { user, choose } = await openNew();
  await user.upload(choose, csv());
  await user.click(await screen.findByRole('button', { name: '取消上传 orders-2026-10.csv' }));
  await waitFor(() => expect(screen.queryByText('orders-2026-10.csv')).not.toBeInTheDocument());
});

test('a start that failed on the way is tried again under the same key', async () => {
  const keys: (string | null)[] = [];
  server.use(
    http.post(
      '*/api/v1/brands/:brand/imports',
      ({ request }) => {
        keys.push(request.headers.get('idempotency-key'));
        return HttpResponse.error();
      },
      { once: true },
    ),
  );
  const { user } = await ready();
  await waitFor(() => expect(screen.getByRole('button', { name: '开始导入' })).toBeEnabled());
  await user.click(screen.getByRole('button', { name: '开始导入' }));
  expect(await screen.findByText('导入没有开始')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: '再试一次' }));
  await screen.findByText('已完成');
  expect(db.intake.jobsByKey.has(keys[0] ?? '')).toBe(true);
});

test('an import that failed says why', async () => {
  const job = db.jobs[0];
  if (job !== undefined) Object.assign(job, { status: 'failed', problem: { detail: '40 of 100 rows were refused, more than max_rejects allows' } });
  await openNew('/b/qingcha/imports/new?job=job-7');
  expect(await screen.findByText(/more than max_rejects/)).toBeInTheDocument();
  expect(screen.getByRole('button', { name: '再试一次' })).toBeInTheDocument();
});

test('files that the server has let go are to be chosen again', async () => {
  await openNew('/b/qingcha/imports/new?uploads=gone');
  expect(await screen.findByText(/已不在服务器上/)).toBeInTheDocument();
});

test('a list that cannot be had says so and is asked for again', async () => {
  server.use(http.get('*/api/v1/brands/:brand/imports', () => problem(503, 'unavailable', 'not now; try again later'), { once: true }));
  const { user } = renderApp('/b/qingcha/imports');
  await screen.findByText('not now; try again later');
  await user.click(screen.getByRole('button', { name: '重试' }));
  expect(await screen.findByText('tmall-orders')).toBeInTheDocument();
});
