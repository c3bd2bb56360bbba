import { client, unwrap } from '../client';

/** Whose id this is. The id goes in the body, never in an address that would be logged. */
export async function lookupConsumer(brand: string, id: string): Promise<number> {
  const answer = await unwrap(client.POST('/api/v1/brands/{brand}/consumers/lookup', { params: { path: { brand } }, body: { id } }));
  return answer.consumer;
}
