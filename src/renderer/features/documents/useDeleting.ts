/** Puts a document into the bin, and offers to take that back. */
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';

export function useDeleting(): (document: { readonly id: string; readonly title: string }) => Promise<void> {
  const { documents, common } = useTexts();
  const { app, toasts } = useServices();
  return async ({ id, title }) => {
    await app.deleteDocuments({ ids: [id] });
    toasts.show({
      ...{ kind: 'done', text: documents.deleted(title) },
      action: { label: common.undo, run: () => void app.restoreDocuments({ ids: [id] }) },
    });
  };
}
