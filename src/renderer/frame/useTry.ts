/** Runs something for a click; when it fails, a note says why and what to do next. */
import { useCallback } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useServices } from '../services.ts';
import { shownFault } from '../ui/ErrorCard.tsx';

export function useTry(): (action: () => Promise<unknown>) => void {
  const { errors } = useTexts();
  const { toasts } = useServices();
  return useCallback(
    (action) => {
      action().catch((error: unknown) => {
        const fault = shownFault(error);
        const words = errors.byCode[fault.code];
        const text = [words?.title ?? errors.unknown, words?.nextStep ?? fault.nextStep].filter(Boolean).join(' ');
        toasts.show({ kind: 'error', text });
      });
    },
    [errors, toasts],
  );
}
