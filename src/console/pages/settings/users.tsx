import { useState } from 'react';
import { type Answer, get, post, put, remove, useChange, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import {
  Badge,
  Button,
  type Column,
  Confirm,
  CopyLine,
  Dialog,
  Empty,
  Form,
  Loaded,
  Panel,
  Problem,
  Select,
  Table,
  TextField,
  useToast,
} from '../../kit/index.ts';
import { ConfirmRemoval } from '../../shared/confirm-removal.tsx';
import { shellTexts } from '../../texts/shell.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type User = Answer<'/v1/users'>['items'][number];
type Role = User['role'];
type Invitation = Answer<'/v1/users/{user_name}/invitations', 'post'>;

const roles: readonly Role[] = ['viewer', 'marketer', 'merchandiser', 'data-scientist', 'operator'];
const stale = ['/v1/users', '/v1/sessions', '/v1/audit-entries'];

type Open = { what: 'new' } | { what: 'role' | 'invite' | 'remove'; user: User };

/** People with their roles: made and invited, given another role, removed. */
export function Users() {
  const t = useTexts(texts);
  const format = useFormat();
  const shell = useTexts(shellTexts);
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const asked = useGet(get('/v1/users'));
  const columns: Column<User>[] = [
    {
      key: 'name',
      header: t.user,
      cell: ({ user_name }) => <strong>{user_name}</strong>,
      value: (row) => row.user_name,
    },
    {
      key: 'role',
      header: t.role,
      cell: ({ role }) => <span title={t.roleMeanings[role]}>{shell.roles[role]}</span>,
      value: ({ role }) => role,
    },
    {
      key: 'state',
      header: t.signedUp,
      cell: ({ has_password, has_second_factor }) => (
        <span className="settings-scopes">
          <Badge tone={has_password ? 'good' : 'neutral'}>{has_password ? t.hasPassword : t.invited}</Badge>
          {has_second_factor && <Badge tone="good">{t.secondFactor}</Badge>}
        </span>
      ),
      value: ({ has_password }) => Number(has_password),
    },
    {
      key: 'since',
      header: t.since,
      wideOnly: true,
      cell: ({ created_at }) => <span className="nowrap">{format.day(created_at, 'year')}</span>,
      value: ({ created_at }) => created_at,
    },
    {
      key: 'act',
      header: t.act,
      align: 'end',
      cell: (user) => (
        <span className="settings-acts">
          <Button
            small
            icon="key"
            aria-label={t.inviteOf(user.user_name)}
            onClick={() => setOpen({ what: 'invite', user })}
          >
            {user.has_password ? t.inviteAgain : t.invite}
          </Button>
          <Button
            small
            icon="edit"
            aria-label={t.changeRoleOf(user.user_name)}
            onClick={() => setOpen({ what: 'role', user })}
          >
            {t.changeRole}
          </Button>
          <Button
            small
            kind="quiet"
            icon="trash"
            aria-label={t.removeUserOf(user.user_name)}
            onClick={() => setOpen({ what: 'remove', user })}
          >
            {t.removeUser}
          </Button>
        </span>
      ),
    },
  ];
  return (
    <div className="grid">
      <Panel
        title={t.users}
        note={t.usersNote}
        flush
        source={asked.source}
        actions={
          <Button small kind="main" icon="plus" onClick={() => setOpen({ what: 'new' })}>
            {t.newUser}
          </Button>
        }
      >
        <Loaded asked={asked}>
          {({ items }) => (
            <Table
              caption={t.users}
              rows={{ rows: items }}
              columns={columns}
              rowKey={({ user_name }) => user_name}
              fileName="users"
              empty={<Empty icon="customers" title={t.noUsers} text={t.noUsersText} />}
            />
          )}
        </Loaded>
      </Panel>
      {open?.what === 'new' && <NewUser onClose={close} />}
      {open?.what === 'role' && <ChangeRole user={open.user} onClose={close} />}
      {open?.what === 'invite' && <Invite user={open.user} onClose={close} />}
      {open?.what === 'remove' && <Remove user={open.user} onClose={close} />}
    </div>
  );
}

function RoleSelect({ value, onChange }: { value: Role; onChange(role: Role): void }) {
  const t = useTexts(texts);
  const shell = useTexts(shellTexts);
  return (
    <Select<Role>
      label={t.role}
      hint={t.roleMeanings[value]}
      value={value}
      onChange={onChange}
      choices={roles.map((role) => ({ value: role, label: shell.roles[role] }))}
    />
  );
}

function NewUser({ onClose }: { onClose(): void }) {
  const t = useTexts(texts);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [invitation, setInvitation] = useState<Invitation>();
  const making = useChange(stale);
  const inviting = useChange<Invitation>(stale);
  const error = making.error ?? inviting.error;
  const make = async () => {
    const path = { user_name: name };
    if (!(await making.run(put('/v1/users/{user_name}', { path, body: { role } })))) return;
    setInvitation(await inviting.run(post('/v1/users/{user_name}/invitations', { path })));
  };
  if (invitation) return <Invited invitation={invitation} onClose={onClose} />;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t.newUserTitle}
      description={t.newUserText}
      actions={
        <Button
          kind="main"
          icon="plus"
          type="submit"
          form="new-user"
          working={making.isRunning || inviting.isRunning}
          disabled={!name}
        >
          {t.makeUser}
        </Button>
      }
    >
      <Form id="new-user" className="settings-form" onSubmit={make}>
        <TextField
          label={t.userName}
          hint={t.userNameHint}
          error={error?.fault('user_name')}
          value={name}
          onChange={(value) => setName(value.toLowerCase())}
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
          required
        />
        <RoleSelect value={role} onChange={setRole} />
        {error && <Problem error={error} title={t.refused} />}
      </Form>
    </Dialog>
  );
}

