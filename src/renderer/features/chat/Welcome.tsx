/** For the first start: what the app does, and three ways to begin. */
import { useRef } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { focusComposer } from './focusComposer.ts';

export function Welcome() {
  const { chat } = useTexts();
  const { imports } = useServices();
  const files = useRef<HTMLInputElement>(null);
  const { starters } = chat;
  return (
    <div className="welcome">
      <h1>{chat.welcomeTitle}</h1>
      <p className="welcome-text">{chat.welcome}</p>
      <ul className="starters">
        <Starter
          icon="book"
          title={starters.document}
          hint={starters.documentHint}
          onClick={() => files.current?.click()}
        />
        <Starter icon="bulb" title={starters.sample} hint={starters.sampleHint} onClick={imports.importSample} />
        <Starter icon="chat" title={starters.ask} hint={starters.askHint} onClick={focusComposer} />
      </ul>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        onChange={({ target }) => {
          imports.importFiles([...(target.files ?? [])]);
          target.value = '';
        }}
      />
    </div>
  );
}

interface StarterProps {
  readonly icon: IconName;
  readonly title: string;
  readonly hint: string;
  readonly onClick: () => void;
}

function Starter({ icon, title, hint, onClick }: StarterProps) {
  return (
    <li>
      <button type="button" className="starter" onClick={onClick}>
        <Icon name={icon} />
        <span className="starter-title">{title}</span>
        <span className="starter-hint">{hint}</span>
      </button>
    </li>
  );
}
