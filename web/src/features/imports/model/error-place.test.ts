import { expect, test } from 'vitest';

import { ApiError } from '@/api/errors';

import { mappingProblem } from './error-place';

const TEXT = `name = "orders"

[inputs]
orders = "orders*.csv"

[[events]]
sql = """
  select paid_at as ts,
         amonut as amount
  from orders
"""

[[events]]
sql = """
  select nonsense from
  orders
"""
`;

function problem(field: string, message: string) {
  return mappingProblem(new ApiError({ status: 422, code: 'invalid', detail: 'detail', errors: [{ field, message }] }), TEXT);
}

test('a TOML error names its line', () => {
  expect(problem('line 3', 'not TOML')).toEqual({ message: 'not TOML', line: 3 });
});

test('an SQL error is placed in its block', () => {
  expect(problem('events 2', 'sql parser error: Expected: an expression, found: EOF at Line: 2, Column: 3').line).toBe(16);
  expect(problem('events 1', "No field named 'amonut'").line).toBe(9);
  expect(problem('events 1', 'no output column ts').line).toBe(6);
});

test('an input is placed where it is declared', () => {
  expect(problem('input orders', 'no uploaded file is called like "orders*.csv"').line).toBe(4);
});

test('without a place there is only the message', () => {
  expect(mappingProblem(new ApiError({ status: 422, code: 'invalid', detail: 'the files differ' }), TEXT)).toEqual({ message: 'the files differ', line: undefined });
  expect(problem('events 7', 'x').line).toBeUndefined();
});
