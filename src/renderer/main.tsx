/** The window's composition root: finds the page's element and renders the app into it. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { preferredLanguage } from './language.ts';
import './styles.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root".');

createRoot(root).render(
  <StrictMode>
    <App initialLanguage={preferredLanguage(navigator.languages)} versions={window.anser?.versions} />
  </StrictMode>,
);
