/** Says that the line to the main side is cut, that the engine was restarted, or that a file was damaged. */
import { useTexts } from '../i18n/texts.ts';
import { useAppState, useServices } from '../services.ts';
import { Icon } from '../ui/icons.tsx';
import { IconButton } from '../ui/IconButton.tsx';

export function Banner() {
  const { common } = useTexts();
  const { store } = useServices();
  const line = useAppState((state) => state.line);
  const restarted = useAppState((state) => state.restarted);
  const putAside = useAppState((state) => state.putAside);
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
      {putAside.length > 0 && (
        <div className="banner banner-warn">
          <Icon name="warning" />
          <p>{common.putAside(putAside.join(', '))}</p>
          <IconButton icon="close" label={common.close} onClick={() => store.setState({ putAside: [] })} />
        </div>
      )}
    </div>
  );
}
