import { client, unwrap } from '../client';

/** By which id a consumer was found last: of memory only, so it may be an id as it is. */
export const foundByKey = (brand: string, consumer: number) => ['brands', brand, 'found-by', consumer] as const;

/** Whose id this is. The id goes in the body, never in an address that would be logged. */
export async function lookupConsumer(brand: string, id: string): Promise<number> {
  const answer = await unwrap(client.POST('/api/v1/brands/{brand}/consumers/lookup', { params: { path: { brand } }, body: { id } }));
  return answer.consumer;
}
