/** Offers to read a state's transcript again with the model that is loaded, after saying what that takes. */
import { useState, type ReactNode } from 'react';
import type { SavedState } from '../../../main/api/states.ts';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';

export interface Replay {
  /** A link to begin, or why it is not possible. */
  readonly offer: ReactNode;
  readonly dialog: ReactNode;
}

export function useReplay({ id, transcriptTokens, replaySeconds }: SavedState): Replay {
  const { states } = useTexts();
  const { app, navigation } = useServices();
  const attempt = useTry();
  const format = useFormat();
  const [asking, setAsking] = useState(false);
  if (transcriptTokens === null) return { offer: <span>{states.noTranscript}</span>, dialog: null };
  const replay = async (): Promise<void> =>
    navigation.go({ kind: 'conversation', id: (await app.replayState({ id })).id });
  const time = replaySeconds === null ? states.replayTimeUnknown : states.replayTime(format.duration(replaySeconds));
  return {
    offer: (
      <button type="button" className="text-link" onClick={() => setAsking(true)}>
        {states.replay}
      </button>
    ),
    dialog: asking && (
      <ConfirmDialog
        title={states.replayTitle}
        confirm={states.replayNow}
        onConfirm={() => attempt(replay)}
        onClose={() => setAsking(false)}
      >
        <p>{states.replayText(format.count(transcriptTokens))}</p>
        <p>{time}</p>
      </ConfirmDialog>
    ),
  };
}
