/** The pages that are reached from here. */
import { useTexts } from '../../i18n/texts.ts';
import { PageSection } from '../../page/PageSection.tsx';
import { Icon } from '../../ui/icons.tsx';

const PAGES = [
  { kind: 'privacy', icon: 'lock' },
  { kind: 'shortcuts', icon: 'keyboard' },
  { kind: 'bin', icon: 'trash' },
] as const;

export function MoreLinks() {
  const { common, settings: words } = useTexts();
  return (
    <PageSection title={words.more}>
      <ul className="more-links">
        {PAGES.map(({ kind, icon }) => (
          <li key={kind}>
            <a href={`#/${kind}`}>
              <Icon name={icon} />
              <span>
                {common[kind]}
                <small>{words.moreLinks[kind]}</small>
              </span>
              <Icon name="right" />
            </a>
          </li>
        ))}
      </ul>
    </PageSection>
  );
}
