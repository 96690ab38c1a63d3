/** What went wrong in one sentence, what to do next, and the details folded away, for a report. */
import { faultOf } from '../../engine/api/rpc/remoteError.ts';
import { useTexts } from '../i18n/texts.ts';
import { Button } from './Button.tsx';
import { CopyButton } from './CopyButton.tsx';
import { Icon } from './icons.tsx';

/** What crosses process borders of an error. */
export interface ShownFault {
  readonly code: string;
  readonly message: string;
  readonly nextStep?: string | undefined;
}

export interface ErrorCardProps {
  /** A fault as it was stored, or anything that was thrown. */
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
  /** It is not news: screen readers come to it, they are not interrupted. */
  readonly quiet?: boolean;
}

export function ErrorCard({ error, onRetry, quiet = false }: ErrorCardProps) {
  const { errors, common } = useTexts();
  const fault = shownFault(error);
  const words = errors.byCode[fault.code];
  const nextStep = words?.nextStep ?? fault.nextStep;
  const details = `${fault.code}: ${fault.message}`;
  return (
    <div className="error-card" role={quiet ? 'group' : 'alert'}>
      <Icon name="warning" />
      <div>
        <p className="error-title">{words?.title ?? errors.unknown}</p>
        {nextStep !== undefined && <p>{nextStep}</p>}
        <details>
          <summary>{errors.details}</summary>
          <pre>{details}</pre>
          <CopyButton text={() => details} label={errors.copyDetails} />
        </details>
        {onRetry && (
          <Button icon="refresh" onClick={onRetry}>
            {common.retry}
          </Button>
        )}
      </div>
    </div>
  );
}

export const shownFault = (error: unknown): ShownFault => (isFault(error) ? error : faultOf(error));

const isFault = (error: unknown): error is ShownFault =>
  typeof error === 'object' && error !== null && !(error instanceof Error) && 'code' in error && 'message' in error;
