/** Models: the one in use, those on this machine, downloads, and the catalogue. */
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Loaded } from '../../page/Loaded.tsx';
import { Page } from '../../page/Page.tsx';
import { PageSection } from '../../page/PageSection.tsx';
import { useServices } from '../../services.ts';
import { AddModel } from './AddModel.tsx';
import { Catalogue } from './Catalogue.tsx';
import { Downloads } from './Downloads.tsx';
import { ModelInUse } from './ModelInUse.tsx';
import { ModelRow } from './ModelRow.tsx';
import { ModelsFolder } from './ModelsFolder.tsx';
import './models.css';

export function ModelsView() {
  const { common, models: words } = useTexts();
  const { lists } = useServices();
  const format = useFormat();
  return (
    <Page title={common.models} lead={words.lead} actions={<AddModel />}>
      <PageSection title={words.inUse}>
        <ModelInUse />
      </PageSection>
      <Downloads />
      <Loaded from={lists.models}>
        {({ models, folder, memory }) => (
          <PageSection
            title={words.here}
            hint={memory === null ? words.memoryUnknown : words.memoryOf[memory.of](format.bytes(memory.bytes))}
          >
            {models.length === 0 && <p className="soft">{words.empty}</p>}
            <ul className="rows" aria-label={words.list}>
              {models.map((model) => (
                <ModelRow key={model.id} model={model} />
              ))}
            </ul>
            <ModelsFolder folder={folder} />
          </PageSection>
        )}
      </Loaded>
      <Catalogue />
    </Page>
  );
}
