/** Models that can be downloaded, with licence, where from, and whether they fit. */
import type { CatalogueEntry } from '../../../main/api/models.ts';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Badge } from '../../page/Badge.tsx';
import { Loaded } from '../../page/Loaded.tsx';
import { PageSection } from '../../page/PageSection.tsx';
import { useAppState, useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/icons.tsx';
import { FitBadge } from './FitBadge.tsx';

export function Catalogue() {
  const { models } = useTexts();
  const { lists } = useServices();
  return (
    <PageSection title={models.catalogue} hint={models.catalogueHint}>
      <Loaded from={lists.catalogue}>
        {(entries) => (
          <ul className="rows" aria-label={models.catalogue}>
            {entries.map((entry) => (
              <CatalogueRow key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
      </Loaded>
    </PageSection>
  );
}

function CatalogueRow({ entry }: { readonly entry: CatalogueEntry }) {
  const { models } = useTexts();
  const format = useFormat();
  const { title, parameters, bytes, licence, hosts, hashKnown, fits, recommended } = entry;
  return (
    <li className="row model-row">
      <Icon name="download" />
      <div className="row-words">
        <h3 className="row-title">
          {title} {recommended && <Badge tone="accent">{models.recommended}</Badge>}
        </h3>
        <p className="row-facts">
          <span>{models.parameters(parameters)}</span>
          <span>{bytes === null ? models.sizeUnknown : format.bytes(bytes)}</span>
          <span>{models.licence(licence)}</span>
        </p>
        <p className="row-facts">
          <span>{models.hosts(format.list(hosts))}</span>
          <span>{hashKnown ? models.hashKnown : models.hashUnknown}</span>
        </p>
        <ul className="fit-list" aria-label={models.precision}>
          {fits.map((fit) => (
            <li key={fit.precision}>
              {models.precisions[fit.precision]} <FitBadge fit={fit} />
            </li>
          ))}
        </ul>
      </div>
      <div className="row-actions">
        <DownloadButton entry={entry} />
      </div>
    </li>
  );
}

function DownloadButton({ entry: { id, title, present } }: { readonly entry: CatalogueEntry }) {
  const { models } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const stage = useAppState(({ downloads }) => downloads.find((download) => download.id === id)?.stage);
  if (present || stage === 'ready') return <Badge tone="good">{models.present}</Badge>;
  return (
    <Button
      icon="download"
      aria-label={models.downloadName(title)}
      disabled={stage !== undefined}
      onClick={() => attempt(() => app.startDownload({ id }))}
    >
      {models.download}
    </Button>
  );
}
