/** Calls back before the next frame is drawn. Hidden windows draw none, but what they follow goes on. */
export const nextFrame = (run: () => void): void => {
  if (document.visibilityState === 'hidden') setTimeout(run, 100);
  else requestAnimationFrame(run);
};
