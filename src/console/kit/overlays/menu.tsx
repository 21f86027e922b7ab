import { Menu as Base } from '@base-ui/react/menu';
import { Fragment, type ReactElement } from 'react';
import { Icon, type IconName } from '../base/icon.tsx';

export interface MenuEntry {
  label: string;
  icon?: IconName;
  /** one of several, of which this is the one */
  isChosen?: boolean;
  isDangerous?: boolean;
  isDisabled?: boolean;
  onChoose(): void;
}

export interface MenuGroup {
  label?: string;
  entries: readonly MenuEntry[];
}

/** What else can be done, or one of several settings. */
export function Menu({ trigger, groups }: { trigger: ReactElement; groups: readonly MenuGroup[] }) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="layer" sideOffset={4} align="end" collisionPadding={8}>
          <Base.Popup className="menu">
            {groups.map((group, place) => (
              <Fragment key={group.label ?? place}>
                {place > 0 && <Base.Separator className="menu-line" />}
                <Base.Group>
                  {group.label && <Base.GroupLabel className="menu-label">{group.label}</Base.GroupLabel>}
                  {group.entries.map((entry) => (
                    <Entry key={entry.label} {...entry} />
                  ))}
                </Base.Group>
              </Fragment>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Entry({ label, icon, isChosen, isDangerous, isDisabled, onChoose }: MenuEntry) {
  return (
    <Base.Item
      className={`menu-item${isDangerous ? ' is-dangerous' : ''}`}
      disabled={isDisabled}
      onClick={onChoose}
      {...(isChosen ? { 'aria-current': true } : {})}
    >
      {icon && <Icon name={icon} />}
      <span className="menu-text">{label}</span>
      {isChosen && <Icon name="check" size={14} />}
    </Base.Item>
  );
}