/** Shown once: nobody can ask for it again. */
function Invited({ invitation, onClose }: { invitation: Invitation; onClose(): void }) {
  const t = useTexts(texts);
  const format = useFormat();
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t.invitation(invitation.user_name)}
      description={t.invitationText(format.moment(invitation.expires_at))}
      actions={
        <Button kind="main" onClick={onClose}>
          {t.done}
        </Button>
      }
    >
      <CopyLine text={`${location.origin}${invitation.path}`} />
    </Dialog>
  );
}

interface OfUser {
  user: User;
  onClose(): void;
}

function Invite({ user: { user_name: name }, onClose }: OfUser) {
  const t = useTexts(texts);
  const [invitation, setInvitation] = useState<Invitation>();
  const { run, isRunning, error } = useChange<Invitation>(stale);
  const invite = async () =>
    setInvitation(await run(post('/v1/users/{user_name}/invitations', { path: { user_name: name } })));
  if (invitation) return <Invited invitation={invitation} onClose={onClose} />;
  return (
    <Confirm
      isOpen
      onClose={onClose}
      title={t.inviteTitle(name)}
      description={t.inviteText}
      confirm={t.invite}
      isWorking={isRunning}
      onConfirm={invite}
    >
      {error && <Problem error={error} title={t.refused} />}
    </Confirm>
  );
}

function ChangeRole({ user: { user_name: name, role: before }, onClose }: OfUser) {
  const t = useTexts(texts);
  const shell = useTexts(shellTexts);
  const toast = useToast();
  const [role, setRole] = useState(before);
  const { run, isRunning, error } = useChange(stale);
  const give = (which: Role) => run(put('/v1/users/{user_name}', { path: { user_name: name }, body: { role: which } }));
  const save = async () => {
    if (!(await give(role))) return;
    onClose();
    toast({ title: t.roleDone(name, shell.roles[role]), undo: () => void give(before) });
  };
  return (
    <Confirm
      isOpen
      onClose={onClose}
      title={t.roleTitle(name)}
      description={t.roleText}
      confirm={t.saveRole}
      isWorking={isRunning}
      onConfirm={save}
    >
      <div className="settings-form">
        <RoleSelect value={role} onChange={setRole} />
        {error && <Problem error={error} title={t.refused} />}
      </div>
    </Confirm>
  );
}

function Remove({ user: { user_name: name }, onClose }: OfUser) {
  const t = useTexts(texts);
  return (
    <ConfirmRemoval
      onClose={onClose}
      title={t.removeTitle(name)}
      description={t.removeText}
      confirm={t.removeUser}
      request={remove('/v1/users/{user_name}', { path: { user_name: name } })}
      stale={stale}
      removed={t.removed(name)}
      refused={t.refused}
    />
  );
}
