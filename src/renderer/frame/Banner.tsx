/** Says that the line to the main side is cut, or that the engine was restarted. */
import { useTexts } from '../i18n/texts.ts';
import { useAppState, useServices } from '../services.ts';
import { Icon } from '../ui/icons.tsx';
import { IconButton } from '../ui/IconButton.tsx';

export function Banner() {
  const { common } = useTexts();
  const { store } = useServices();
  const line = useAppState((state) => state.line);
  const restarted = useAppState((state) => state.restarted);
  return (
    <div role="status" className="banners">
      {line === 'lost' && (
        <div className="banner banner-warn">
          <Icon name="warning" />
          <p>{common.connectionLost}</p>
        </div>
      )}
      {restarted !== undefined && (
        <div className="banner">
          <Icon name="info" />
          <p>{common.engineRestarted[restarted]}</p>
          <IconButton icon="close" label={common.close} onClick={() => store.setState({ restarted: undefined })} />
        </div>
      )}
    </div>
  );
}
