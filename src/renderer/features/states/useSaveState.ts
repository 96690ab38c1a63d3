/** Saves what is asked for, and tells where it can be found. */
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';

export function useSaveState(): (name: string, tags: readonly string[]) => void {
  const { states } = useTexts();
  const { stateSaving, toasts, navigation } = useServices();
  const save = async (name: string, tags: readonly string[]): Promise<void> => {
    const saved = await stateSaving.save(name, tags);
    if (!saved) return;
    toasts.show({
      ...{ kind: 'done', text: states.wasSaved(saved.name) },
      action: { label: states.showSaved, run: () => navigation.go({ kind: 'states' }) },
    });
  };
  return (name, tags) => void save(name, tags);
}
