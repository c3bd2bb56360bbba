import type { TrackingSettings } from '@/api/types';

/** The settings as rows of a form. */
export type SettingsValues = { names: { name: string; behavior: string }[]; hosts: { host: string }[] };

/** A place in the form. */
export type FieldPath = ['names', number, 'name' | 'behavior'] | ['hosts', number, 'host'];

export function valuesOf(settings: TrackingSettings): SettingsValues {
  const names = Object.entries(settings.names ?? {}).map(([name, behavior]) => ({ name, behavior }));
  return { names, hosts: (settings.click_hosts ?? []).map((host) => ({ host })) };
}

export function settingsOf(values: SettingsValues): TrackingSettings {
  return {
    names: Object.fromEntries(values.names.map(({ name, behavior }) => [name.trim(), behavior])),
    click_hosts: values.hosts.map(({ host }) => host.trim()),
  };
}

/** How the server tells names apart: letter case, spaces, `_` and `-` make no difference. */
export function sameName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

/** Whether a name stands in another row also. */
export function isTwin(names: readonly ({ name?: string } | undefined)[], name: string): boolean {
  const wanted = sameName(name);
  return wanted !== '' && names.filter((row) => sameName(row?.name ?? '') === wanted).length > 1;
}

const PARTS = /^(names|click_hosts)\.(.+)$/s;

/** Where what the server refuses stands in the form; what stands nowhere is told apart. */
export function placeErrors(errors: readonly { field: string; message: string }[], values: SettingsValues): { placed: { path: FieldPath; message: string }[]; rest: string[] } {
  const placed: { path: FieldPath; message: string }[] = [];
  const rest: string[] = [];
  for (const { field, message } of errors) {
    const [, list, at = ''] = PARTS.exec(field) ?? [];
    // A name may hold points itself, so that all of the rest is the name.
    const place = list === 'names' ? values.names.findIndex(({ name }) => name.trim() === at) : list === 'click_hosts' ? Number(at) : -1;
    if (list === 'names' && place >= 0) placed.push({ path: ['names', place, 'behavior'], message });
    else if (list === 'click_hosts' && values.hosts[place] !== undefined) placed.push({ path: ['hosts', place, 'host'], message });
    else rest.push(`${field}: ${message}`);
  }
  return { placed, rest };
}
