/** Downloads that were begun, until they are ready and after. */
import { useTexts } from '../../i18n/texts.ts';
import { PageSection } from '../../page/PageSection.tsx';
import { useAppState } from '../../services.ts';
import { DownloadRow } from './DownloadRow.tsx';

export function Downloads() {
  const { models } = useTexts();
  const downloads = useAppState((state) => state.downloads);
  if (downloads.length === 0) return null;
  return (
    <PageSection title={models.downloads}>
      <ul className="rows" aria-label={models.downloads}>
        {downloads.map((download) => (
          <DownloadRow key={download.id} download={download} />
        ))}
      </ul>
    </PageSection>
  );
}
