import { Link, useLocation } from 'wouter';
import { Icon } from '../kit/base/icon.tsx';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { groups, routes } from './routes.tsx';
import { useMay } from './session.tsx';

/** The pages by what one comes for; those that a role does not include are not there. */
export function Navigation({ onChosen }: { onChosen?: () => void }) {
  const t = useTexts(shellTexts);
  const may = useMay();
  const [path] = useLocation();
  const here = routes.find((route) => route.within && path.startsWith(route.path.replace(':id', '')))?.within ?? path;
  const isHere = (address: string) =>
    address === '/' ? here === '/' : here === address || here.startsWith(`${address}/`);
  return (
    <nav className="navigation" aria-label={t.navigation}>
      {groups.map((group) => {
        const pages = routes.filter((route) => route.group === group && may(...route.scopes));
        return pages.length === 0 ? null : (
          <div className="navigation-group" key={group}>
            <p className="navigation-title">{t.groups[group]}</p>
            {pages.map(({ path: address, name, icon = 'right' }) => (
              <Link
                key={address}
                href={address}
                className="navigation-link"
                aria-current={isHere(address) ? 'page' : undefined}
                onClick={onChosen}
              >
                <Icon name={icon} />
                {t.pages[name]}
              </Link>
            ))}
          </div>
        );
      })}
    </nav>
  );
}
