/** Keeps the window when a view has a fault: says so in its place, and the rest can still be used. */
import { Component, type ReactNode } from 'react';
import { ErrorCard } from '../ui/ErrorCard.tsx';

interface Props {
  readonly children: ReactNode;
}
interface State {
  readonly error: unknown;
}

export class ViewBoundary extends Component<Props, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div className="chat-waiting">
        <ErrorCard error={error} onRetry={() => this.setState({ error: undefined })} />
      </div>
    );
  }
}
