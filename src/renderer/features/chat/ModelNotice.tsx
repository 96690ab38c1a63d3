/** Above the message field while no model can answer: one sentence and what to do. */
import { useTexts } from '../../i18n/texts.ts';
import { useAppState, useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorCard } from '../../ui/ErrorCard.tsx';
import { useTry } from '../../frame/useTry.ts';
import { loadUsualModel } from './loadUsualModel.ts';

export function ModelNotice() {
  const { chat } = useTexts();
  const { app, navigation } = useServices();
  const attempt = useTry();
  const engine = useAppState((state) => state.engine);
  const settings = useAppState((state) => state.settings);
  if (engine.type === 'failed') return <ErrorCard error={engine.error} />;
  if (engine.type === 'loading') return <p className="model-notice">{chat.modelLoading}</p>;
  if (engine.type !== 'empty' || !settings) return null;
  const load = async (): Promise<void> => {
    if (!(await loadUsualModel(app, settings))) navigation.go({ kind: 'models' });
  };
  return (
    <div className="model-notice">
      <p>{chat.noModel}</p>
      <Button icon="chip" onClick={() => attempt(load)}>
        {chat.loadModel}
      </Button>
    </div>
  );
}
