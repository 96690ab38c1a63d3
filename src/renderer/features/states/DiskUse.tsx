/** How much of the limit all states take. */
import type { StateLibrary } from '../../../main/api/states.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { PageSection } from '../../page/PageSection.tsx';

export function DiskUse({ library: { usedBytes, quotaBytes, freeDiskBytes } }: { readonly library: StateLibrary }) {
  const { states } = useTexts();
  const format = useFormat();
  const used = states.diskUse(format.bytes(usedBytes), format.bytes(quotaBytes));
  return (
    <div className="disk-use">
      <PageSection title={states.disk}>
        <meter
          className="disk-meter"
          aria-label={used}
          min={0}
          max={quotaBytes}
          high={0.9 * quotaBytes}
          value={Math.min(usedBytes, quotaBytes)}
        />
        <p className="row-facts">
          <span>{used}</span>
          <span>{states.diskFree(format.bytes(freeDiskBytes))}</span>
        </p>
        {usedBytes > quotaBytes && <p className="small-note">{states.diskOver}</p>}
        <p className="small-note">
          {states.diskHint}{' '}
          <a className="page-link" href="#/settings">
            {states.diskSetting}
          </a>
        </p>
      </PageSection>
    </div>
  );
}
