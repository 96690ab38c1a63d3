/** Which GPU, or the CPU, computes. The settings have it too. */
import { useTry } from '../../frame/useTry.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useRemote } from '../../page/Loaded.tsx';
import { useAppState, useServices } from '../../services.ts';
import { Select } from '../../ui/Select.tsx';

export function AdapterChoice() {
  const { models } = useTexts();
  const { app, lists } = useServices();
  const attempt = useTry();
  const chosen = useAppState(({ settings }) => settings?.adapter ?? 'auto');
  const adapters = useRemote(lists.adapters).value ?? [];
  const names = adapters.flatMap(({ name, software }) => (software ? [] : [name]));
  const options = [
    { value: 'auto', label: models.adapterAuto },
    ...[...new Set([...names, ...(['auto', 'software'].includes(chosen) ? [] : [chosen])])].map((name) => ({
      value: name,
      label: name,
    })),
    { value: 'software', label: models.adapterSoftware },
  ];
  return (
    <Select
      label={models.adapter}
      hint={models.adapterHint}
      value={chosen}
      options={options}
      onChange={(adapter) => attempt(() => app.changeSettings({ adapter }))}
    />
  );
}
