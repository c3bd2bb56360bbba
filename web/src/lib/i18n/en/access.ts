import type { access as zh } from '../zh/access';

export const access: typeof zh = {
  role: { owner: 'Owner', operator: 'Operator', analyst: 'Analyst', viewer: 'Viewer' },
  role_may: {
    owner: 'All that an operator may; also manages keys and members and reads the audit log',
    operator: 'All that an analyst may; also imports, corrects rejects and changes rules',
    analyst: 'All that a viewer may; also looks at single consumers, saves audiences and sees imports',
    viewer: 'Sums only: overview, assets, trends, flow and rules',
  },
  role_may_all: 'An owner of every brand manages the installation: users, brands and the whole audit log',
  every_brand: 'Every brand',
  action: {
    assets_read: 'Read assets, trends, flow and rules',
    consumers_read: 'Look at single consumers',
    selections_write: 'Save audiences',
    rejects_summary: 'See counts of rejects',
    imports_read: 'See imports',
    imports_write: 'Upload and import data',
    rejects_read: 'See and export rejected rows',
    rules_write: 'Change stage rules',
    keys_manage: 'Manage keys',
    members_manage: 'Manage members',
    audit_read: 'Read the audit log',
    installation_manage: 'Manage the installation',
  },
  confirm: {
    title: 'Confirm your password',
    hint: 'This changes who may do what. Enter your own password; you will not be asked again for 15 minutes.',
    password: 'Your password',
    submit: 'Confirm and go on',
    wrong: 'The password is wrong. Try again.',
    canceled: 'The password was not confirmed, so nothing was done.',
  },
  once: {
    title: 'Shown only once',
    hint: 'It cannot be seen again after closing. Copy it now and hand it over in a safe way.',
    copied: 'Copied to the clipboard',
    copy_failed: 'The browser does not allow copying; select and copy it by hand.',
    done: 'I have saved it',
  },
};
