/** What leaves the machine, what is stored where, and what deleting means. */
import { useTexts } from '../../i18n/texts.ts';
import { Page } from '../../page/Page.tsx';
import { PageSection } from '../../page/PageSection.tsx';
import { useAppState } from '../../services.ts';
import './privacy.css';

export function PrivacyView() {
  const { common, privacy } = useTexts();
  const { storedItems: stored, removal } = privacy;
  const folder = useAppState(({ about }) => about?.dataFolder);
  return (
    <Page title={common.privacy} lead={privacy.lead}>
      <div className="prose">
        <PageSection title={privacy.leavesTitle}>
          <p>{privacy.leaves}</p>
          <Addresses />
          <p>{privacy.redirects}</p>
          <p>{privacy.proxy}</p>
          <p>{privacy.links}</p>
        </PageSection>
        <PageSection title={privacy.storedTitle}>
          <p>
            {privacy.stored} <code>{folder}</code>
          </p>
          <List items={[stored.chats, stored.documents, stored.states, stored.models, stored.settings]} />
        </PageSection>
        <PageSection title={privacy.removalTitle}>
          <List items={[removal.bin, removal.document, removal.states, removal.models, removal.all]} />
          <p>
            <a className="page-link" href="#/bin">
              {privacy.openBin}
            </a>
          </p>
        </PageSection>
      </div>
    </Page>
  );
}

function List({ items }: { readonly items: readonly string[] }) {
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}

/** All of them, as the main side itself tells. */
function Addresses() {
  const { privacy } = useTexts();
  const addresses = useAppState(({ about }) => about?.addresses) ?? [];
  return (
    <table className="plain-table">
      <caption>{privacy.addresses}</caption>
      <thead>
        <tr>
          <th scope="col">{privacy.address}</th>
          <th scope="col">{privacy.purpose}</th>
        </tr>
      </thead>
      <tbody>
        {addresses.map(({ host, subdomains, purpose }) => (
          <tr key={host}>
            <td>
              <code>{host}</code>
              {subdomains && <code>*.{host}</code>}
            </td>
            <td>{privacy.purposes[purpose]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
