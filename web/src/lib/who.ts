/** Who started a job, as it is read: a user by the name alone; keys and commands as they are written. */
export function whoOf(createdBy: string): string {
  return createdBy.startsWith('user:') ? createdBy.slice('user:'.length) : createdBy;
}
