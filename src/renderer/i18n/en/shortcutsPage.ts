/** Words of the page of shortcuts. */
export const shortcutsPage = {
  lead: 'They work everywhere in the window, except while a dialog is open.',
  keys: 'Keys',
  action: 'What they do',
  off: 'Shortcuts are switched off.',
  on: 'Keyboard shortcuts',
  everywhere: 'Everywhere',
  arrows: 'Tab and Shift+Tab move between controls, Enter and Space press them, Esc closes what lies on top.',
};
