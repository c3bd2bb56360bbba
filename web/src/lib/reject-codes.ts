/** Why rows are refused, as the server names it. Words for each, and what to do, are in `rejects.code`. */
export const REJECT_CODES = [
  'no_identity',
  'bad_id',
  'bad_time',
  'future_time',
  'unknown_behavior',
  'bad_number',
  'negative_amount',
  'number_out_of_range',
  'too_many_decimals',
  'bad_currency',
  'bad_quantity',
  'bad_rating',
  'bad_event_id',
  'duplicate_conflict',
  'field_too_long',
  'unconvertible',
  'unknown_column',
  'unknown_brand',
  'no_key',
  'no_valid_from',
  'ragged_row',
  'bad_quote',
  'bad_encoding',
  'bad_json',
  'bad_type',
  'nul_byte',
  'bad_name',
  'bad_unicode',
  'key_too_long',
  'not_an_object',
  'size_violation',
  'too_deep',
  'too_many_keys',
  'unknown_type',
] as const;

export type RejectCode = (typeof REJECT_CODES)[number];

export function isRejectCode(code: string): code is RejectCode {
  return (REJECT_CODES as readonly string[]).includes(code);
}
